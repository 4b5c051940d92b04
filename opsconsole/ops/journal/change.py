"""The one way for every change: permission, then an entry committed, then the call, then its outcome.

Use cases call `begin` inside the transaction that also keeps what they must remember; nothing is sent before it is committed.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn
from uuid import UUID

from django.db import transaction

from opsconsole import heroku
from opsconsole.ops.access.rights import Actor, Right, may
from opsconsole.ops.journal.events import tell_entry, tell_outcome
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome


class RefusedError(Exception):
    """The console itself refuses a change; `reason` names the sentence to show, and the refusal is in the journal.

    `types`: the process types that it is about, where it is about some.
    """

    def __init__(self, reason: str, *, types: Sequence[str] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.types = tuple(types)


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a change is about, as the journal keeps it."""

    app_id: str
    app_name: str
    app_title: str


NO_APP = Subject(app_id="", app_name="", app_title="")
"""For what is done to the console itself: its people, its token, its settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What somebody asks for, before it is known whether it may be done."""

    action: Action
    subject: Subject = NO_APP
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    command_line: str = ""


def require(actor: Actor, right: Right, *, intent: Intent, now: datetime) -> None:
    """Let an actor who has the right pass; note the refusal of any other, and raise RefusedError."""
    if not may(actor, right, intent.subject.app_id or None):
        refuse(actor, intent=intent, reason="right", now=now)


def refuse(
    actor: Actor, *, intent: Intent, reason: str, now: datetime, types: Sequence[str] = ()
) -> NoReturn:
    """Write down that the console refused, and raise RefusedError."""
    detail = {"types": list(types)} if types else {}
    with transaction.atomic():
        entry = begin(actor, intent=intent, now=now)
        conclude(entry.id, kind=Kind.REFUSED, reason=reason, now=now, detail=detail)
    raise RefusedError(reason, types=types)


@contextmanager
def noted(actor: Actor, right: Right, *, intent: Intent, now: datetime) -> Iterator[Entry]:
    """Make a change of our own database: permission, entry, the block, and its outcome, all of it or nothing.

    Raises RefusedError, the refusal in the journal, before the block is entered.
    """
    require(actor, right, intent=intent, now=now)
    with transaction.atomic():
        entry = begin(actor, intent=intent, now=now)
        yield entry
        conclude(entry.id, kind=Kind.DONE, now=now)


def begin(actor: Actor, *, intent: Intent, now: datetime) -> Entry:
    """Write the entry of a change that is about to be made."""
    entry: Entry = Entry.objects.create(
        at=now,
        actor_id=actor.id,
        actor_name=actor.name,
        actor_profile=actor.profile,
        actor_address=actor.address,
        session_reference=actor.session_ref,
        app_id=intent.subject.app_id,
        app_name=intent.subject.app_name,
        app_title=intent.subject.app_title,
        action=intent.action,
        before=intent.before,
        after=intent.after,
        command_line=intent.command_line,
    )
    tell_entry(entry)
    return entry


def conclude(
    entry_id: UUID,
    *,
    kind: Kind,
    now: datetime,
    reason: str = "",
    request_id: str = "",
    detail: dict[str, Any] | None = None,
) -> Outcome:
    """Add an outcome to an entry; the last one counts."""
    outcome: Outcome = Outcome.objects.create(
        entry_id=entry_id, at=now, kind=kind, reason=reason, request_id=request_id[:80], detail=detail or {}
    )
    tell_outcome(outcome)
    return outcome


def detail_of(error: heroku.HerokuError) -> dict[str, Any]:
    """Return what the journal keeps of an error: Heroku's own words, never a URL that is a key."""
    return {"error": type(error).__name__, "status": error.status, "id": error.id, "message": error.message}

"""What all changes of an app have in common before anything is sent: right, guard, a fresh reading, the claim."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from opsconsole import heroku
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes import follower, guards, lease
from opsconsole.ops.changes.follower import Follow
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.changes.pace import is_too_fast
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.journal.change import Intent, Subject, begin, conclude, detail_of, refuse, require
from opsconsole.ops.journal.models import Action, Entry, Kind

FRESH_TOTAL = (
    2.0  # seconds that a click waits for Heroku's present formation before it gives up, nothing sent
)


class NotReadError(Exception):
    """Heroku did not tell the present formation in time, so nothing was asked of it."""

    def __init__(self, error: heroku.HerokuError) -> None:
        super().__init__(str(error))
        self.error = error


class NothingToDoError(Exception):
    """The app already is as asked."""


class ImpossibleError(Exception):
    """What is asked makes no sense for this app now; `reason` names the sentence to show. Nothing was journaled."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Present:
    """An app as Heroku tells it at the moment of a click; `asked_at` is when nothing was known to be under way.

    `dynos` are there where they were asked for.
    """

    app: heroku.App
    formation: tuple[heroku.Formation, ...]
    asked_at: datetime
    dynos: tuple[heroku.Dyno, ...] = ()

    def as_json(self) -> dict[str, Any]:
        formation = [
            {"type": entry.type, "quantity": entry.quantity, "size": entry.size}
            for entry in sorted(self.formation, key=lambda entry: (entry.type != "web", entry.type))
        ]
        return {"formation": formation, "maintenance": self.app.maintenance}


def subject_of(app: App) -> Subject:
    return Subject(app_id=str(app.heroku_id), app_name=app.name, app_title=app.title)


def prepare(
    fleet: Fleet,
    *,
    actor: Actor,
    right: Right,
    action: Action,
    app: App,
    own: guards.Own,
    with_dynos: bool = False,
) -> Present:
    """Let through who has the right to change an app that may be changed, and return what is true of it now.

    The refusals are in the journal. Raises RefusedError, AlreadyRequestedError, NotReadError.
    """
    intent = Intent(action=action, subject=subject_of(app))
    require(actor, right, intent=intent, now=fleet.now())
    if is_too_fast(actor, now=fleet.now()):
        refuse(actor, intent=intent, reason="too_many", now=fleet.now())
    _guard(fleet, actor=actor, intent=intent, app=app, own=own, web_url=None)
    asked_at = fleet.now()
    under_way = lease.under_way(app.heroku_id)
    if under_way:
        raise AlreadyRequestedError(under_way)
    present = _read_now(fleet, actor=actor, action=action, app=app, asked_at=asked_at, with_dynos=with_dynos)
    _guard(fleet, actor=actor, intent=intent, app=app, own=own, web_url=present.app.web_url)
    return present


def _guard(
    fleet: Fleet, *, actor: Actor, intent: Intent, app: App, own: guards.Own, web_url: str | None
) -> None:
    reason = guards.refusal(app, web_url=web_url, own=own)
    if reason:
        refuse(actor, intent=intent, reason=reason, now=fleet.now())


def spare_protected(fleet: Fleet, *, actor: Actor, intent: Intent, app: App, types: Iterable[str]) -> None:
    """Refuse a change of process types of which some are protected; raises RefusedError, which names them."""
    protected = guards.protected_among(app, types)
    if protected:
        refuse(actor, intent=intent, reason="protected_type", now=fleet.now(), types=protected)


def _read_now(
    fleet: Fleet, *, actor: Actor, action: Action, app: App, asked_at: datetime, with_dynos: bool
) -> Present:
    """Read what is true this instant; on failure the attempt is journaled as failed and NotReadError raised."""
    name = str(app.heroku_id)
    fleet.budget.spend(3 if with_dynos else 2)
    try:
        client = fleet.client
        formation = run_aside(lambda: client.formation.list(name, total=FRESH_TOTAL), name="formation")
        dynos = (
            run_aside(lambda: client.dynos.list(name, total=FRESH_TOTAL), name="dynos")
            if with_dynos
            else None
        )
        heroku_app = client.apps.get(name, total=FRESH_TOTAL)
        return Present(heroku_app, formation.result(), asked_at, dynos.result() if dynos else ())
    except heroku.HerokuError as error:
        now = fleet.now()
        with transaction.atomic(durable=True):
            entry = begin(actor, intent=Intent(action=action, subject=subject_of(app)), now=now)
            conclude(
                entry.id,
                kind=Kind.FAILED,
                reason="not_read",
                now=now,
                request_id=error.request_id or "",
                detail=detail_of(error),
            )
        raise NotReadError(error) from error


def commit(
    fleet: Fleet,
    *,
    actor: Actor,
    app: App,
    intent: Intent,
    present: Present,
    target: dict[str, Any],
    follow: Follow,
    remember: Callable[[Entry], None] = lambda _entry: None,
) -> None:
    """Write the entry, the claim and what must be remembered in one transaction; then follow behind the page.

    `target` is what the change's room wants to find again in it, as JSON; `remember` runs inside the transaction.

    Raises AlreadyRequestedError also where somebody's change began and ended since `present` was asked for: what a
    person saw, and what a sleep would remember, is then of the past.
    """
    now = fleet.now()
    with transaction.atomic(durable=True):
        entry = begin(actor, intent=intent, now=now)
        taken = lease.claim(
            app_id=app.heroku_id,
            entry_id=entry.id,
            now=now,
            action=intent.action,
            actor_id=actor.id,
            actor_name=actor.name,
            app_name=app.name,
            target=target,
            steps=[{"code": "noted", "at": now.isoformat()}],
        )
        overtaking = lease.ended_since(present.asked_at, app_id=app.heroku_id)
        if overtaking:
            raise AlreadyRequestedError(overtaking)
        remember(entry)
    fleet.tell(app.heroku_id)
    follower.start(fleet, taken, follow, resumed=False)

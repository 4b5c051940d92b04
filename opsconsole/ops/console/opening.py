"""Open a console: a right, few at a time, a purpose; then one dyno, asked of Heroku once."""

import uuid
from dataclasses import dataclass

from django.conf import settings

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.console.holding import follow
from opsconsole.ops.console.kinds import ConsoleKind
from opsconsole.ops.console.models import Console
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, refuse, require
from opsconsole.ops.journal.models import Action
from opsconsole.ops.oneoffs.follower import Follow
from opsconsole.ops.oneoffs.launch import Order, launch
from opsconsole.ops.oneoffs.models import ACTIVE, Run, Sort


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to open. `time_to_live` is in seconds, the size of the screen in characters."""

    kind: ConsoleKind
    purpose: str
    size: str
    time_to_live: int
    columns: int
    rows: int


def open_console(
    fleet: Fleet,
    *,
    actor: Actor,
    app: App,
    wish: Wish,
    key: uuid.UUID,
    own: Own,
    follow: Follow = follow,
) -> Run:
    """Launch a console, whose holder goes on behind the page. Raises RefusedError, AlreadyLaunchedError."""
    kind, title = wish.kind, wish.kind.title or wish.kind.name
    noted = {"kind": kind.name, "purpose": wish.purpose}
    order = Order(
        title=title,
        line=kind.line,
        size=wish.size,
        time_to_live=wish.time_to_live,
        sort=Sort.CONSOLE,
        noted=noted,
    )
    intent = Intent(action=Action.CONSOLE, subject=subject_of(app), after={"title": title, **noted})
    require(actor, Right.CONSOLE, intent=intent, now=fleet.now())
    reason = why_not_another(actor, key=key)
    if reason:
        refuse(actor, intent=intent, reason=reason, now=fleet.now())

    def also(run: Run) -> None:
        Console.objects.create(
            run=run, kind=kind.name, purpose=wish.purpose, columns=wish.columns, rows=wish.rows
        )

    return launch(
        fleet,
        actor=actor,
        right=Right.CONSOLE,
        app=app,
        order=order,
        key=key,
        own=own,
        follow=follow,
        also=also,
    )


def why_not_another(actor: Actor, *, key: uuid.UUID | None = None) -> str:
    """Return why nobody may open one more, "" where that is possible; a form (`key`) is one launch however often it is sent."""
    active = Run.objects.filter(sort=Sort.CONSOLE, state__in=ACTIVE)
    if key is not None and active.filter(key=key).exists():
        return ""
    if active.filter(actor_id=actor.id).count() >= settings.CONSOLES_OF_A_PERSON:
        return "too_many_consoles"
    return "too_many_consoles_here" if active.count() >= settings.CONSOLES_IN_ALL else ""

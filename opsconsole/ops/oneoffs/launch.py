"""Launch a one-off dyno: permission, then the run and its journal entry in one transaction, then one call behind the page."""

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes import guards
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.changes.lease import LEASE
from opsconsole.ops.changes.pace import is_too_fast
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, begin, refuse, require
from opsconsole.ops.journal.models import Action
from opsconsole.ops.oneoffs.follower import Follow, follow
from opsconsole.ops.oneoffs.lease import Hold
from opsconsole.ops.oneoffs.models import Run, Sort, State
from opsconsole.ops.oneoffs.tag import check, new_tag
from opsconsole.ops.printed.masking import masked

LONGEST_LIFE = 86_400  # seconds; Heroku ends a one-off dyno after a day
PATIENCE = 2.0  # seconds for the app's web address, by which the console knows itself


class AlreadyLaunchedError(Exception):
    """The same form was sent before, or a run that must be alone is active: nothing was launched a second time."""

    def __init__(self, run: Run, *, same_form: bool) -> None:
        super().__init__(str(run.id))
        self.run = run
        self.same_form = same_form


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What to run. `time_to_live` is in seconds; `alone` names what may run once at a time in an app, "" for anything.

    `noted` is what the journal keeps besides of it.
    """

    title: str
    line: str
    time_to_live: int
    size: str = ""
    alone: str = ""
    command_id: str = ""
    command: Mapping[str, Any] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    sort: Sort = Sort.COMMAND
    noted: Mapping[str, Any] = field(default_factory=dict)


def _nothing_more(_run: Run) -> None:
    return None


def launch(
    fleet: Fleet,
    *,
    actor: Actor,
    right: Right,
    app: App,
    order: Order,
    key: uuid.UUID,
    own: guards.Own,
    follow: Follow = follow,
    also: Callable[[Run], None] = _nothing_more,
) -> Run:
    """Have Heroku asked, once, for a dyno that runs a line; return the run, which a follower takes to its end.

    `key` is the form's: sent twice, it is one launch. `also` is written with the run, or not at all. Raises RefusedError,
    AlreadyLaunchedError, LineError, and what `also` raises.
    """
    check(order.line)
    now = fleet.now()
    intent = Intent(
        action=Action.CONSOLE if order.sort == Sort.CONSOLE else Action.RUN,
        subject=subject_of(app),
        after={
            "title": order.title,
            "size": order.size,
            "time_to_live": order.time_to_live,
            **order.noted,
        },
        command_line=command_line(app.name, order),
    )
    require(actor, right, intent=intent, now=now)
    _tell_earlier(key=key, alone=_alone(app, order))
    if is_too_fast(actor, now=now):
        refuse(actor, intent=intent, reason="too_many", now=now)
    reading = fleet.look(app.heroku_id, patience=PATIENCE).reading
    reason = guards.own_app(app, web_url=reading.app.web_url if reading else None, own=own)
    if reason:
        refuse(actor, intent=intent, reason="own_app_run" if reason == "own_app" else reason, now=now)
    run = _note(fleet, actor=actor, app=app, order=order, key=key, intent=intent, also=also)
    hold = Hold(run_id=run.id, owner=run.owner)
    fleet.follow(lambda: follow(fleet, hold, resumed=False))
    return run


def _note(
    fleet: Fleet,
    *,
    actor: Actor,
    app: App,
    order: Order,
    key: uuid.UUID,
    intent: Intent,
    also: Callable[[Run], None],
) -> Run:
    now = fleet.now()
    alone = _alone(app, order)
    try:
        with transaction.atomic(durable=True):
            entry = begin(actor, intent=intent, now=now)
            run = Run.objects.create(
                key=key,
                entry_id=entry.id,
                sort=order.sort,
                app_id=app.heroku_id,
                app_name=app.name,
                app_title=app.title,
                actor_id=actor.id,
                actor_name=actor.name,
                command_id=order.command_id,
                command=dict(order.command),
                values=dict(order.values),
                title=order.title,
                line=order.line,
                tag=new_tag(),
                size=order.size,
                time_to_live=min(order.time_to_live, LONGEST_LIFE),
                alone=alone,
                state=State.ASKED,
                asked_at=now,
                changed_at=now,
                owner=uuid.uuid4().hex,
                lease_until=now + LEASE,
            )
            also(run)
            return run
    except IntegrityError:
        _tell_earlier(key=key, alone=alone)
        raise


def _alone(app: App, order: Order) -> str | None:
    return f"{app.heroku_id}:{order.alone}" if order.alone else None


def _tell_earlier(*, key: uuid.UUID, alone: str | None) -> None:
    same = Q(key=key) if alone is None else Q(key=key) | Q(alone=alone)
    earlier = Run.objects.filter(same).first()
    if earlier is not None:
        raise AlreadyLaunchedError(earlier, same_form=earlier.key == key)


def command_line(app_name: str, order: Order) -> str:
    """Return the line that one would have typed in a terminal; the journal keeps it for ever, and no secret with it."""
    size = f" --size={order.size}" if order.size else ""
    how = "run" if order.sort == Sort.CONSOLE else "run:detached"
    return f"heroku {how}{size} -a {app_name} -- {masked(order.line)}"

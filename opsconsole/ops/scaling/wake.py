"""Wake an app: send the remembered types back to what they were, in one batch."""

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import ImpossibleError, NothingToDoError, commit, prepare, subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.follower import follow
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.plan import Scaled, as_json, command_line, plan_wake


class SiteQuantityNeededError(Exception):
    """Nothing is remembered for the site itself: a person must say how large it shall be."""


class NothingRememberedError(ImpossibleError):
    """The app sleeps, has no site to ask a person about, and nothing is remembered of its other types."""

    def __init__(self) -> None:
        super().__init__("nothing_remembered")


def wake(fleet: Fleet, *, actor: Actor, app: App, site_quantity: int | None, own: Own) -> None:
    """Ask Heroku for what the app had before it slept; `site_quantity` is a person's answer where nothing is remembered.

    Returns once the request is in the journal; the follower sends it and watches until every dyno is up. Raises
    RefusedError, AlreadyRequestedError, NotReadError, NothingToDoError, SiteQuantityNeededError, NothingRememberedError.
    """
    present = prepare(fleet, actor=actor, right=Right.WAKE, action=Action.WAKE, app=app, own=own)
    memory = remembered(app)
    plan = plan_wake(present.formation, remembered=memory, site_quantity=site_quantity)
    if plan.asks_for_site:
        raise SiteQuantityNeededError
    if plan.knows_nothing:
        raise NothingRememberedError
    if plan.already_awake:
        fleet.learn(app.heroku_id, app=present.app, formation=present.formation)
        raise NothingToDoError
    slept = Sleep.objects.filter(app_id=app.heroku_id).first()
    lifts_page = bool(slept and slept.with_page and present.app.maintenance)
    intent = Intent(
        action=Action.WAKE,
        subject=subject_of(app),
        before=present.as_json(),
        after={
            "formation": as_json(plan.updates),
            "left_out": list(plan.left_out),
            "chosen": not set(plan.updates) <= set(memory),
            "page": lifts_page,
        },
        command_line=command_line(app.name, plan.updates),
    )
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=intent,
        present=present,
        target={"updates": as_json(plan.updates), "page": lifts_page},
        follow=follow,  # a sleep's memory goes only once Heroku has confirmed the wake
    )


def remembered(app: App) -> tuple[Scaled, ...]:
    """Return what the last sleep keeps for this app."""
    return tuple(
        Scaled(type=memory.process_type, quantity=memory.quantity, size=memory.size)
        for memory in RememberedType.objects.filter(app_id=app.heroku_id)
    )

"""Put an app to sleep: every process type to zero, what it was remembered before the call."""

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import (
    NothingToDoError,
    Present,
    commit,
    prepare,
    spare_protected,
    subject_of,
)
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.scaling.follower import follow
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.plan import Scaled, as_json, command_line, types_to_sleep


def sleep(fleet: Fleet, *, actor: Actor, app: App, with_page: bool, own: Own) -> None:
    """Ask Heroku for zero dynos of every type; `with_page` shows visitors the maintenance page meanwhile.

    Returns once the request is in the journal; the follower sends it and watches until the dynos are gone. Raises
    RefusedError, AlreadyRequestedError, NotReadError, NothingToDoError.
    """
    present = prepare(fleet, actor=actor, right=Right.SLEEP, action=Action.SLEEP, app=app, own=own)
    awake = types_to_sleep(present.formation)
    if not awake:
        fleet.learn(app.heroku_id, app=present.app, formation=present.formation)
        raise NothingToDoError
    zeroed = tuple(Scaled(type=entry.type, quantity=0, size=entry.size) for entry in awake)
    intent = Intent(
        action=Action.SLEEP,
        subject=subject_of(app),
        before=present.as_json(),
        after={"formation": as_json(zeroed), "page": with_page},
        command_line=command_line(app.name, zeroed),
    )
    spare_protected(fleet, actor=actor, intent=intent, app=app, types=[entry.type for entry in awake])
    page = with_page and not present.app.maintenance
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=intent,
        present=present,
        target={"updates": as_json(zeroed), "page": page},
        follow=follow,
        remember=lambda entry: _remember(app, entry=entry, awake=awake, present=present, page=page),
    )


def _remember(app: App, *, entry: Entry, awake: tuple[Scaled, ...], present: Present, page: bool) -> None:
    """Keep the types that are above zero; those that an earlier, not undone sleep zeroed keep what they had."""
    earlier = Sleep.objects.filter(app_id=app.heroku_id).first()
    still_our_page = bool(earlier and earlier.with_page and present.app.maintenance)
    Sleep.objects.update_or_create(
        app_id=app.heroku_id,
        defaults={
            "entry_id": entry.id,
            "by": entry.actor_name,
            "asked_at": entry.at,
            "confirmed_at": None,
            "with_page": page or still_our_page,
        },
    )
    for scaled in awake:
        RememberedType.objects.update_or_create(
            app_id=app.heroku_id,
            process_type=scaled.type,
            defaults={"quantity": scaled.quantity, "size": scaled.size, "entry_id": entry.id},
        )

"""Change how many dynos an app has, and their size: absolute values, of the changed types only, in one batch."""

from collections.abc import Sequence

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError, commit, prepare, spare_protected, subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.follower import follow
from opsconsole.ops.scaling.plan import Scaled, as_json, formation_of
from opsconsole.ops.scaling.rules import changes


class ChangedMeanwhileError(Exception):
    """Heroku's formation is not the one that the person saw: nothing was asked, and `present` is what they should see."""

    def __init__(self, present: tuple[Scaled, ...]) -> None:
        super().__init__("the formation has changed since it was shown")
        self.present = present


def resize(
    fleet: Fleet, *, actor: Actor, app: App, wanted: Sequence[Scaled], seen: Sequence[Scaled], own: Own
) -> None:
    """Ask Heroku for `wanted` where it differs from `seen`, which must still be true.

    Returns once the request is in the journal; the follower sends it and watches until the dynos are as asked. Raises
    RefusedError, AlreadyRequestedError, NotReadError, ChangedMeanwhileError, NothingToDoError.
    """
    present = prepare(fleet, actor=actor, right=Right.SCALE, action=Action.SCALE, app=app, own=own)
    there = formation_of(present.formation)
    if set(there) != set(seen):
        fleet.learn(app.heroku_id, app=present.app, formation=present.formation)
        raise ChangedMeanwhileError(there)
    updates = changes(there, wanted)
    if not updates:
        raise NothingToDoError
    intent = Intent(
        action=Action.SCALE,
        subject=subject_of(app),
        before=present.as_json(),
        after={"formation": as_json(updates)},
        command_line=command_line(app.name, updates),
    )
    spare_protected(fleet, actor=actor, intent=intent, app=app, types=[entry.type for entry in updates])
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=intent,
        present=present,
        target={"updates": as_json(updates), "page": False},
        follow=follow,
    )


def command_line(app_name: str, updates: Sequence[Scaled]) -> str:
    """Return the line that one would have typed in a terminal: quantity and size at once."""
    words = " ".join(f"{update.type}={update.quantity}:{update.size}" for update in updates)
    return f"heroku ps:scale {words} -a {app_name}"

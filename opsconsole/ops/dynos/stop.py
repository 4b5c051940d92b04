"""Stop a one-off dyno. Stopping a scaled one would only restart it: that is what a restart is for."""

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import ImpossibleError, NothingToDoError, commit, prepare, subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.dynos.follower import follow
from opsconsole.ops.dynos.judge import is_one_off, mark_of
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action


class OnlyRestartsError(ImpossibleError):
    """Heroku brings a scaled dyno straight back: nothing was asked of it."""

    def __init__(self) -> None:
        super().__init__("only_restarts")


def stop(fleet: Fleet, *, actor: Actor, app: App, dyno: str, own: Own) -> None:
    """Ask Heroku to end a one-off dyno, by its name, once; the follower watches until it is gone.

    Raises RefusedError, AlreadyRequestedError, NotReadError, NothingToDoError, OnlyRestartsError.
    """
    present = prepare(
        fleet, actor=actor, right=Right.RESTART, action=Action.STOP, app=app, own=own, with_dynos=True
    )
    found = next((each for each in present.dynos if each.name == dyno), None)
    if found is None:
        fleet.learn(app.heroku_id, dynos=present.dynos)
        raise NothingToDoError
    if not is_one_off(found, formation=present.formation):
        raise OnlyRestartsError
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=Intent(
            action=Action.STOP,
            subject=subject_of(app),
            after={"dyno": dyno},
            command_line=f"heroku ps:stop -d {dyno} -a {app.name}",
        ),
        present=present,
        target={"scope": "dyno", "name": dyno, "dynos": [mark_of(found)], "others": []},
        follow=follow,
    )

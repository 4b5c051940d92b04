"""Restart dynos: all that is scaled, one process type, or one dyno."""

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError, commit, prepare, spare_protected, subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.dynos.follower import follow
from opsconsole.ops.dynos.judge import Target, mark_of
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action


def restart(fleet: Fleet, *, actor: Actor, app: App, target: Target, own: Own) -> None:
    """Ask Heroku to restart what is meant, once; the follower watches until all of it stands again.

    Raises RefusedError, AlreadyRequestedError, NotReadError, NothingToDoError.
    """
    present = prepare(
        fleet, actor=actor, right=Right.RESTART, action=Action.RESTART, app=app, own=own, with_dynos=True
    )
    meant = target.among(present.dynos, formation=present.formation)
    if not meant:
        fleet.learn(app.heroku_id, app=present.app, formation=present.formation, dynos=present.dynos)
        raise NothingToDoError
    intent = Intent(
        action=Action.RESTART,
        subject=subject_of(app),
        after=target.as_json(),
        command_line=command_line(app.name, target),
    )
    spare_protected(fleet, actor=actor, intent=intent, app=app, types={dyno.type for dyno in meant})
    others = [dyno.id for dyno in present.dynos if dyno not in meant]
    marks = [mark_of(dyno) for dyno in meant]
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=intent,
        present=present,
        target={**target.as_json(), "dynos": marks, "others": others},
        follow=follow,
    )


def command_line(app_name: str, target: Target) -> str:
    """Return the line that one would have typed in a terminal."""
    flag = {"app": "", "type": f" -p {target.name}", "dyno": f" -d {target.name}"}[target.scope]
    return f"heroku ps:restart{flag} -a {app_name}"

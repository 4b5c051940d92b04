"""Take an app out of maintenance: its visitors see it again."""

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError, commit, prepare, subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.follower import follow


def reopen(fleet: Fleet, *, actor: Actor, app: App, own: Own) -> None:
    """Switch maintenance off. Raises RefusedError, AlreadyRequestedError, NotReadError, NothingToDoError."""
    present = prepare(fleet, actor=actor, right=Right.WAKE, action=Action.REOPEN, app=app, own=own)
    if not present.app.maintenance:
        fleet.learn(app.heroku_id, app=present.app)
        raise NothingToDoError
    intent = Intent(
        action=Action.REOPEN,
        subject=subject_of(app),
        before=present.as_json(),
        after={"maintenance": False},
        command_line=f"heroku maintenance:off -a {app.name}",
    )
    commit(
        fleet,
        actor=actor,
        app=app,
        intent=intent,
        present=present,
        target={"updates": [], "page": True},
        follow=follow,
    )

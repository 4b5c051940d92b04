"""Who may launch which command, on which app: one rule, asked before anything is shown or done."""

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import PROFILE_RIGHTS, Actor, Right, may
from opsconsole.ops.commands.models import Command
from opsconsole.ops.fleet.models import App


def may_launch(person: User | Actor, command: Command, app: App) -> bool:
    """Tell whether somebody may launch a command here: it is offered, is for this app, and their profile is high enough."""
    if not may(person, Right.RUN, str(app.heroku_id)) or not command.enabled:
        return False
    if command.apps is not None and str(app.heroku_id) not in command.apps:
        return False
    return PROFILE_RIGHTS[person.profile] >= PROFILE_RIGHTS[command.profile]

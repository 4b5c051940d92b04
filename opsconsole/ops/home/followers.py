"""Which room follows which change to its end: what reconciliation needs to take over what a dead process left."""

from typing import Final

from opsconsole.ops.changes.follower import Follow
from opsconsole.ops.dynos import follower as dynos
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling import follower as scaling

FOLLOWERS: Final[dict[str, Follow]] = {
    Action.SLEEP: scaling.follow,
    Action.WAKE: scaling.follow,
    Action.REOPEN: scaling.follow,
    Action.SCALE: scaling.follow,
    Action.RESTART: dynos.follow,
    Action.STOP: dynos.follow,
}

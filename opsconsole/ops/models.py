"""Every room's models, where Django looks for them."""

from opsconsole.ops.access.models import Invitation, User
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.scaling.models import ChangeInProgress, RememberedType, Sleep

__all__ = ["App", "ChangeInProgress", "Entry", "Invitation", "Outcome", "RememberedType", "Sleep", "User"]

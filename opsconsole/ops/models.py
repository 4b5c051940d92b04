"""Every room's models, where Django looks for them."""

from opsconsole.ops.access.models import Grant, Invitation, User
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.models import App, ProcessType, StoredToken
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.scaling.models import PriceSettings, RememberedType, Sleep

__all__ = [
    "App",
    "ChangeInProgress",
    "Entry",
    "Grant",
    "Invitation",
    "Outcome",
    "PriceSettings",
    "ProcessType",
    "RememberedType",
    "Sleep",
    "StoredToken",
    "User",
]

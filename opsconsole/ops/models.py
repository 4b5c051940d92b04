"""Every room's models, where Django looks for them."""

from opsconsole.ops.access.models import Grant, Invitation, User
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.commands.models import Command
from opsconsole.ops.console.models import Console, Phrases, Recorded
from opsconsole.ops.fleet.models import App, ProcessType, StoredToken
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.oneoffs.models import Piece, Run
from opsconsole.ops.scaling.models import PriceSettings, RememberedType, Sleep

__all__ = [
    "App",
    "ChangeInProgress",
    "Command",
    "Console",
    "Entry",
    "Grant",
    "Invitation",
    "Outcome",
    "Phrases",
    "Piece",
    "PriceSettings",
    "ProcessType",
    "Recorded",
    "RememberedType",
    "Run",
    "Sleep",
    "StoredToken",
    "User",
]

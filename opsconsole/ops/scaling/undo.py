"""What a change of size takes back when it is undone: the types that it touched, and no others."""

from collections.abc import Iterable

from opsconsole.ops.journal.models import Entry
from opsconsole.ops.scaling.plan import Scaled, from_json


def put_back(entry: Entry) -> tuple[Scaled, ...]:
    """Return the touched types as they were; what others have changed beside them since is not this entry's to undo."""
    touched = {scaled.type for scaled in left(entry)}
    return tuple(scaled for scaled in from_json(entry.before["formation"]) if scaled.type in touched)


def left(entry: Entry) -> tuple[Scaled, ...]:
    """Return the touched types as the change left them."""
    return from_json(entry.after["formation"])


def now_of(entry: Entry, present: Iterable[Scaled]) -> tuple[Scaled, ...]:
    """Return the touched types as they are now, in the order of the change; those that are gone are left out."""
    there = {scaled.type: scaled for scaled in present}
    return tuple(there[scaled.type] for scaled in left(entry) if scaled.type in there)

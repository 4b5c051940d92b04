"""How many changes one person may ask for in a minute: what a hand does, and no more."""

from datetime import datetime, timedelta

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.journal.models import AT_HEROKU, RUNS, Entry

MINUTE = timedelta(minutes=1)
CHANGES_A_MINUTE = 20


def is_too_fast(actor: Actor, *, now: datetime) -> bool:
    """Tell whether this person has asked for so much in the last minute that the next one has to wait."""
    asked = Entry.objects.filter(actor_id=actor.id, at__gt=now - MINUTE, action__in=(*AT_HEROKU, *RUNS))
    return asked.count() >= CHANGES_A_MINUTE

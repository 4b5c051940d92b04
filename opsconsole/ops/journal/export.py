"""Take the journal out of the console: noted before the first byte, then written a few hundred entries at a time."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db.models import QuerySet
from django.utils import translation

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.journal import formats
from opsconsole.ops.journal.change import Intent, noted
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.journal.search import EVERYTHING, Filters, find

PIECE = 500


def export(actor: Actor, *, filters: Filters, format_: str, now: datetime) -> Iterator[bytes]:
    """Note that somebody takes these entries out, and return them in pieces, in the language in force.

    What is written after `now` is left out: nothing else of a journal can change while it is read. Raises RefusedError.
    """
    entries = find(replace(filters, before=now, only=actor.apps))
    after = {"format": format_, "count": entries.count(), **_asked(filters)}
    with noted(actor, Right.EXPORT, intent=Intent(action=Action.EXPORT, after=after), now=now):
        pass
    return _pieces(entries, format_=format_, language=translation.get_language() or "fr")


def _asked(filters: Filters) -> dict[str, str]:
    asked = {
        "actor_id": filters.actor_id,
        "app_id": filters.app_id,
        "group": "" if filters.group == EVERYTHING else filters.group or "changements",
        "first": filters.first.isoformat() if filters.first else "",
        "last": filters.last.isoformat() if filters.last else "",
    }
    return {name: value for name, value in asked.items() if value}


def _pieces(entries: QuerySet[Entry], *, format_: str, language: str) -> Iterator[bytes]:
    # The language is set for each piece: between two, the thread has left the request that chose it.
    with translation.override(language):
        first = formats.head(format_)
    yield first
    for some in _some_at_a_time(entries):
        with translation.override(language):
            piece = formats.body(some, format_=format_)
        yield piece


def _some_at_a_time(entries: QuerySet[Entry]) -> Iterator[list[Entry]]:
    """Each time from where the last one ended: neither a cursor nor a transaction stays open while somebody reads slowly."""
    some = list(entries[:PIECE])
    while some:
        yield some
        last = some[-1]
        later = entries.filter(at__lte=last.at).exclude(at=last.at, id__lte=last.id)
        some = list(later[:PIECE])

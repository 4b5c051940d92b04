"""What is running, a row for each dyno, in words."""

import re
from collections.abc import Iterable

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import ONE_OFF_TYPES
from opsconsole.ops.fleet.words import NO_NAMES, Names, dyno_name, dyno_state, rank

SIGNS = {
    "up": ("awake", "ok"),
    "starting": ("waking", "run"),
    "idle": ("dozing", "off"),
    "crashed": ("down", "bad"),
    "down": ("asleep", "off"),
}


def dyno_rows(reading: Reading, *, names: Names = NO_NAMES) -> list[dict[str, object]]:
    """Return the rows that `components/dyno.html` draws: the types in the technician's order, one-off dynos last."""
    ordered = sorted(reading.dynos, key=lambda dyno: _order(dyno, names))
    return [_row(dyno, many=_count(reading.dynos, dyno.type) > 1, names=names) for dyno in ordered]


def _order(dyno: heroku.Dyno, names: Names) -> tuple[bool, tuple[int, int], str, int, str]:
    number = re.search(r"\.(\d+)$", dyno.name)
    return (
        dyno.type in ONE_OFF_TYPES,
        rank(dyno.type, names),
        dyno.type,
        int(number.group(1)) if number else 0,
        dyno.name,
    )


def _count(dynos: Iterable[heroku.Dyno], process_type: str) -> int:
    return sum(dyno.type == process_type for dyno in dynos)


def _row(dyno: heroku.Dyno, *, many: bool, names: Names) -> dict[str, object]:
    sign, tone = SIGNS.get(dyno.state, ("unreachable", "off"))
    return {
        "name": dyno_name(dyno.name, dyno.type, many=many, names=names),
        "term": dyno.name,
        "sub": _("taille %(size)s") % {"size": dyno.size} if dyno.size else "",
        "command": dyno.command,
        "state": sign,
        "tone": tone,
        "word": dyno_state(dyno.state),
        "since": dyno.updated_at,
        "act": None,
    }

"""What is running, a row for each dyno, in words."""

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.dynos.birth import Cause, cause_of
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import ONE_OFF_TYPES
from opsconsole.ops.fleet.words import NO_NAMES, Names, dyno_name, dyno_state, rank
from opsconsole.ops.oneoffs.tag import without_mark

SIGNS = {
    "up": ("awake", "ok"),
    "starting": ("waking", "run"),
    "idle": ("dozing", "off"),
    "crashed": ("down", "bad"),
    "down": ("asleep", "off"),
}


Row = dict[str, object]
Act = Callable[[heroku.Dyno], dict[str, str] | None]


def no_act(_dyno: heroku.Dyno) -> None:
    return None


def dyno_rows(
    reading: Reading,
    *,
    now: datetime,
    names: Names = NO_NAMES,
    asked_at: Iterable[datetime] = (),
    act: Act = no_act,
) -> list[Row]:
    """Return the rows that `components/dyno.html` draws: the types in the technician's order, one-off dynos last.

    `asked_at`: when somebody asked for a change; `act`: the quiet button of a dyno, for who may press it.
    """
    moments = list(asked_at)
    ordered = sorted(reading.dynos, key=lambda dyno: _order(dyno, names))
    return [
        {
            **_row(dyno, many=_count(reading.dynos, dyno.type) > 1, names=names),
            "note": _note(
                dyno, cause_of(dyno, released_at=reading.app.released_at, asked_at=moments, now=now)
            ),
            "act": act(dyno),
        }
        for dyno in ordered
    ]


def _note(dyno: heroku.Dyno, cause: Cause) -> str:
    if dyno.type in ONE_OFF_TYPES:
        return ""
    if dyno.state == "crashed":
        return _(
            "S’est arrêté de lui-même. Heroku le relance, mais de moins en moins souvent ; "
            "redémarrer force un nouvel essai tout de suite."
        )
    return {
        "release": _("Relancé par la mise en ligne d’une nouvelle version."),
        "by_itself": _("Redémarrage quotidien normal : Heroku relance chaque dyno une fois par jour."),
    }.get(cause, "")


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


def _row(dyno: heroku.Dyno, *, many: bool, names: Names) -> Row:
    sign, tone = SIGNS.get(dyno.state, ("unreachable", "off"))
    return {
        "name": dyno_name(dyno.name, dyno.type, many=many, names=names),
        "term": dyno.name,
        "sub": _("taille %(size)s") % {"size": dyno.size} if dyno.size else "",
        "command": without_mark(dyno.command),
        "state": sign,
        "tone": tone,
        "word": dyno_state(dyno.state),
        "since": dyno.updated_at,
    }

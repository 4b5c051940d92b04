"""Look for a launch whose answer was lost, by its tag: what is running is among the dynos, what is over only in the log."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime

from opsconsole import heroku
from opsconsole.ops.oneoffs.tag import carries

_STARTING: Final = "Starting process with command "


@dataclass(frozen=True, slots=True)
class Found:
    """The dyno of a launch, and when Heroku made it, as far as it says."""

    dyno: str
    at: datetime | None


def among_dynos(dynos: Iterable[heroku.Dyno], tag: str) -> Found | None:
    return next((Found(dyno.name, dyno.created_at) for dyno in dynos if carries(dyno.command, tag)), None)


def in_log(lines: Iterable[heroku.LogLine], tag: str) -> Found | None:
    """Only the platform's own line counts: a program may print any tag."""
    starts = (line for line in lines if line.source == "heroku" and line.text.startswith(_STARTING))
    return next(
        (Found(line.dyno, parse_datetime(line.at)) for line in starts if carries(line.text, tag)), None
    )

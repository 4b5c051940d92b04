"""What the log of one dyno says: what its program printed, and what the platform tells of its life.

The two are told apart by who speaks, never by what is said: a program may print « Process exited with status 0 ».
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils.dateparse import parse_datetime

from opsconsole import heroku

Line = tuple[str, str | None]
"""Heroku's time as ISO 8601, and the text; None for a hole: lines may be missing here."""

_STARTING: Final = re.compile(r"Starting process with command ")
_UP: Final = re.compile(r"State changed from \w+ to up")
_EXITED: Final = re.compile(r"Process exited with status (\d{1,3})")
_COMPLETE: Final = re.compile(r"State changed from \w+ to complete")
_ERROR: Final = re.compile(r"Error ([RL]\d{2})\b")
# PostgreSQL keeps no NUL in a text, and no lone half of a pair; neither can be shown.
_UNKEPT: Final = re.compile("[\x00\ud800-\udfff]")


@dataclass(slots=True)
class Listener:
    """Hears the lines of one dyno, in the order in which they come."""

    dyno: str
    has_begun: bool = False
    up_at: datetime | None = None
    exit_status: int | None = None
    exited_at: datetime | None = None
    is_complete: bool = False
    errors: list[str] = field(default_factory=list)  # Heroku's codes, each once

    def hear(self, lines: Iterable[heroku.LogLine]) -> list[Line]:
        """Return what the program printed."""
        printed: list[Line] = []
        for line in lines:
            if line.source == "logplex":  # « Error L11 (Tail buffer overflow) »: lines were dropped
                printed.append((line.at, None))
            elif line.dyno != self.dyno:
                continue
            elif line.source == "heroku":
                self._hear_platform(line)
            elif line.source == "app":
                printed.append((line.at, _UNKEPT.sub("\ufffd", line.text)))
        return printed

    def _hear_platform(self, line: heroku.LogLine) -> None:
        at = parse_datetime(line.at) if line.at else None
        if _STARTING.match(line.text):
            self.has_begun = True
        elif _UP.fullmatch(line.text):
            self.has_begun, self.up_at = True, self.up_at or at
        elif (exited := _EXITED.fullmatch(line.text)) is not None:
            self.exit_status, self.exited_at = int(exited[1]), at
        elif _COMPLETE.fullmatch(line.text):
            self.is_complete = True
        elif (error := _ERROR.match(line.text)) is not None and error[1] not in self.errors:
            self.errors.append(error[1])

"""One line of an app's log, as Logplex writes it: `TIME SOURCE[DYNO]: TEXT` (Dev Center, "Logging")."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_LINE: Final = re.compile(r"(\S+) ([\w-]+)\[([^\]]+)\]: ?(.*)", re.DOTALL)


class LogLine(NamedTuple):
    """`at` is ISO 8601 as Heroku wrote it, `source` is `app` or `heroku`; all three are "" for a line of no known form."""

    at: str
    source: str
    dyno: str
    text: str


def parse_line(raw: str) -> LogLine:
    """Never fails: what has no known form is all text."""
    match = _LINE.fullmatch(raw)
    return LogLine("", "", "", raw) if match is None else LogLine(*match.groups())

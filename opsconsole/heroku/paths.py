"""Paths of the Platform API, with every name matched against its pattern and percent-encoded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

from opsconsole.heroku.errors import InvalidNameError

_UUID: Final = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"

# The published schema's; it leaves the dyno's open: `web.1` on Cedar, `web-1234abcde-123ab` on Fir.
PATTERNS: Final = {
    "app": re.compile(rf"[a-z][a-z0-9-]{{1,28}}[a-z0-9]|{_UUID}"),
    "dyno": re.compile(r"[-\w]{1,128}(?:\.[-\w]{1,64})?", re.ASCII),
    "process_type": re.compile(r"[-\w]{1,128}", re.ASCII),
    "release": re.compile(rf"v?[1-9][0-9]{{0,9}}|{_UUID}"),
    "account": re.compile(_UUID),
}


@dataclass(frozen=True, slots=True)
class Path:
    """`template` may be logged; `filled` is what is asked for."""

    template: str
    filled: str


def check_name(kind: str, value: str) -> str:
    """Return the value; raise InvalidNameError if it cannot be a name of that kind."""
    if not PATTERNS[kind].fullmatch(value):
        raise InvalidNameError(f"{value[:60]!r} cannot be the name of a Heroku {kind.replace('_', ' ')}.")
    return value


def fill(template: str, **names: str) -> Path:
    """Fill `/apps/{app}/dynos` and its like; each field is named by its kind."""
    encoded = {kind: quote(check_name(kind, value), safe="") for kind, value in names.items()}
    return Path(template=template, filled=template.format(**encoded))

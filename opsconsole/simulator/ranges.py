"""Paging of lists by ranges (Platform API reference, "Ranges").

`Range: name a..f; max=10, order=desc` asks; 206 with `Next-Range` says that there is more; `]a..` starts
after `a`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .answer import Answer, RefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_PAGE = 1000
RANGE = re.compile(
    r"(?P<key>[\w-]+)\s+(?P<after>\]?)(?P<start>[^\s;.]*)\.\.(?P<end>[^\s;.]*)\s*(?:;\s*(?P<options>.*))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Range:
    key: str
    start: str = ""
    after: bool = False
    end: str = ""
    max: int = 200
    descending: bool = False

    def write(self, start: str, end: str) -> str:
        order = ", order=desc" if self.descending else ""
        return f"{self.key} {start}..{end}; max={self.max}{order}"


def parse_range(text: str | None, *, sortable: Sequence[str], page_size: int) -> Range:
    """The range a request asks for; without one, the first page by id."""
    if text is None:
        return Range(sortable[0], max=page_size)
    match = RANGE.fullmatch(text.strip())
    if match is None or match["key"] not in sortable:
        raise _unsatisfiable()
    options = _parse_options(match["options"] or "")
    longest = options.get("max", str(page_size))
    if not longest.isdecimal() or not 1 <= int(longest) <= LONGEST_PAGE:
        raise _unsatisfiable()
    if options.get("order", "asc") not in ("asc", "desc"):
        raise _unsatisfiable()
    descending = options.get("order") == "desc"
    return Range(match["key"], match["start"], bool(match["after"]), match["end"], int(longest), descending)


def take_page(answer: Answer, *, wanted: Range) -> Answer:
    """The page of a list answer that a range wants, with the headers that say what follows."""
    items: list[dict[str, object]] = list(answer.body) if isinstance(answer.body, list) else []
    items.sort(key=lambda item: _comparable(item[wanted.key]), reverse=wanted.descending)
    inside = [item for item in items if _is_inside(item[wanted.key], wanted)]
    page = inside[: wanted.max]
    first, last = (str(page[0][wanted.key]), str(page[-1][wanted.key])) if page else ("", "")
    headers = {"Accept-Ranges": ", ".join(answer.sortable), "Content-Range": wanted.write(first, last)}
    if len(inside) > len(page):
        headers["Next-Range"] = wanted.write(f"]{last}", wanted.end)
    status = 206 if "Next-Range" in headers else answer.status
    return Answer(status, page, answer.headers | headers, answer.sortable)


def _parse_options(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in re.split(r"[,;]", text) if part.strip())
    return {name.strip(): value.strip() for name, _, value in pairs}


def _is_inside(value: object, wanted: Range) -> bool:
    def is_beyond(bound: str) -> bool:
        ours, theirs = _comparable(value), _comparable_bound(bound, like=value)
        return ours < theirs if wanted.descending else ours > theirs

    started = not wanted.start or is_beyond(wanted.start) or (not wanted.after and str(value) == wanted.start)
    return started and not (wanted.end and is_beyond(wanted.end))


def _comparable(value: object) -> tuple[int, str]:
    return (value, "") if isinstance(value, int) else (0, str(value))


def _comparable_bound(bound: str, *, like: object) -> tuple[int, str]:
    if not isinstance(like, int):
        return (0, bound)
    if not bound.isdecimal():
        raise _unsatisfiable()
    return (int(bound), "")


def _unsatisfiable() -> RefusedError:
    return RefusedError(416, "requested_range_not_satisfiable", "Invalid `Range` header.")

"""The lines of an app as its topic `log:<uuid>` carries them: numbered for ever, grouped once, the same for every reader."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2s
from typing import Any, Literal, NamedTuple

_BUT_DIGITS = {code: None for code in range(128) if not chr(code).isdigit()}
GroupKind = Literal["traceback", "routine", "repeat"]


class Record(NamedTuple):
    """One line. `id` depends on the line alone, so that it is the same in another process and after a restart.

    `group` is the id of the group that the line belongs to, "" for a line that stands alone.
    """

    id: str
    at: str  # ISO 8601, as Heroku wrote it
    source: str
    dyno: str
    text: str
    group: str


class Group(NamedTuple):
    """What is known of a group so far, the lines that have left the buffer included.

    `head`: the last line of a traceback (its exception); for the others, their first line's text.
    `milliseconds`: the service times of routine pages, added up; `pages` of the `lines` are pages.
    """

    kind: GroupKind
    lines: int
    first_at: str
    last_at: str
    head: str = ""
    pages: int = 0
    milliseconds: int = 0


def line_id(at: str, source: str, dyno: str, text: str, *, key: bytes = b"", occurrence: int = 0) -> str:
    """Return an id for a URL and for HTML; `occurrence` tells equal lines of one microsecond apart.

    `key`: at most 32 bytes, the console's own, so that nobody can try what a masked line may hold against its id.
    """
    digits = at.partition("+")[0].translate(_BUT_DIGITS)
    line = f"{source}\0{dyno}\0{text}".encode("utf-8", "surrogatepass")
    checksum = blake2s(line, key=key, digest_size=4).hexdigest()
    return f"l{digits}-{checksum}" + (f"-{occurrence}" if occurrence else "")


def write_lines(
    records: Sequence[Record], groups: Mapping[str, Group], *, skipped: Iterable[str] = ()
) -> dict[str, object]:
    """Return the event: `groups` are those that these records have added to; `skipped` the ids too many to be shown live."""
    event: dict[str, object] = {"kind": "lines", "lines": records}
    if groups:
        event["groups"] = groups
    thinned = list(skipped)
    if thinned:
        event["skipped"] = thinned
    return event


def read_records(event: Mapping[str, Any]) -> list[Record]:
    return [Record(*fields) for fields in event["lines"]]


def read_groups(event: Mapping[str, Any]) -> dict[str, Group]:
    return {group_id: Group(*fields) for group_id, fields in event.get("groups", {}).items()}

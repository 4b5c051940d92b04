"""The text of an event stream (WHATWG HTML, "Server-sent events") and the cursor of several topics."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEARTBEAT = b": \n\n"


def write_event(data: str, *, cursor: str | None = None, name: str | None = None) -> bytes:
    """`data` is one line of JSON."""
    head = f"event: {name}\n" if name else ""
    mark = f"id: {cursor}\n" if cursor is not None else ""
    return f"{head}{mark}data: {data}\n\n".encode()


def write_cursor(cursor: str) -> bytes:
    """No event: the browser only remembers where it is."""
    return f"id: {cursor}\n\n".encode()


def write_notice(topic: str, kind: str, **more: int | None) -> bytes:
    """What the stream itself has to say of a topic: `gap` or `refused`."""
    return write_event(json.dumps({"kind": kind, "topic": topic, **more}, separators=(",", ":")))


def write_hello(cursor: str) -> bytes:
    """The first piece, which lets the headers out. After a cut, browsers come back in 2 to 4 s."""
    return f": open\nretry: {_spread(2000, 2000)}\n".encode() + write_cursor(cursor)


def write_bye(reason: str) -> bytes:
    """The orderly end. All the browsers were cut together, so they come back spread over 12 s."""
    data = json.dumps({"reason": reason})
    return f"retry: {_spread(2000, 12_000)}\n".encode() + write_event(data, name="bye")


def join_cursors(cursors: Mapping[str, str]) -> str:
    return ",".join(f"{topic}={cursor}" for topic, cursor in cursors.items())


def split_cursors(text: str) -> dict[str, str]:
    """What came from a browser, as far as it can be read."""
    pairs = (part.partition("=") for part in text.split(","))
    return {topic: cursor for topic, equals, cursor in pairs if equals}


def _spread(least: int, more: int) -> int:
    return least + random.SystemRandom().randrange(more)

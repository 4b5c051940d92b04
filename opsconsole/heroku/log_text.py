"""From the bytes of a log stream to its lines: plain text or server-sent events, cut anywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.log_lines import parse_line

if TYPE_CHECKING:
    from opsconsole.heroku.log_lines import LogLine

LONGEST: Final = 10_000  # bytes; Logplex itself cuts there
_HEAD: Final = re.compile(rb"\S{1,64} [\w-]{1,64}\[[^\]]{1,128}\]: ?")
_CONTINUES: Final = 0x80
_CONTINUES_MASK: Final = 0xC0


class PlainText:
    """One line after the other; a NUL is a heartbeat, wherever it stands."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, piece: bytes) -> list[LogLine]:
        if b"\0" in piece:
            piece = piece.replace(b"\0", b"")
        whole = self._rest + piece
        ended = whole.split(b"\n")
        self._rest = ended.pop()
        if len(whole) > LONGEST:
            ended = [part for line in ended for part in (_cut(line) if len(line) > LONGEST else (line,))]
        while len(self._rest) > 2 * LONGEST:  # a line without end takes no memory
            part, self._rest = _cut_once(self._rest)
            ended.append(part)
        return [parse_line(line) for line in _decode(ended) if line]

    def end(self) -> list[LogLine]:
        """What is left when the stream is over."""
        return self.feed(b"\n") if self._rest else []


class EventText:
    """The data of events (WHATWG HTML, section 9.2); comments, which are heartbeats, and named events are left out."""

    def __init__(self) -> None:
        self._rest = b""
        self._data: list[bytes] = []
        self._is_named = False

    def feed(self, piece: bytes) -> list[LogLine]:
        whole = self._rest + piece
        *ended, self._rest = whole.split(b"\n")
        if len(self._rest) > 2 * LONGEST:  # an event without end: its line goes on in the next one
            ended += [self._rest, b""]
            self._rest = b"data:"
        found: list[bytes] = []
        for line in ended:
            self._take(line.rstrip(b"\r"), found)
        parts = [part for line in found for part in (_cut(line) if len(line) > LONGEST else (line,))]
        return [parse_line(line) for line in _decode(parts) if line]

    def end(self) -> list[LogLine]:
        """An event that is not whole is none."""
        return []

    def _take(self, line: bytes, found: list[bytes]) -> None:
        if not line:
            if not self._is_named:
                found += self._data
            self._data, self._is_named = [], False
            return
        name, _, value = line.partition(b":")
        if name == b"data":
            self._data.append(value.removeprefix(b" ").replace(b"\0", b""))
        elif name == b"event":
            self._is_named = value.strip() not in {b"", b"message"}


def _decode(lines: list[bytes]) -> list[str]:
    if not lines:
        return []
    text = b"\n".join(lines).decode("utf-8", "replace")
    return [line.removesuffix("\r") for line in text.split("\n")] if "\r" in text else text.split("\n")


def _cut(line: bytes) -> list[bytes]:
    parts = []
    while len(line) > _longest(line):
        part, line = _cut_once(line)
        parts.append(part)
    return [*parts, line]


def _longest(line: bytes) -> int:
    """Logplex cuts texts, whatever stands before them."""
    head = _HEAD.match(line)
    return LONGEST + (len(head[0]) if head else 0)


def _cut_once(line: bytes) -> tuple[bytes, bytes]:
    """A piece of a line too long, and the rest under the same head, so that each piece says who speaks."""
    longest = at = _longest(line)
    while at > longest - 4 and line[at] & _CONTINUES_MASK == _CONTINUES:
        at -= 1  # not in the middle of a character
    head = _HEAD.match(line)
    return line[:at], (head[0] if head else b"") + line[at:]

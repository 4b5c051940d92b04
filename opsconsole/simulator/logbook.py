"""What Logplex keeps of each app: its last 1,500 lines, and a bell for the streams that wait for more."""

from __future__ import annotations

import re
import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_KEPT = 1500
KEPT_FOR = 7 * 86_400.0
"""Seconds."""
TAIL_KEPT = 400_000
"""Lines that an open stream may be behind; what it has not read by then is dropped, and it is told so (L11)."""
LONGEST_LINE = 10_000
"""Bytes; a longer message is cut into pieces."""
_FIR_DYNO = re.compile(r"(.+)-[0-9a-f]{10}-[0-9a-z]{5}")


@dataclass(frozen=True)
class Entry:
    """`text`: `count` lines of one speaker as they go over the wire; `number` counts lines and is that of the last one."""

    number: int
    count: int
    at: float
    source: str
    dyno: str
    text: bytes

    def says_who(self, *, source: str | None, dyno: str | None) -> bool:
        """Whether a session with these filters shows it; a dyno may be named by its type."""
        if source is not None and self.source != source:
            return False
        return dyno in (None, self.dyno, _type_of(self.dyno))


class LogBook:
    """One app's lines, oldest first. Thread-safe."""

    def __init__(self) -> None:
        self._entries: deque[Entry] = deque()
        self._kept = 0
        self._last = 0
        self.changed = threading.Condition()

    @property
    def last(self) -> int:
        return self._last

    def write(self, message: str, *, at: float, source: str, dyno: str) -> None:
        """Add a message; each of its lines becomes one, each piece of a line too long too."""
        head = f"{format_stamp(at)} {source}[{dyno}]: "
        pieces = [
            piece for line in message.split("\n") for piece in _cut(line.encode("utf-8", "surrogateescape"))
        ]
        text = b"".join(head.encode() + piece + b"\n" for piece in pieces)
        self.add(text, count=len(pieces), at=at, source=source, dyno=dyno)

    def add(self, text: bytes, *, count: int, at: float, source: str, dyno: str) -> None:
        """Add `count` whole lines as they are."""
        with self.changed:
            self._last += count
            self._entries.append(Entry(self._last, count, at, source, dyno, text))
            self._kept += count
            while self._entries and self._kept - self._entries[0].count >= TAIL_KEPT:
                self._kept -= self._entries.popleft().count
            self.changed.notify_all()

    def history(
        self, *, lines: int, source: str | None, dyno: str | None, now: float
    ) -> tuple[list[bytes], int]:
        """The last `lines` of the week that fit the filters, and the number after which live lines follow."""
        with self.changed:
            found: deque[bytes] = deque()
            for entry in reversed(self._entries):
                forgotten = entry.number <= self._last - MOST_KEPT or entry.at <= now - KEPT_FOR
                if forgotten or len(found) >= lines:
                    break
                if entry.says_who(source=source, dyno=dyno):
                    # Only LF ends a line here: a progress bar writes CR.
                    found.extendleft(line + b"\n" for line in reversed(entry.text[:-1].split(b"\n")))
            most = min(lines, MOST_KEPT)
            return list(found)[max(0, len(found) - most) :] if most else [], self._last

    def after(self, number: int) -> tuple[list[Entry], int]:
        """The entries newer than that, and how many lines before them are kept no more."""
        with self.changed:
            newer: deque[Entry] = deque()
            for entry in reversed(self._entries):
                if entry.number <= number:
                    break
                newer.appendleft(entry)
            first = newer[0].number - newer[0].count if newer else number
            return list(newer), max(0, first - number)

    def wait(self, number: int, *, seconds: float) -> None:
        """Until there is something newer, at most so long."""
        with self.changed:
            self.changed.wait_for(lambda: self._last > number, seconds)

    def wake(self) -> None:
        with self.changed:
            self.changed.notify_all()


def format_stamp(at: float) -> str:
    """The date of a line: microseconds, and the offset written out."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f+00:00")


def _type_of(dyno: str) -> str:
    """`web` of `web.1`, and of Fir's `web-4ed720fa31-ur8z1`."""
    fir = _FIR_DYNO.fullmatch(dyno)
    return fir[1] if fir else dyno.partition(".")[0]


def _cut(line: bytes) -> list[bytes]:
    return [line[at : at + LONGEST_LINE] for at in range(0, max(len(line), 1), LONGEST_LINE)]

"""What Logplex keeps of each app: its last 1,500 lines, and a bell for the streams that wait for more."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from datetime import UTC, datetime

MOST_KEPT = 1500
TAIL_KEPT = 400_000
"""Lines that an open stream may be behind; what it has not read by then is dropped, and it is told so (L11)."""
LONGEST_LINE = 10_000
"""Bytes; a longer message is cut into pieces."""


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
        return dyno is None or self.dyno == dyno or self.dyno.startswith(f"{dyno}.")


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

    def history(self, *, lines: int, source: str | None, dyno: str | None) -> tuple[list[bytes], int]:
        """The last `lines` that fit the filters, and the number after which live lines follow."""
        with self.changed:
            found: deque[bytes] = deque()
            for entry in reversed(self._entries):
                if len(found) >= lines or entry.number <= self._last - MOST_KEPT:
                    break
                if entry.says_who(source=source, dyno=dyno):
                    found.extendleft(
                        reversed(entry.text.splitlines(keepends=True) if entry.count > 1 else [entry.text])
                    )
            most = min(lines, MOST_KEPT)
            return list(found)[max(0, len(found) - most) :] if most else [], self._last

    def dropped(self, number: int) -> int:
        """How many lines after that one are kept no more."""
        with self.changed:
            if not self._entries:
                return 0
            oldest = self._entries[0]
            return max(0, oldest.number - oldest.count - number)

    def after(self, number: int) -> list[Entry]:
        """The entries newer than that; what has been dropped meanwhile is gone."""
        with self.changed:
            newer: deque[Entry] = deque()
            for entry in reversed(self._entries):
                if entry.number <= number:
                    break
                newer.appendleft(entry)
            return list(newer)

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


def _cut(line: bytes) -> list[bytes]:
    return [line[at : at + LONGEST_LINE] for at in range(0, max(len(line), 1), LONGEST_LINE)]

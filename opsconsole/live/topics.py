"""A bounded, replayable sequence of events: threads append to it, threads and asyncio loops read it."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager

MAX_EVENTS = 500
MAX_BYTES = 262_144
_CURSOR = re.compile(r"([0-9a-f]{1,16})-([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """`data`: the payload and its topic as one line of ASCII JSON, in which no text can look like framing.

    `weight` is how many items (lines of a log) it holds; `number` is that of its last item.
    """

    id: str
    number: int
    weight: int
    data: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`gap`: something between the reader's cursor and the first of `events` is no longer known here.

    `missed`: how many items that is; None where it cannot be told, since the cursor is of another life of the topic.
    """

    events: tuple[Event, ...]
    gap: bool
    cursor: str
    missed: int | None = 0


class Topic(Protocol):
    """What readers and sources know of a topic, wherever it is kept."""

    @property
    def name(self) -> str: ...
    @property
    def cursor(self) -> str:
        """The place after the newest event: what a reader who starts now holds."""
        ...

    def append(self, payload: Mapping[str, object], *, weight: int = 1) -> str:
        """Add an event of `weight` items from any thread and return its id. TypeError, ValueError: it cannot be JSON."""
        ...

    def read_after(self, cursor: str | None) -> Reading:
        """What came after `cursor`; None means from now. With a gap, everything still kept is returned."""
        ...

    def wait_after(self, cursor: str | None, timeout: float) -> Reading:
        """Block up to `timeout` seconds for news after `cursor`; an empty reading when none came."""
        ...

    def everything(self) -> Reading:
        """All that is kept, oldest first."""
        ...

    def watch(self, signal: asyncio.Event, loop: asyncio.AbstractEventLoop) -> AbstractContextManager[None]:
        """Set `signal` in `loop` after appends, until the end of the block."""
        ...

    def close(self) -> None:
        """Nobody uses it here any more."""
        ...


def write_data(name: str, payload: Mapping[str, object]) -> str:
    return json.dumps({**payload, "topic": name}, separators=(",", ":"), allow_nan=False)


class MemoryTopic:
    """Ids are `<epoch>-<number>`; the epoch is drawn here, so that an id of another life is seen as a gap."""

    def __init__(self, name: str, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> None:
        self.name = name
        self.epoch = secrets.token_hex(4)
        self._alias = ""  # the epoch of an empty life before this one
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._bytes = 0
        self._last = 0
        self._gone = 0  # the number of the last item that is kept no more
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()
        self._watches: dict[asyncio.AbstractEventLoop, _Watch] = {}

    @property
    def cursor(self) -> str:
        """The place after the newest event: what a reader who starts now holds."""
        return f"{self.epoch}-{self._last}"

    def append(self, payload: Mapping[str, object], *, weight: int = 1) -> str:
        """Add an event from any thread and return its id. TypeError or ValueError: it cannot be JSON."""
        data = write_data(self.name, payload)
        with self._changed:
            number = self._last + weight
            self._take(number, weight, data)
        return f"{self.epoch}-{number}"

    def read_after(self, cursor: str | None) -> Reading:
        """What came after `cursor`; None means from now. With a gap, everything still kept is returned."""
        with self._changed:
            if cursor is None:
                return Reading((), gap=False, cursor=self.cursor)
            after = self._number_of(cursor)
            if after is None:
                return Reading(tuple(self._events), gap=True, cursor=self.cursor, missed=None)
            gap = after < self._gone
            missed = self._gone - after if gap else 0
            return Reading(self._newer_than(after), gap=gap, cursor=self.cursor, missed=missed)

    def wait_after(self, cursor: str | None, timeout: float) -> Reading:
        """Block up to `timeout` seconds for news after `cursor`; an empty reading when none came."""
        since = self.cursor if cursor is None else cursor
        with self._changed:
            self._changed.wait_for(lambda: self._number_of(since) != self._last, timeout)
            return self.read_after(since)

    @property
    def last(self) -> int:
        """The number of the newest item."""
        return self._last

    @property
    def gone(self) -> int:
        """The number of the last item that is kept no more."""
        return self._gone

    def close(self) -> None:
        """Nothing to end: it goes when nobody holds it any more."""

    def take(self, number: int, weight: int, data: str) -> None:
        """Add an event that has its number already: a mirror's way to append."""
        with self._changed:
            self._take(number, weight, data)

    def replace(self, epoch: str | None, gone: int, events: list[tuple[int, int, str]]) -> None:
        """Become what another place keeps; without an epoch, a new life of its own begins."""
        with self._changed:
            # Whoever waited for the first event of all stands before all that is kept here.
            self._alias = self.epoch if self._last == 0 else ""
            self.epoch = epoch or secrets.token_hex(4)
            self._events.clear()
            self._bytes, self._gone, self._last = 0, gone, gone
            for number, weight, data in events:
                self._take(number, weight, data)
            self._ring()

    def everything(self) -> Reading:
        """All that is kept, oldest first."""
        with self._changed:
            return Reading(tuple(self._events), gap=False, cursor=self.cursor)

    @contextmanager
    def watch(self, signal: asyncio.Event, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        """Set `signal` in `loop` after appends, until the end of the block."""
        with self._changed:
            self._watches.setdefault(loop, _Watch(loop)).signals.add(signal)
        try:
            yield
        finally:
            with self._changed:
                watch = self._watches[loop]
                watch.signals.discard(signal)
                if not watch.signals:
                    del self._watches[loop]

    def _take(self, number: int, weight: int, data: str) -> None:
        self._last = number
        self._events.append(Event(f"{self.epoch}-{number}", number, weight, data))
        self._bytes += len(data)
        while len(self._events) > self._max_events or self._bytes > self._max_bytes:
            oldest = self._events.popleft()
            self._bytes -= len(oldest.data)
            self._gone = oldest.number
        self._ring()

    def _ring(self) -> None:
        self._changed.notify_all()
        for watch in self._watches.values():
            watch.ring()

    def _number_of(self, cursor: str) -> int | None:
        """The item number that `cursor` stands at, or None where it is of another life of the topic."""
        parts = _CURSOR.fullmatch(cursor)
        if parts is None or parts[1] not in {self.epoch, self._alias}:
            return None
        number = int(parts[2])
        return number if number <= self._last else None

    def _newer_than(self, number: int) -> tuple[Event, ...]:
        # From the newest backwards: readers are mostly at the end, and the buffer may be long.
        newer = list(takewhile(lambda event: event.number > number, reversed(self._events)))
        newer.reverse()
        return tuple(newer)


class _Watch:
    """Wakes all the readers of one loop with one call into it, however many events came meanwhile."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.signals: set[asyncio.Event] = set()
        self._loop = loop
        self._rung = False

    def ring(self) -> None:
        if not self._rung:
            self._rung = True
            with suppress(RuntimeError):  # a loop that is closed has no reader left
                self._loop.call_soon_threadsafe(self._wake)

    def _wake(self) -> None:
        self._rung = False
        for signal in tuple(self.signals):
            signal.set()

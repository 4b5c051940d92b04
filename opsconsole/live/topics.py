"""A bounded, replayable sequence of events: threads append to it, threads and asyncio loops read it."""

from __future__ import annotations

import json
import re
import secrets
import threading
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping

MAX_EVENTS = 500
MAX_BYTES = 262_144
_CURSOR = re.compile(r"([0-9a-f]{1,16})-([0-9]{1,15})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Event:
    """`data`: the payload and its topic as one line of ASCII JSON, in which no text can look like framing."""

    id: str
    number: int
    data: str


@dataclass(frozen=True, slots=True)
class Reading:
    """`gap`: something between the reader's cursor and the first of `events` is no longer known here."""

    events: tuple[Event, ...]
    gap: bool
    cursor: str


class Topic:
    """Ids are `<epoch>-<number>`; the epoch is drawn here, so that an id of another life is seen as a gap."""

    def __init__(self, name: str, *, max_events: int = MAX_EVENTS, max_bytes: int = MAX_BYTES) -> None:
        self.name = name
        self.epoch = secrets.token_hex(4)
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._bytes = 0
        self._last = 0
        self._events: deque[Event] = deque()
        self._changed = threading.Condition()
        self._watches: dict[asyncio.AbstractEventLoop, _Watch] = {}

    @property
    def cursor(self) -> str:
        """The place after the newest event: what a reader who starts now holds."""
        return f"{self.epoch}-{self._last}"

    def append(self, payload: Mapping[str, object]) -> str:
        """Add an event from any thread and return its id. TypeError or ValueError: it cannot be JSON."""
        data = json.dumps({**payload, "topic": self.name}, separators=(",", ":"), allow_nan=False)
        with self._changed:
            self._last += 1
            event = Event(f"{self.epoch}-{self._last}", self._last, data)
            self._events.append(event)
            self._bytes += len(data)
            self._shorten()
            self._changed.notify_all()
            for watch in self._watches.values():
                watch.ring()
        return event.id

    def read_after(self, cursor: str | None) -> Reading:
        """What came after `cursor`; None means from now. With a gap, everything still kept is returned."""
        with self._changed:
            if cursor is None:
                return Reading((), gap=False, cursor=self.cursor)
            after = self._number_of(cursor)
            if after is None:
                return Reading(tuple(self._events), gap=True, cursor=self.cursor)
            new = self._last - after
            events = tuple(self._events)[-new:] if new else ()
            return Reading(events, gap=False, cursor=self.cursor)

    def wait_after(self, cursor: str | None, timeout: float) -> Reading:
        """Block up to `timeout` seconds for news after `cursor`; an empty reading when none came."""
        since = self.cursor if cursor is None else cursor
        with self._changed:
            self._changed.wait_for(lambda: self._number_of(since) != self._last, timeout)
            return self.read_after(since)

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

    def _number_of(self, cursor: str) -> int | None:
        """The event number that `cursor` stands at, or None where the events after it are not all kept."""
        parts = _CURSOR.fullmatch(cursor)
        if parts is None or parts[1] != self.epoch:
            return None
        number = int(parts[2])
        return number if self._last - len(self._events) <= number <= self._last else None

    def _shorten(self) -> None:
        while len(self._events) > self._max_events or self._bytes > self._max_bytes:
            self._bytes -= len(self._events.popleft().data)


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

"""The register of topics and the supervisor of their pumps, which run while somebody reads."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from opsconsole.live.pumps import Pause, Pump, Source
from opsconsole.live.topics import MAX_BYTES, MAX_EVENTS, MemoryTopic, Topic

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SourceFactory = Callable[[str], Source]
"""Makes the source for a topic's whole name."""

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,31}(:[A-Za-z0-9._-]{1,64})?", re.ASCII)


class TopicNameError(ValueError):
    """The name is not `prefix` or `prefix:id` in plain letters, digits, dots, dashes and underscores."""


def check_name(name: str) -> str:
    """The same name; the characters that join names and ids in a stream's cursor can never be part of it."""
    if _NAME.fullmatch(name) is None:
        raise TopicNameError("this is not the name of a topic")
    return name


@dataclass(frozen=True, slots=True)
class PumpStatus:
    """`last_error` is the class name only: messages may hold what screens should not."""

    name: str
    alive: bool
    readers: int
    restarts: int
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Family:
    """What the topics of one prefix have in common; a topic that no source feeds has no `factory`."""

    factory: SourceFactory | None
    is_shared: bool
    max_events: int
    max_bytes: int
    linger: float  # seconds that a topic is kept after its last use


class Broker(Protocol):
    """What several processes of the console have between them."""

    @property
    def is_away(self) -> bool: ...
    def topic(self, name: str, *, max_events: int, max_bytes: int) -> Topic: ...
    def lead(self, name: str, source: Source) -> Source: ...


@dataclass(slots=True, eq=False)
class _Channel:
    topic: Topic
    family: Family
    readers: int = 0
    holds: int = 0
    pump: Pump | None = None
    idle_since: float = 0.0

    @property
    def needed(self) -> bool:
        return self.readers + self.holds > 0


class Hub:
    """One per process. Any thread may call any method; only `shutdown` waits for sources."""

    def __init__(
        self,
        *,
        clock: Callable[[], float] = time.monotonic,
        linger: float = 5.0,
        pause: Pause | None = None,
        max_events: int = MAX_EVENTS,
        max_bytes: int = MAX_BYTES,
        broker: Broker | None = None,
    ) -> None:
        self._clock = clock
        self._broker = broker
        self._bare = Family(None, is_shared=False, max_events=max_events, max_bytes=max_bytes, linger=linger)
        self._pause = pause or Pause()
        self._families: dict[str, Family] = {}
        self._channels: dict[str, _Channel] = {}
        self._leaving: dict[str, Pump] = {}
        self._changed = threading.Condition(threading.RLock())
        self._sweeper: threading.Thread | None = None
        self._closed = False

    def register(
        self,
        prefix: str,
        factory: SourceFactory | None,
        *,
        is_shared: bool = False,
        max_events: int | None = None,
        max_bytes: int | None = None,
        linger: float | None = None,
    ) -> None:
        """`prefix` stands for the topic of that name and for every `prefix:id`; bounds that are not given are the hub's.

        Without a factory nothing feeds them but those who append.

        `is_shared`: with a broker, all the processes read one topic, and one of them runs its source.
        """
        self._families[prefix] = Family(
            factory,
            is_shared=is_shared,
            max_events=max_events or self._bare.max_events,
            max_bytes=max_bytes or self._bare.max_bytes,
            linger=self._bare.linger if linger is None else linger,
        )

    def topic(self, name: str) -> Topic:
        """The topic as it is now. It is dropped, and its ids with it, `linger` seconds after its last use."""
        with self._changed:
            channel = self._channel(name)
            self._leave(channel)
            return channel.topic

    def publish(self, name: str, payload: Mapping[str, object]) -> None:
        """Append to a topic that somebody uses; what nobody could read is not kept."""
        with self._changed:
            channel = self._channels.get(check_name(name))
        if channel is not None:
            channel.topic.append(payload)

    @contextmanager
    def subscribe(self, name: str) -> Iterator[Topic]:
        """Read a topic: its pump runs at least as long as this block."""
        with self._changed:
            channel = self._enter(name)
            channel.readers += 1
        try:
            yield channel.topic
        finally:
            with self._changed:
                channel.readers -= 1
                self._leave(channel)

    @contextmanager
    def hold(self, name: str) -> Iterator[Topic]:
        """Keep a topic and its pump without reading, for work that must be followed to its end."""
        with self._changed:
            channel = self._enter(name)
            channel.holds += 1
        try:
            yield channel.topic
        finally:
            with self._changed:
                channel.holds -= 1
                self._leave(channel)

    def nudge(self, name: str) -> None:
        """Wake the pump from its pause between two turns (not from its pause after a death)."""
        with self._changed:
            channel = self._channels.get(check_name(name))
            if channel is not None and channel.pump is not None:
                channel.pump.wake()

    @property
    def is_shared(self) -> bool:
        """Whether other processes may read the same topics."""
        return self._broker is not None

    @property
    def is_degraded(self) -> bool:
        """Whether what the processes have between them is away, so that each goes on alone."""
        return self._broker is not None and self._broker.is_away

    def pumps(self) -> tuple[PumpStatus, ...]:
        with self._changed:
            return tuple(
                PumpStatus(name, pump.alive, channel.readers, pump.restarts, pump.last_error)
                for name, channel in sorted(self._channels.items())
                if (pump := channel.pump) is not None
            )

    def sweep(self) -> float | None:
        """Drop what nobody used for `linger` seconds; the seconds until more is due, None without more."""
        with self._changed:
            now = self._clock()
            idle = {name: channel for name, channel in self._channels.items() if not channel.needed}
            for name, channel in idle.items():
                if now - channel.idle_since >= channel.family.linger:
                    self._drop(name, channel)
            self._leaving = {name: pump for name, pump in self._leaving.items() if pump.running}
            waits = [channel.idle_since + channel.family.linger - now for channel in idle.values()]
            return min((wait for wait in waits if wait > 0), default=None)

    def shutdown(self, timeout: float) -> None:
        """Stop every pump and wait for them up to `timeout` seconds in all. No pump starts afterwards."""
        with self._changed:
            self._closed = True
            pumps = [channel.pump for channel in self._channels.values() if channel.pump is not None]
            pumps += self._leaving.values()
            topics = [channel.topic for channel in self._channels.values()]
            self._changed.notify_all()
        for pump in pumps:
            pump.stop()
        deadline = time.monotonic() + timeout
        for pump in pumps:
            pump.join(max(0.0, deadline - time.monotonic()))
        for topic in topics:
            topic.close()

    def _channel(self, name: str) -> _Channel:
        channel = self._channels.get(check_name(name))
        if channel is None:
            family = self._families.get(name.partition(":")[0], self._bare)
            channel = self._channels[name] = _Channel(self._make_topic(name, family), family)
        return channel

    def _make_topic(self, name: str, family: Family) -> Topic:
        if self._broker is not None and family.is_shared:
            return self._broker.topic(name, max_events=family.max_events, max_bytes=family.max_bytes)
        return MemoryTopic(name, max_events=family.max_events, max_bytes=family.max_bytes)

    def _enter(self, name: str) -> _Channel:
        channel = self._channel(name)
        factory = channel.family.factory
        stopped = channel.pump is None or not channel.pump.running
        if factory is not None and stopped and not self._closed:
            after = self._leaving.pop(name, None)
            source = factory(name)
            if self._broker is not None and channel.family.is_shared:
                source = self._broker.lead(name, source)
            channel.pump = Pump(channel.topic, source, pause=self._pause, after=after)
        return channel

    def _leave(self, channel: _Channel) -> None:
        if channel.needed:
            return
        channel.idle_since = self._clock()
        if self._sweeper is None and not self._closed:
            self._sweeper = threading.Thread(target=self._keep_sweeping, name="live sweeper", daemon=True)
            self._sweeper.start()

    def _drop(self, name: str, channel: _Channel) -> None:
        # Its ids go with it: without its pump nobody can say that nothing happened, so a reader who
        # comes back must see a gap.
        del self._channels[name]
        channel.topic.close()
        if channel.pump is not None:
            channel.pump.stop()
            self._leaving[name] = channel.pump

    def _keep_sweeping(self) -> None:
        with self._changed:
            while not self._closed:
                wait = self.sweep()
                if wait is None:
                    break
                self._changed.wait(wait)
            self._sweeper = None

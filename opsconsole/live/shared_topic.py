"""A topic that several processes share: kept elsewhere, mirrored here, so that it is read as quickly as one in memory."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, Protocol

from opsconsole.live.topics import MemoryTopic, Reading, write_data

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator, Mapping

PENDING = "?"
"""The cursor of a reader who came before anything was known of the topic: from then on, whatever comes."""
AGAIN_SECONDS = 0.5


class FencedError(Exception):
    """Somebody else has become this topic's pump: what was to be written is not."""


class UnreachableError(Exception):
    """The store did not answer."""


class Appended(NamedTuple):
    epoch: str
    number: int


class Kept(NamedTuple):
    """What the store keeps of a topic: events as (number, weight, data); items up to `gone` are gone."""

    epoch: str
    gone: int
    events: list[tuple[int, int, str]]


class Store(Protocol):
    def append(
        self, name: str, data: str, *, weight: int, token: str, max_events: int, max_bytes: int
    ) -> Appended: ...
    def load(self, name: str) -> Kept | None: ...
    def wait(self, name: str, after: int) -> list[tuple[int, int, str]]: ...
    def epoch(self, name: str) -> str | None: ...


class SharedTopic:
    """Reads never wait for the store. While it is away, events are kept here alone, and readers are told so."""

    def __init__(self, name: str, store: Store, *, max_events: int, max_bytes: int) -> None:
        self.name = name
        self.token = ""
        """Of whoever may write; set by the pump that leads."""
        self._store = store
        self._max_events = max_events
        self._max_bytes = max_bytes
        self._mirror = MemoryTopic(name, max_events=max_events, max_bytes=max_bytes)
        self._is_known = threading.Event()
        self._is_alone = False
        self._ended = threading.Event()
        self._lock = threading.RLock()
        self._thread = threading.Thread(target=self._follow, name=f"mirror {name}", daemon=True)
        self._thread.start()

    @property
    def cursor(self) -> str:
        return self._mirror.cursor if self._is_known.is_set() else PENDING

    @property
    def epoch(self) -> str:
        return self._mirror.epoch

    @property
    def is_alone(self) -> bool:
        """Whether the store is away."""
        return self._is_alone

    def append(self, payload: Mapping[str, object], *, weight: int = 1) -> str:
        """As any topic; raises FencedError where another process has become its pump."""
        data = write_data(self.name, payload)
        try:
            epoch, number = self._store.append(
                self.name,
                data,
                weight=weight,
                token=self.token,
                max_events=self._max_events,
                max_bytes=self._max_bytes,
            )
        except UnreachableError:
            with self._lock:
                self._be_alone()
                return self._mirror.append(payload, weight=weight)
        self._take_own(epoch, number, weight, data)
        return f"{epoch}-{number}"

    def _take_own(self, epoch: str, number: int, weight: int, data: str) -> None:
        """Whoever appends reads it here at once."""
        with self._lock:
            if epoch == self._mirror.epoch and number == self._mirror.last + weight:
                self._mirror.take(number, weight, data)
            elif epoch != self._mirror.epoch:
                try:
                    self._load()
                except UnreachableError:
                    return  # the mirror's own thread will see it too

    def read_after(self, cursor: str | None) -> Reading:
        if not self._is_known.is_set():
            return Reading((), gap=False, cursor=cursor or PENDING)
        return self._mirror.read_after(None if cursor == PENDING else cursor)

    def wait_after(self, cursor: str | None, timeout: float) -> Reading:
        if not self._is_known.wait(timeout):
            return self.read_after(cursor)
        return self._mirror.wait_after(None if cursor == PENDING else cursor, timeout)

    def everything(self) -> Reading:
        if not self._is_known.is_set():
            return Reading((), gap=False, cursor=PENDING)
        return self._mirror.everything()

    @contextmanager
    def watch(self, signal: asyncio.Event, loop: asyncio.AbstractEventLoop) -> Iterator[None]:
        with self._mirror.watch(signal, loop):
            yield

    def wait_until_known(self, seconds: float) -> None:
        """A pump goes on from what the topic holds: it has to know that first."""
        self._is_known.wait(seconds)

    def close(self) -> None:
        """Nobody reads it here any more."""
        self._ended.set()

    # ── the mirror ──
    def _follow(self) -> None:
        while not self._ended.is_set():
            try:
                self._load()
                while not self._ended.is_set():
                    self._take_what_comes()
            except UnreachableError:
                with self._lock:
                    self._be_alone()
                self._ended.wait(AGAIN_SECONDS)

    def _load(self) -> None:
        if self._is_alone:
            self._write({"kind": "restored"})
        # Asked under the lock: what is appended here meanwhile must not be replaced by an older answer.
        with self._lock:
            kept = self._store.load(self.name)
            self._is_alone = False
            if kept is not None:
                self._mirror.replace(kept.epoch, kept.gone, kept.events)
            self._is_known.set()

    def _take_what_comes(self) -> None:
        events = self._store.wait(self.name, self._mirror.last)
        if not events:
            # Nothing for a while: the topic may have begun a new life, whose numbers start again.
            if self._store.epoch(self.name) not in {None, self._mirror.epoch}:
                self._load()
            return
        if self._store.epoch(self.name) != self._mirror.epoch:
            self._load()  # a new life, whose numbers may go on from ours by chance
            return
        with self._lock:
            expected = self._mirror.last
            for number, weight, data in events:
                if number - weight > expected:
                    self._load()  # something left the store before it came here
                    return
                if number > self._mirror.last:
                    self._mirror.take(number, weight, data)
                expected = max(expected, number)

    def _write(self, payload: Mapping[str, object]) -> None:
        """Say something as this process, whoever is the pump."""
        data = write_data(self.name, payload)
        self._store.append(
            self.name,
            data,
            weight=1,
            token="",
            max_events=self._max_events,
            max_bytes=self._max_bytes,
        )

    def _be_alone(self) -> None:
        """Go on in memory, as a new life of the topic: what others write meanwhile is not known here."""
        if self._is_alone:
            return
        self._is_alone = True
        kept = [(event.number, event.weight, event.data) for event in self._mirror.everything().events]
        self._mirror.replace(None, self._mirror.gone, kept)
        self._is_known.set()
        self._mirror.append({"kind": "degraded"})

"""One open event stream: what one browser follows, from the first piece to the orderly end."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from opsconsole.live import frames

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from opsconsole.live.hub import Hub
    from opsconsole.live.topics import Event, Topic

_PIECE = 65_536
_BYE_SECONDS = 1.0
"""How long a reader who does not read may hold up the end of the process."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Seconds between checks of the right, between heartbeats, between news, and that one piece may take to leave."""

    check: float
    heartbeat: float
    send: float
    pause: float = 0.03  # a hundred readers of a busy log are woken thirty times a second, not at each line


class SessionEndError(Exception):
    """The stream ends with an orderly `bye` that says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Allowed(Protocol):
    """The topics that may be followed, and what of their events is sent."""

    @property
    def topics(self) -> frozenset[str]: ...
    @property
    def show(self) -> Show | None: ...


Show = Callable[["Topic", "Event"], str | None]
"""The JSON to send for an event of a topic; None keeps it back."""
Write = Callable[[bytes], Awaitable[None]]
Recheck = Callable[[], Awaitable[Allowed]]
"""What is still allowed; SessionEndError when the stream has to end."""


class Session:
    """Setting `wake` makes it look at once at its topics, at the connection and at the server."""

    def __init__(self, hub: Hub, *, grant: Allowed, write: Write, recheck: Recheck, rhythm: Rhythm) -> None:
        self.wake = asyncio.Event()
        self.gone = False
        self._hub = hub
        self._grant = grant
        self._write = write
        self._recheck = recheck
        self._rhythm = rhythm
        self._send_seconds = rhythm.send
        self._topics: dict[str, tuple[Topic, ExitStack]] = {}
        self._cursors: dict[str, str] = {}
        self._sending: asyncio.Timeout | None = None

    async def follow(
        self, names: Sequence[str], known: Mapping[str, str], *, is_stopping: Callable[[], bool]
    ) -> None:
        """Run until the browser leaves (return) or has to be told to (`bye`)."""
        with ExitStack() as subscriptions:
            for name in names:
                self._enter(name, known.get(name), subscriptions)
            await self._send(frames.write_hello(frames.join_cursors(self._cursors)))
            try:
                await self._turn(is_stopping)
            except SessionEndError as end:
                self._send_seconds = _BYE_SECONDS
                await self._send(frames.write_bye(end.reason))

    def hurry(self) -> None:
        """The server stops: look at it at once, and wait no longer than this for a reader who does not read."""
        self.wake.set()
        self._send_seconds = _BYE_SECONDS
        if self._sending is not None and not self._sending.expired():
            self._sending.reschedule(asyncio.get_running_loop().time() + _BYE_SECONDS)

    async def _turn(self, is_stopping: Callable[[], bool]) -> None:
        now = asyncio.get_running_loop().time
        check_at = now() + self._until_check()
        beat_at = now() + self._rhythm.heartbeat
        while not self.gone:
            self.wake.clear()
            if is_stopping():
                raise SessionEndError("restart")
            if now() >= check_at:
                self._grant = await self._recheck()
                await self._narrow(self._grant.topics)
                check_at = now() + self._until_check()
            if await self._send_news():
                beat_at = now() + self._rhythm.heartbeat
                await asyncio.sleep(self._rhythm.pause)
            elif now() >= beat_at:
                await self._send(frames.HEARTBEAT)
                beat_at = now() + self._rhythm.heartbeat
            await self._sleep_until(min(check_at, beat_at))

    async def _sleep_until(self, moment: float) -> None:
        try:
            async with asyncio.timeout_at(moment):
                await self.wake.wait()
        except TimeoutError:
            return

    def _until_check(self) -> float:
        # Spread, and always early: streams opened together after a deploy must not be checked together.
        return self._rhythm.check * random.SystemRandom().uniform(0.7, 0.95)

    def _enter(self, name: str, cursor: str | None, subscriptions: ExitStack) -> None:
        stack = subscriptions.enter_context(ExitStack())
        topic = stack.enter_context(self._hub.subscribe(name))
        stack.enter_context(topic.watch(self.wake, asyncio.get_running_loop()))
        self._topics[name] = (topic, stack)
        self._cursors[name] = cursor or topic.cursor

    async def _narrow(self, allowed: frozenset[str]) -> None:
        for name in [name for name in self._topics if name not in allowed]:
            _topic, stack = self._topics.pop(name)
            stack.close()
            del self._cursors[name]
            await self._send(frames.write_notice(name, "refused"))
        if not self._topics:
            raise SessionEndError("refused")

    async def _send_news(self) -> bool:
        sent = False
        for name, (topic, _stack) in self._topics.items():
            piece = bytearray()
            for frame in self._read(name, topic):
                piece += frame
                if len(piece) >= _PIECE:
                    await self._send(bytes(piece))
                    piece.clear()
                    sent = True
            if piece:
                await self._send(bytes(piece))
                sent = True
        return sent

    def _read(self, name: str, topic: Topic) -> Iterator[bytes]:
        reading = topic.read_after(self._cursors[name])
        if reading.gap:
            yield frames.write_notice(name, "gap", missed=reading.missed)
        show = self._grant.show
        for event in reading.events:
            self._cursors[name] = event.id
            data = event.data if show is None else show(topic, event)
            if data is not None:
                yield frames.write_event(data, cursor=frames.join_cursors(self._cursors))
        self._cursors[name] = reading.cursor
        if reading.gap and not reading.events:
            yield frames.write_cursor(frames.join_cursors(self._cursors))

    async def _send(self, piece: bytes) -> None:
        """The server holds back while the browser does not read; TimeoutError when that lasts too long."""
        try:
            async with asyncio.timeout(self._send_seconds) as self._sending:
                await self._write(piece)
        finally:
            self._sending = None

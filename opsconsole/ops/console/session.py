"""One open console, in the loop of the process that holds it: a program's terminal on one side, two topics on the other.

Everything is bounded: the program is no longer read while a browser is behind, what is typed waits in a short queue, and the
screen keeps what a browser that comes back needs.
"""

import asyncio
import codecs
import contextlib
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Protocol

from opsconsole import heroku
from opsconsole.live.shared_topic import SharedTopic
from opsconsole.live.socket import KNOWN_WITHIN
from opsconsole.live.topics import MemoryTopic, Topic
from opsconsole.ops.console.viewers import Viewers

PIECE: Final = 65_536  # bytes read at once
AHEAD: Final = 400_000  # characters that a browser may be behind
WAITING_KEYS: Final = 65_536  # bytes that the program has not taken yet
TURN: Final = 0.25  # seconds between two looks at the clock
TELL_AGAIN: Final = 15.0  # seconds by which the end has moved before browsers are told


class Terminal(Protocol):
    """The other end: `heroku.Rendezvous`."""

    async def read(self, most: int = ...) -> bytes: ...
    async def write(self, data: bytes) -> None: ...
    async def close(self) -> None: ...


class Record(Protocol):
    def add(self, at: float, text: str) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """Seconds without a key, seconds without a browser, and the moment (seconds since 1970) at which it ends anyway."""

    idle: float
    away: float
    ends_at: float


class Session:
    """`run` ends with the reason: "ended" (by the program), "cut", "idle", "away", "over", or what `end` was given."""

    def __init__(
        self,
        terminal: Terminal,
        *,
        screen: Topic,
        keys: Topic,
        bounds: Bounds,
        record: Record,
        now: Callable[[], float],
    ) -> None:
        self._terminal = terminal
        self._screen = screen
        self._keys = keys
        self._bounds = bounds
        self._record = record
        self._now = now
        self._began = self.typed_at = now()
        self._viewers = Viewers(now=self._began)
        self._told_idle_at = 0.0
        self._told_people: list[dict[str, object]] = []
        self._printed = 0
        self._shown = asyncio.Event()
        self._outbox: deque[bytes] = deque()
        self._waiting = 0
        self._to_send = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._ending: asyncio.Future[str] = self._loop.create_future()

    async def run(self) -> str:
        """Carry both ways until something ends it; the terminal is closed when it returns."""
        await self._tell()
        tasks = [
            asyncio.create_task(self._kept(work))
            for work in (self._print, self._listen, self._send, self._watch)
        ]
        try:
            return await self._ending
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._terminal.close()

    def end(self, reason: str) -> None:
        """End it, from any thread."""
        self._loop.call_soon_threadsafe(self._finish, reason)

    def _finish(self, reason: str) -> None:
        if not self._ending.done():
            self._ending.set_result(reason)

    async def _kept(self, work: Callable[[], Any]) -> None:
        try:
            await work()
        except heroku.HerokuError:
            self._finish("cut")
        except Exception as error:  # noqa: BLE001 -- whoever waits for the end is told
            if not self._ending.done():
                self._ending.set_exception(error)

    # ── from the program ──
    async def _print(self) -> None:
        decode = codecs.getincrementaldecoder("utf-8")("replace").decode
        while True:
            data = await self._terminal.read(PIECE)
            text = decode(data, not data)
            if text:
                self._record.add(self._now() - self._began, text)
                place = await self._put({"kind": "out", "text": text}, weight=len(text))
                self._printed = int(place.rpartition("-")[2])
            if not data:
                self._finish("ended")
                return
            await self._wait_for_room()

    async def _wait_for_room(self) -> None:
        """Read no further while a browser is too far behind; one that says nothing any more is no longer waited for."""
        while (slowest := self._viewers.slowest()) is not None and self._printed - slowest > AHEAD:
            self._shown.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TURN):
                    await self._shown.wait()

    async def _put(self, payload: Mapping[str, object], *, weight: int = 1) -> str:
        if isinstance(self._screen, MemoryTopic):
            return self._screen.append(payload, weight=weight)
        # A shared topic asks Redis: not in the loop that carries everybody's keys
        return await self._loop.run_in_executor(None, partial(self._screen.append, payload, weight=weight))

    # ── to the program ──
    async def _listen(self) -> None:
        signal = asyncio.Event()
        if isinstance(self._keys, SharedTopic):
            await self._loop.run_in_executor(None, self._keys.wait_until_known, KNOWN_WITHIN)
        with self._keys.watch(signal, self._loop):
            reading = self._keys.everything()  # who waited for it is there already, and may have typed
            while True:
                for event in reading.events:
                    await self._hear(json.loads(event.data))
                signal.clear()
                reading = self._keys.read_after(reading.cursor)
                if not reading.events:
                    await signal.wait()

    async def _hear(self, message: Mapping[str, Any]) -> None:
        if message["kind"] == "keys":
            self._take_keys(str(message["text"]))
        elif self._viewers.hear(message, now=self._now()):
            await self._tell()
        self._shown.set()

    def _take_keys(self, text: str) -> None:
        self.typed_at = self._now()
        data = text.encode("utf-8", "replace")
        # What the program does not take is not kept for ever; an interruption is always let through.
        if self._waiting + len(data) > WAITING_KEYS and data != b"\x03":
            return
        self._waiting += len(data)
        self._outbox.append(data)
        self._to_send.set()

    async def _send(self) -> None:
        while True:
            await self._to_send.wait()
            self._to_send.clear()
            while self._outbox:
                data = b"".join(self._outbox)
                self._outbox.clear()
                await self._terminal.write(data)
                self._waiting -= len(data)

    # ── the clock ──
    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(TURN)
            now = self._now()
            self._viewers.expire(now=now)
            alone_since = self._viewers.alone_since()
            if now >= self._bounds.ends_at:
                self._finish("over")
            elif now - self.typed_at >= self._bounds.idle:
                self._finish("idle")
            elif alone_since is not None and now - alone_since >= self._bounds.away:
                self._finish("away")
            elif self._has_news():
                await self._tell()

    def _has_news(self) -> bool:
        moved = self.typed_at + self._bounds.idle - self._told_idle_at
        return moved >= TELL_AGAIN or self._viewers.people() != self._told_people

    async def _tell(self) -> None:
        """Tell every browser when it ends, and who is there."""
        self._told_idle_at = self.typed_at + self._bounds.idle
        self._told_people = self._viewers.people()
        await self._put(
            {
                "kind": "limits",
                "now": round(self._now() * 1000),
                "idle_at": round(self._told_idle_at * 1000),
                "end_at": round(self._bounds.ends_at * 1000),
            }
        )
        await self._put({"kind": "people", "people": self._told_people})

"""A WebSocket (raw ASGI 3) between a browser and two topics: what comes in one goes out to it, what it sends goes into the other.

Text frames only, each one JSON object. A browser says what it has shown; it is sent no more than it can take.
"""

from __future__ import annotations

import asyncio
import json
import logging
import secrets
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl

from opsconsole.live.shared_topic import SharedTopic
from opsconsole.live.stream import Refusal, read_headers
from opsconsole.live.topics import MemoryTopic

if TYPE_CHECKING:
    from opsconsole.live.hub import Hub
    from opsconsole.live.topics import Event, Topic

logger = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

TRIAL: Final = "/ws/trial/"
AHEAD: Final = 400_000  # characters sent beyond what the browser has shown
TELL_EVERY: Final = 100_000  # characters shown until the other side hears of it
LONGEST_KEYS: Final = 4096  # characters in one frame
FRAMES_A_SECOND: Final = 200
KNOWN_WITHIN: Final = 3.0  # seconds that what other processes hold may take to come
SMALL: Final = 400  # characters; an event that ends the socket is shorter
NORMAL, GOING_AWAY, UNSUPPORTED, POLICY, RESTART = 1000, 1001, 1003, 1008, 1012


@dataclass(frozen=True, slots=True)
class SocketRequest:
    """Header names in lower case; `is_first` when the socket opens, False when its right is looked at again."""

    headers: Mapping[str, str]
    path: str
    query: Mapping[str, str]
    is_first: bool = True


@dataclass(frozen=True, slots=True)
class SocketGrant:
    """Who reads which topic and writes into which; `types`: may send keys, and not only look."""

    person: str
    name: str
    out: str
    into: str
    types: bool


Authorise = Callable[[SocketRequest], "SocketGrant | Refusal"]
"""May block: it runs in a small pool of threads, when a socket opens and again all along."""


class SocketEndError(Exception):
    """The socket is closed with this code; `reason` is told before, in an event of its own, where there is one."""

    def __init__(self, code: int, reason: str = "") -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """Seconds: between pings, of a browser's silence, between looks at its right, from the notice to a stop, and
    for a piece to leave.
    """

    ping: float = 20.0
    silence: float = 60.0
    check: float = 30.0
    notice: float = 4.0
    send: float = 60.0


class Sockets:
    """The door: who may open a socket, and how many."""

    def __init__(
        self,
        hub: Hub,
        authorise: Authorise,
        *,
        is_stopping: Callable[[], bool],
        max_sockets: int = 100,
        max_per_person: int = 12,
        pace: Pace | None = None,
    ) -> None:
        self._hub = hub
        self._authorise = authorise
        self._is_stopping = is_stopping
        self._max_sockets = max_sockets
        self._max_per_person = max_per_person
        self._pace = pace or Pace()
        self._pool = ThreadPoolExecutor(2, thread_name_prefix="socket authorise")
        self._people: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await receive()  # websocket.connect
        if scope["path"] == TRIAL:  # whether WebSockets get through at all; nothing is said in it
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": NORMAL})
            return
        request = SocketRequest(
            headers=read_headers(scope),
            path=scope["path"],
            query=dict(parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=8)),
        )
        grant = None if self._is_stopping() else await self._ask(request)
        if grant is None or self._is_full(grant):
            await send({"type": "websocket.close", "code": POLICY})
            return
        self._people[grant.person] += 1
        try:
            await send({"type": "websocket.accept"})
            await self._serve(request, grant, receive, send)
        finally:
            self._people[grant.person] -= 1
            self._people += Counter()

    def _is_full(self, grant: SocketGrant) -> bool:
        return self._people.total() >= self._max_sockets or self._people[grant.person] >= self._max_per_person

    async def _serve(self, request: SocketRequest, grant: SocketGrant, receive: Receive, send: Send) -> None:
        later = SocketRequest(request.headers, request.path, request.query, is_first=False)

        async def recheck() -> SocketGrant | None:
            return await self._ask(later)

        with ExitStack() as topics:
            out = topics.enter_context(self._hub.subscribe(grant.out))
            into = topics.enter_context(self._hub.subscribe(grant.into))
            socket = _Socket(grant, out, into, receive=receive, send=send, pace=self._pace)
            code = await socket.serve(request.query.get("after"), recheck, self._is_stopping)
        try:
            async with asyncio.timeout(1):
                await send({"type": "websocket.close", "code": code})
        except (TimeoutError, OSError, RuntimeError):
            return

    async def _ask(self, request: SocketRequest) -> SocketGrant | None:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(10):
                grant = await loop.run_in_executor(self._pool, self._authorise, request)
        except Exception:
            logger.exception("A socket's right could not be checked")
            return None
        return None if isinstance(grant, Refusal) else grant


class _Socket:
    """One open socket. Its four tasks end together, by the first that has a reason to."""

    def __init__(
        self, grant: SocketGrant, out: Topic, into: Topic, *, receive: Receive, send: Send, pace: Pace
    ) -> None:
        self._grant = grant
        self._out = out
        self._into = into
        self._receive = receive
        self._send_message = send
        self._pace = pace
        self._who = secrets.token_hex(8)
        self._sent = self._shown = self._told = 0
        self._wake = asyncio.Event()
        self._heard_at = time.monotonic()
        self._sending = asyncio.Lock()

    async def serve(
        self,
        after: str | None,
        recheck: Callable[[], Awaitable[SocketGrant | None]],
        is_stopping: Callable[[], bool],
    ) -> int:
        """Carry both ways until somebody ends it; return the code to close with."""
        tasks = [
            asyncio.create_task(work)
            for work in (self._bring(after), self._take(), self._beat(), self._check(recheck, is_stopping))
        ]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            return await self._say_why(next(iter(done)).exception())
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._put({"kind": "left", "who": self._who})

    async def _say_why(self, error: BaseException | None) -> int:
        if isinstance(error, SocketEndError):
            if error.reason:
                await self._send({"kind": "bye", "reason": error.reason})
            return error.code
        if error is not None and not isinstance(error, TimeoutError | OSError | RuntimeError):
            logger.error("A socket stumbled", exc_info=error)
        return GOING_AWAY

    # ── to the browser ──
    async def _bring(self, after: str | None) -> None:
        loop = asyncio.get_running_loop()
        if isinstance(self._out, SharedTopic):
            await loop.run_in_executor(None, self._out.wait_until_known, KNOWN_WITHIN)
        with self._out.watch(self._wake, loop):
            reading = self._out.read_after(after) if after else self._out.everything()
            first = next(iter(reading.events), None)
            is_cut = reading.gap or (not after and first is not None and first.number > first.weight)
            self._sent = self._shown = self._told = _start_of(reading.cursor, first)
            await self._tell_here()
            if is_cut:
                await self._send({"kind": "gap"})
            for event in reading.events:
                await self._bring_one(event)
            await self._send({"kind": "now"})  # what comes from here on is new
            while True:
                self._wake.clear()
                reading = self._out.read_after(reading.cursor)
                if reading.gap:
                    await self._send({"kind": "gap"})
                for event in reading.events:
                    await self._bring_one(event)
                if not reading.events:
                    await self._wake.wait()

    async def _bring_one(self, event: Event) -> None:
        while self._sent - self._shown > AHEAD:
            self._wake.clear()
            await self._wake.wait()
        self._sent = event.number
        await self._send_text(f'{event.data[:-1]},"n":{event.number},"at":"{event.id}"}}')
        if len(event.data) < SMALL and json.loads(event.data).get("kind") == "ended":
            raise SocketEndError(NORMAL)

    async def _send(self, message: Mapping[str, object]) -> None:
        await self._send_text(json.dumps(message, separators=(",", ":")))

    async def _send_text(self, text: str) -> None:
        async with self._sending, asyncio.timeout(self._pace.send):
            await self._send_message({"type": "websocket.send", "text": text})

    # ── from the browser ──
    async def _take(self) -> None:
        second, frames = 0, 0
        while True:
            message = await self._receive()
            if message["type"] == "websocket.disconnect":
                raise SocketEndError(GOING_AWAY)
            self._heard_at = time.monotonic()
            frames = frames + 1 if int(self._heard_at) == second else 1
            second = int(self._heard_at)
            if frames > FRAMES_A_SECOND:
                raise SocketEndError(POLICY)
            shown = self._shown
            await self._hear(message.get("text"))
            frames -= self._shown > shown  # as many as there is output to show

    async def _hear(self, text: str | None) -> None:
        try:
            said = json.loads(text or "")
            kind = said["kind"]
            if kind == "keys":
                await self._type(said["text"])
            elif kind == "ack":
                await self._note_shown(int(said["n"]))
            elif kind != "here":
                raise SocketEndError(POLICY)
        except (ValueError, KeyError, TypeError) as error:
            raise SocketEndError(UNSUPPORTED if text is None else POLICY) from error

    async def _type(self, keys: str) -> None:
        if not self._grant.types or len(keys) > LONGEST_KEYS:
            raise SocketEndError(POLICY)
        await self._put({"kind": "keys", "text": keys})

    async def _note_shown(self, number: int) -> None:
        self._shown = max(self._shown, min(number, self._sent))
        self._wake.set()
        if self._shown - self._told >= TELL_EVERY or (self._shown == self._sent and self._shown > self._told):
            await self._tell_here()

    async def _tell_here(self) -> None:
        self._told = self._shown
        await self._put(
            {
                "kind": "here",
                "who": self._who,
                "name": self._grant.name,
                "types": self._grant.types,
                "shown": self._shown,
            }
        )

    async def _put(self, payload: Mapping[str, object]) -> None:
        if isinstance(self._into, MemoryTopic):
            self._into.append(payload)
        else:  # a shared topic asks Redis: not in the loop that carries everybody's keys
            await asyncio.get_running_loop().run_in_executor(None, partial(self._into.append, payload))

    # ── the clock ──
    async def _beat(self) -> None:
        while time.monotonic() - self._heard_at < self._pace.silence:
            await asyncio.sleep(self._pace.ping)
            await self._send({"kind": "ping"})
            await self._tell_here()
        raise SocketEndError(GOING_AWAY)

    async def _check(
        self, recheck: Callable[[], Awaitable[SocketGrant | None]], is_stopping: Callable[[], bool]
    ) -> None:
        check_at = time.monotonic() + self._pace.check
        while True:
            await asyncio.sleep(0.25)
            if is_stopping():
                await self._send({"kind": "closing", "seconds": self._pace.notice})
                await asyncio.sleep(self._pace.notice)
                raise SocketEndError(RESTART, "restart")
            if time.monotonic() >= check_at:
                grant = await recheck()
                if grant is None or grant.person != self._grant.person or grant.types != self._grant.types:
                    raise SocketEndError(POLICY, "refused")
                check_at = time.monotonic() + self._pace.check


def _start_of(cursor: str, first: Event | None) -> int:
    """Return the number before which nothing is sent here."""
    if first is not None:
        return first.number - first.weight
    number = cursor.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0

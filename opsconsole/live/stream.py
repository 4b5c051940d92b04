"""The event stream (raw ASGI 3): GET /stream/?topic=a&topic=b carries several topics in one connection."""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl

from opsconsole.live.frames import split_cursors
from opsconsole.live.hub import TopicNameError, check_name
from opsconsole.live.session import Rhythm, Session, SessionEndError, Show

if TYPE_CHECKING:
    from opsconsole.live.hub import Hub

logger = logging.getLogger(__name__)

Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

_AUTHORISE_THREADS = 4
_AUTHORISE_SECONDS = 10.0
_STOP_POLL_SECONDS = 0.25
_RETRY_AFTER = b"5"
_STREAM_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-cache, no-transform, no-store"),
    (b"x-accel-buffering", b"no"),
)
_TEXT_HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
)


@dataclass(frozen=True, slots=True)
class StreamRequest:
    """Header names in lower case, repeated ones joined; `client` is the address of the other end."""

    headers: Mapping[str, str]
    path: str
    scheme: str
    topics: tuple[str, ...]
    client: str


@dataclass(frozen=True, slots=True)
class Grant:
    """`person` is what the limit per person counts by; a topic left out of `topics` is not followed.

    `show` is asked for the JSON of every event of the others, or for None where it is kept back; without it all is sent.
    """

    person: str
    topics: frozenset[str]
    show: Show | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    status: Literal[400, 401, 403, 404, 429, 503]
    sentence: str


Authorise = Callable[[StreamRequest], Grant | Refusal]
"""May block: it runs in a small pool of threads, when a stream opens and again all along."""


class EventStream:
    """Holds neither a thread nor a database connection while nothing happens."""

    def __init__(
        self,
        hub: Hub,
        authorise: Authorise,
        *,
        is_stopping: Callable[[], bool],
        check_every: float = 30.0,
        heartbeat: float = 20.0,
        send_seconds: float = 60.0,
        max_streams: int = 500,
        max_per_person: int = 12,
        max_topics: int = 24,
        extra_headers: Iterable[Header] = (),
    ) -> None:
        self._hub = hub
        self._authorise = authorise
        self._is_stopping = is_stopping
        self._rhythm = Rhythm(check=check_every, heartbeat=heartbeat, send=send_seconds)
        self._max_streams = max_streams
        self._max_per_person = max_per_person
        self._max_topics = max_topics
        self._extra_headers = tuple(extra_headers)
        self._pool = ThreadPoolExecutor(_AUTHORISE_THREADS, thread_name_prefix="stream authorise")
        self._open = 0
        self._people: Counter[str] = Counter()
        self._sessions: set[Session] = set()
        self._stop_watch: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        refusal = self._refuse_at_the_door(scope)
        if refusal is not None:
            await self._answer(send, *refusal)
            return
        self._open += 1
        try:
            await self._open_stream(scope, receive, send)
        finally:
            self._open -= 1

    def _refuse_at_the_door(self, scope: Scope) -> tuple[int, str] | None:
        if scope["method"] != "GET":
            return 405, "Ce flux se lit avec GET. This stream is read with GET."
        if self._is_stopping():
            return 503, "La console redémarre. The console is restarting."
        if self._open >= self._max_streams:
            return 503, "Trop de pages ouvertes en même temps. Too many open pages."
        return None

    async def _open_stream(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            request, known = read_request(scope, max_topics=self._max_topics)
        except ValueError:
            await self._answer(send, 400, "Demande illisible. Unreadable request.")
            return
        grant = await self._ask(request)
        if isinstance(grant, Refusal):
            await self._answer(send, grant.status, grant.sentence)
            return
        names = [name for name in request.topics if name in grant.topics]
        if not names:
            await self._answer(send, 404, "Rien à suivre ici. Nothing to follow here.")
        elif self._people[grant.person] >= self._max_per_person:
            await self._answer(send, 429, "Trop de fenêtres ouvertes. Too many open windows.")
        else:
            await self._serve(request, grant, names, known, receive=receive, send=send)

    async def _serve(
        self,
        request: StreamRequest,
        grant: Grant,
        names: list[str],
        known: Mapping[str, str],
        *,
        receive: Receive,
        send: Send,
    ) -> None:
        async def write(piece: bytes) -> None:
            await send({"type": "http.response.body", "body": piece, "more_body": True})

        person = grant.person

        async def recheck() -> Grant:
            fresh = await self._ask(request)
            if isinstance(fresh, Refusal):
                raise SessionEndError("unavailable" if fresh.status == 503 else "refused")  # noqa: PLR2004
            if fresh.person != person:
                raise SessionEndError("refused")
            return fresh

        session = Session(self._hub, grant=grant, write=write, recheck=recheck, rhythm=self._rhythm)
        listener = asyncio.create_task(_listen(receive, session))
        self._people[person] += 1
        self._sessions.add(session)
        self._watch_for_stop()
        try:
            headers = [*_STREAM_HEADERS, *self._extra_headers]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await session.follow(names, known, is_stopping=self._is_stopping)
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        except TimeoutError:
            logger.info("A stream was dropped: its reader stopped reading")
        finally:
            listener.cancel()
            self._sessions.discard(session)
            self._people[person] -= 1
            self._people += Counter()  # forgets those at zero

    async def _ask(self, request: StreamRequest) -> Grant | Refusal:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(_AUTHORISE_SECONDS):
                return await loop.run_in_executor(self._pool, self._authorise, request)
        except Exception:
            logger.exception("A stream's right could not be checked")
            return Refusal(503, "Vos droits n’ont pas pu être vérifiés. Your rights could not be checked.")

    def _watch_for_stop(self) -> None:
        if self._stop_watch is None:
            self._stop_watch = asyncio.create_task(self._hurry_all_at_stop())

    async def _hurry_all_at_stop(self) -> None:
        # One task looks at the server's flag for all the streams.
        while self._sessions and not self._is_stopping():  # noqa: ASYNC110 - a flag, not an event of ours
            await asyncio.sleep(_STOP_POLL_SECONDS)
        for session in self._sessions:
            session.hurry()
        self._stop_watch = None

    async def _answer(self, send: Send, status: int, sentence: str) -> None:
        body = sentence.encode()
        headers = [*_TEXT_HEADERS, *self._extra_headers, (b"content-length", str(len(body)).encode())]
        if status in {429, 503}:
            headers.append((b"retry-after", _RETRY_AFTER))
        if status == 405:  # noqa: PLR2004
            headers.append((b"allow", b"GET"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def read_request(scope: Scope, *, max_topics: int) -> tuple[StreamRequest, dict[str, str]]:
    """The request, and the cursors it resumes from. ValueError when it names no topic or a wrong one."""
    headers = read_headers(scope)
    query = parse_qsl(scope["query_string"].decode("latin-1"), max_num_fields=max_topics + 8)
    topics = tuple(dict.fromkeys(check_name(value) for key, value in query if key == "topic"))
    if not 0 < len(topics) <= max_topics:
        raise TopicNameError("between one topic and the limit")
    request = StreamRequest(
        headers=headers,
        path=scope["path"],
        scheme=scope["scheme"],
        topics=topics,
        client=scope["client"][0] if scope.get("client") else "",
    )
    # A browser that comes back by itself repeats its first address: the header is the newer one.
    cursor = headers.get("last-event-id") or dict(query).get("after", "")
    return request, split_cursors(cursor)


def read_headers(scope: Scope) -> dict[str, str]:
    """The request's headers, names in lower case, repeated ones joined."""
    headers: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joint = "; " if name == "cookie" else ","
        headers[name] = f"{headers[name]}{joint}{value}" if name in headers else value
    return headers


async def _listen(receive: Receive, session: Session) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    session.gone = True
    session.wake.set()

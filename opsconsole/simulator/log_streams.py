"""The streams behind log sessions: plain text or events, history first, then what comes, with heartbeats; and cuts on request."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .answer import RefusedError
from .log_sessions import PREFIX
from .logbook import format_stamp

if TYPE_CHECKING:
    from .answer import Request
    from .log_sessions import Session, Sessions
    from .logbook import LogBook
    from .platform_api import Platform
    from .server import Wire

POLL = 0.1
"""Seconds after which a stream that waits looks whether time alone has brought something."""
CUTS = frozenset({"end", "reset", "halfopen"})


@dataclass(eq=False)
class _Open:
    app: str
    cut: str = ""
    number: int = 0
    events: int = 0
    opened: float = field(default_factory=time.monotonic)


class Streams:
    """Those that are open now, by app; `cut` ends them as a network would."""

    def __init__(self, platform: Platform, sessions: Sessions) -> None:
        self._platform = platform
        self._sessions = sessions
        self._lock = threading.Lock()
        self._open: set[_Open] = set()

    @property
    def asked(self) -> int:
        """How many log sessions were asked for so far."""
        return self._sessions.asked

    def count(self, app: str | None = None) -> int:
        """How many streams are open, of one app or of all."""
        with self._lock:
            return sum(app in (None, each.app) for each in self._open)

    def cut(self, app: str | None = None, *, how: str = "reset") -> int:
        """Cut what is open: an orderly `end`, a `reset`, or `halfopen`: not one byte more. How many were cut."""
        if how not in CUTS:
            raise ValueError(f"how is one of {', '.join(sorted(CUTS))}")
        with self._lock:
            chosen = [each for each in self._open if app in (None, each.app) and not each.cut]
            for each in chosen:
                each.cut = how
        for book in list(self._platform.logs.books.values()):
            book.wake()
        return len(chosen)

    def serve(self, request: Request, wire: Wire) -> None:
        """Answer the address of a session; returns when the stream is over."""
        now = self._platform.clock.seconds()
        session = self._sessions.open(request.path.removeprefix(PREFIX), now=now)
        app = None if session is None else self._platform.world.find_app(session.app_id)
        if session is None or app is None:
            wire.send(self._platform.reply_to(RefusedError(404, "not_found", "Not found"), request=request))
            return
        stream = _Open(app.name)
        with self._lock:
            self._open.add(stream)
        try:
            _Writer(self._platform, session, wire, request, stream).run()
        finally:
            with self._lock:
                self._open.discard(stream)


class _Writer:
    def __init__(
        self, platform: Platform, session: Session, wire: Wire, request: Request, stream: _Open
    ) -> None:
        self._platform = platform
        self._session = session
        self._wire = wire
        self._request = request
        self._stream = stream
        self._is_sse = "text/event-stream" in request.headers.get("accept", "").split(",")[0]
        self._beat_at = 0.0

    def run(self) -> None:
        session, settings = self._session, self._platform.settings
        book = self._book()
        self._platform.bring_to_now()
        now = self._platform.clock.seconds()
        history, number = book.history(lines=session.lines, source=session.source, dyno=session.dyno, now=now)
        self._begin(b"".join(history), count=len(history))
        if session.tail:
            self._beat_at = time.monotonic() + settings.log_heartbeat
            self._follow(book, number)
        else:
            self._end("end")

    def _book(self) -> LogBook:
        return self._platform.logs.books[self._session.app_id]

    def _follow(self, book: LogBook, number: int) -> None:
        settings, stream = self._platform.settings, self._stream
        while self._wire.is_open and not stream.cut:
            if time.monotonic() - stream.opened >= settings.log_life:
                stream.cut = "end"
                break
            book.wait(number, seconds=min(POLL, settings.log_heartbeat))
            self._platform.bring_to_now()
            entries, dropped = book.after(number)
            self._tell_overflow(dropped)
            if entries:
                number = entries[-1].number
                shown = [
                    each
                    for each in entries
                    if each.says_who(source=self._session.source, dyno=self._session.dyno)
                ]
                self._tell(b"".join(each.text for each in shown), count=sum(each.count for each in shown))
            if time.monotonic() >= self._beat_at:
                self._beat()
        self._end(stream.cut or "reset")

    def _tell_overflow(self, dropped: int) -> None:
        """The platform's own notice, where a stream is read too slowly."""
        if dropped:
            now = format_stamp(self._platform.clock.seconds())
            notice = f"Error L11 (Tail buffer overflow) -> This tail session dropped {dropped} messages since {now}."
            self._tell(f"{now} logplex[1]: {notice}\n".encode(), count=1)

    def _begin(self, history: bytes, *, count: int) -> None:
        """Head and history in one write: a machine that pauses between them must not make the history look over."""
        kind = "text/event-stream; charset=utf-8" if self._is_sse else "text/html; charset=utf-8"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
        self._request.recorded.status = 200
        self._wire.close_after()
        first, *others = self._pieces(history, count)
        opening = b""
        if self._is_sse:  # so that a command line that is done does not sit its timer out
            opening = _framed(b"retry: 0\n\n" if not self._session.tail else b": open\n\n")
        self._wire.write(head.encode() + opening + first)
        for piece in others:
            self._wire.write(piece)

    def _tell(self, text: bytes, *, count: int) -> None:
        if not text:
            return
        self._beat_at = time.monotonic() + self._platform.settings.log_heartbeat
        for piece in self._pieces(text, count):
            self._wire.write(piece)

    def _pieces(self, text: bytes, count: int) -> list[bytes]:
        """The chunks in which lines leave; one that is empty where there are none."""
        if not text:
            return [b""]
        if self._is_sse:
            text = self._as_events(text, count)
        size = self._platform.settings.log_chunk or len(text)
        return [_framed(text[at : at + size]) for at in range(0, len(text), size)]

    def _as_events(self, text: bytes, count: int) -> bytes:
        first = self._stream.events
        self._stream.events += count
        lines = text.split(b"\n")[:-1]
        return b"".join(b"id: %d\ndata: %s\n\n" % (first + n, line) for n, line in enumerate(lines, 1))

    def _beat(self) -> None:
        self._beat_at = time.monotonic() + self._platform.settings.log_heartbeat
        self._wire.write(_framed(b": heartbeat\n\n" if self._is_sse else b"\0"))

    def _end(self, how: str) -> None:
        if how == "halfopen":
            self._wire.wait_until_closed()
        elif how == "reset":
            self._wire.reset()
            raise ConnectionAbortedError  # nothing of this connection can be used any more
        else:
            self._wire.write(b"0\r\n\r\n")


def _framed(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)

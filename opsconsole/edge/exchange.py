"""One request in the pool: a WSGI application (PEP 3333) writes in a thread, the event loop sends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

ExceptionInfo = tuple[type[BaseException], BaseException, TracebackType | None]
StartResponse = Callable[..., Callable[[bytes], None]]
WSGIApplication = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]

_AHEAD = 524_288
"""Bytes that the application may be ahead of its reader before its thread waits. More than ordinary pages
and files have, so that their slow readers hold no thread."""


class AbandonedError(Exception):
    """The reader went away; the application is stopped at its next piece."""


class Exchange:
    """`wake` is set in the loop whenever there may be something to take."""

    def __init__(self, application: WSGIApplication, environ: dict[str, Any], *, patience: float) -> None:
        """`patience`: seconds that the thread waits for the reader to take anything at all."""
        self.wake = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._application = application
        self._environ = environ
        self._patience = patience
        self._changed = threading.Condition()
        self._pieces: list[bytes] = []
        self._waiting = 0
        self._written = 0
        self._declared: int | None = None
        self._start: tuple[int, list[tuple[str, str]]] | None = None
        self._abandoned = False
        self._committed = False

    def run(self) -> None:
        """In a thread of the pool: the whole life of the application's answer."""
        body = self._application(self._environ, self._start_response)
        try:
            if self._environ["REQUEST_METHOD"] != "HEAD":
                for piece in body:
                    self._write(piece)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()

    def notify(self) -> None:
        """From any thread."""
        self._loop.call_soon_threadsafe(self.wake.set)

    def abandon(self) -> None:
        with self._changed:
            self._abandoned = True
            self._changed.notify_all()

    def take_start(self) -> tuple[int, list[tuple[str, str]]] | None:
        """Status and headers, None while the application may still change them."""
        with self._changed:
            self._committed = self._start is not None
            return self._start

    def take(self) -> bytes:
        """All that is written and not yet taken, which lets a waiting thread go on."""
        with self._changed:
            data = b"".join(self._pieces)
            self._pieces.clear()
            self._waiting = 0
            self._changed.notify_all()
        return data

    def _start_response(
        self, status: str, headers: list[tuple[str, str]], exc_info: ExceptionInfo | None = None
    ) -> Callable[[bytes], None]:
        try:
            if exc_info is not None and self._committed:
                raise exc_info[1].with_traceback(exc_info[2])
        finally:
            exc_info = None
        with self._changed:
            self._start = (int(status.split(" ", 1)[0]), list(headers))
        lengths = [value for name, value in headers if name.lower() == "content-length"]
        self._declared = int(lengths[0]) if lengths else None
        return self._write

    def _write(self, piece: bytes) -> None:
        if not piece:
            return
        with self._changed:
            if not self._changed.wait_for(lambda: self._abandoned or self._waiting < _AHEAD, self._patience):
                self._abandoned = True
            if self._abandoned:
                raise AbandonedError
            self._pieces.append(piece)
            self._waiting += len(piece)
            self._written += len(piece)
        if self._written != self._declared:
            # The whole of a declared length leaves with the end of the call, which follows at once.
            self.notify()

"""Gunicorn's ASGI worker with the bounds in time that its connections lack.

Measured on gunicorn 27.0.1: one idle kept-alive connection holds a stop up for the whole graceful timeout, a
request's headers may take for ever, and a connection closed while its reader does not read stays.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from gunicorn.asgi.protocol import ASGIProtocol  # type: ignore[import-untyped]
from gunicorn.workers.gasgi import ASGIWorker  # type: ignore[import-untyped]

if TYPE_CHECKING:
    from collections.abc import Callable

_FLUSH_SECONDS = 10.0
_FLUSH_SECONDS_WHEN_STOPPING = 1.0


class EdgeProtocol(ASGIProtocol):  # type: ignore[misc]
    """One connection."""

    _header_timer: asyncio.TimerHandle | None = None
    _flush_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        self.worker.connections.add(self)
        self._expect_headers()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if self._current_request is None and self._header_timer is None:
            self._expect_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self.worker.connections.discard(self)
        self._cancel_header_timer()
        if self._flush_timer is not None:
            self._flush_timer.cancel()
        super().connection_lost(exc)

    def close_if_idle(self) -> None:
        if self._awaiting_request and not self._finishing_calls:
            self._keepalive_timeout()

    def _expect_headers(self) -> None:
        if not self._closed:
            self._header_timer = self.worker.loop.call_later(
                self.worker.header_seconds, self._keepalive_timeout
            )

    def _cancel_header_timer(self) -> None:
        if self._header_timer is not None:
            self._header_timer.cancel()
            self._header_timer = None

    def _on_headers_complete(self) -> bool:
        self._cancel_header_timer()
        return bool(super()._on_headers_complete())

    def _close_transport(self) -> None:
        if not self._closed:
            seconds = _FLUSH_SECONDS if self.worker.alive else _FLUSH_SECONDS_WHEN_STOPPING
            self._flush_timer = self.worker.loop.call_later(seconds, self.transport.abort)
        super()._close_transport()


class _Loop(asyncio.SelectorEventLoop):
    """Gunicorn names its connection class in the middle of its serving; here ours takes its place."""

    def __init__(self, make_connection: Callable[[], asyncio.BaseProtocol]) -> None:
        super().__init__()
        self._make_connection = make_connection

    async def create_server(self, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401, ARG002
        return await super().create_server(self._make_connection, *args, **kwargs)


class EdgeWorker(ASGIWorker):  # type: ignore[misc]
    header_seconds = 10.0
    """From a connection, or from the first byte of a later request, to the end of the request's headers."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **kwargs)
        self.connections: set[EdgeProtocol] = set()

    def _setup_event_loop(self) -> None:
        self.loop = _Loop(lambda: EdgeProtocol(self))
        asyncio.set_event_loop(self.loop)

    async def _shutdown(self) -> None:
        for connection in tuple(self.connections):
            connection.close_if_idle()
        await super()._shutdown()

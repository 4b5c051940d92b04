"""From ASGI 3 to a WSGI application in a bounded pool of threads, which no slow sender or reader can hold."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import IO

from opsconsole.edge.body import (
    BodyCutError,
    BodyTooLargeError,
    BodyTooSlowError,
    discard_body,
    has_body,
    read_body,
)
from opsconsole.edge.delivery import Delivery
from opsconsole.edge.environ import build_environ
from opsconsole.edge.exchange import AbandonedError, Exchange, WSGIApplication
from opsconsole.edge.headers import Header, Headers, Receive, Scope, Send, answer

logger = logging.getLogger(__name__)

_CLOSE: Header = (b"connection", b"close")
_RETRY_AFTER: Header = (b"retry-after", b"5")


class WSGIBridge:
    """A thread is held from the end of a request's body to the end of the application's work, no longer."""

    def __init__(
        self,
        application: WSGIApplication,
        *,
        threads: int = 8,
        queue: int = 64,
        max_body: int = 2_621_440,
        max_bodies: int = 256,
        body_seconds: float = 30.0,
        send_seconds: float = 60.0,
        security: Headers = (),
    ) -> None:
        """`queue`: requests that may wait for a thread; `max_bodies`: those that may send a body at once.

        `send_seconds`: how long one piece of an answer may take to leave.
        """
        self._application = application
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="page")
        self._places = threads + queue
        self._max_body = max_body
        self._max_bodies = max_bodies
        self._body_seconds = body_seconds
        self._send_seconds = send_seconds
        self._security = security
        self._taken = 0
        self._bodies = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._taken >= self._places or (has_body(scope) and self._bodies >= self._max_bodies):
            await self._refuse(
                scope, send, 503, "Trop de demandes en même temps. Too many requests.", _RETRY_AFTER
            )
            return
        self._bodies += 1
        try:
            body, length = await read_body(scope, receive, limit=self._max_body, seconds=self._body_seconds)
        except BodyTooLargeError:
            await self._refuse(
                scope, send, 413, "L’envoi est trop volumineux. The request is too large.", _CLOSE
            )
            await discard_body(receive)
            return
        except BodyTooSlowError:
            await self._refuse(
                scope, send, 408, "L’envoi a pris trop de temps. The request took too long.", _CLOSE
            )
            return
        except BodyCutError:
            return
        finally:
            self._bodies -= 1
        environ = build_environ(scope, body, length)
        exchange = Exchange(self._application, environ, patience=self._send_seconds)
        delivery = Delivery(
            exchange, self._submit(exchange, body), send_seconds=self._send_seconds, security=self._security
        )
        await delivery.run(scope, send)

    def _submit(self, exchange: Exchange, body: IO[bytes]) -> Future[None]:
        loop = asyncio.get_running_loop()

        def leave() -> None:
            self._taken -= 1
            exchange.wake.set()

        def finish(future: Future[None]) -> None:
            body.close()
            error = None if future.cancelled() else future.exception()
            if error is not None and not isinstance(error, AbandonedError):
                logger.error("The application failed", exc_info=error)
            with suppress(RuntimeError):  # the loop is closed when a page outlived the server
                loop.call_soon_threadsafe(leave)

        self._taken += 1
        future = self._pool.submit(exchange.run)
        future.add_done_callback(finish)
        return future

    async def _refuse(self, scope: Scope, send: Send, status: int, sentence: str, header: Header) -> None:
        await answer(scope, send, status, sentence, security=self._security, more=(header,))

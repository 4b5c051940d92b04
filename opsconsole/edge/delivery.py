"""Sending what an exchange writes, at the reader's pace, until the end or until the reader leaves."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

from opsconsole.edge.headers import Headers, Scope, Send, answer

if TYPE_CHECKING:
    from concurrent.futures import Future

    from opsconsole.edge.exchange import Exchange

logger = logging.getLogger(__name__)

_PIECE = 131_072
# RFC 9110 section 7.6.1: these speak of one connection, which is the server's.
_HOP_BY_HOP = frozenset(
    {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
)


class Delivery:
    def __init__(
        self, exchange: Exchange, call: Future[None], *, send_seconds: float, security: Headers
    ) -> None:
        self._exchange = exchange
        self._call = call
        self._send_seconds = send_seconds
        self._security = security
        self._started = False

    async def run(self, scope: Scope, send: Send) -> None:
        """The server cancels this when the reader left; the application is then stopped at its next piece."""
        try:
            while not await self._forward(scope, send):
                await self._exchange.wake.wait()
        except TimeoutError:
            logger.info("An answer was dropped: its reader stopped reading")
        finally:
            self._exchange.abandon()
            self._call.cancel()

    async def _forward(self, scope: Scope, send: Send) -> bool:
        """Send what there is; True when there is nothing more to do."""
        self._exchange.wake.clear()
        done = self._call.done()
        if done and not self._succeeded():
            await self._apologise(scope, send)
            return True
        data = self._exchange.take()
        if not (data or done):
            return False
        if not self._started and not await self._start(send):
            logger.error("The application ended without an answer")
            await self._apologise(scope, send)
            return True
        await self._send_body(send, b"" if scope["method"] == "HEAD" else data, last=done)
        return done

    async def _start(self, send: Send) -> bool:
        start = self._exchange.take_start()
        if start is None:
            return False
        status, pairs = start
        headers = [
            (name.lower().encode("latin-1"), value.encode("latin-1"))
            for name, value in pairs
            if name.lower() not in _HOP_BY_HOP
        ]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        self._started = True
        return True

    async def _send_body(self, send: Send, data: bytes, *, last: bool) -> None:
        pieces = [data[at : at + _PIECE] for at in range(0, len(data), _PIECE)] or [b""]
        for number, piece in enumerate(pieces, start=1):
            more = number < len(pieces) or not last
            async with asyncio.timeout(self._send_seconds):
                await send({"type": "http.response.body", "body": piece, "more_body": more})

    async def _apologise(self, scope: Scope, send: Send) -> None:
        """An answer that began stays unfinished: the server then cuts the connection, which tells it."""
        if not self._started:
            sentence = "Une erreur est survenue. Something went wrong."
            await answer(scope, send, 500, sentence, security=self._security)

    def _succeeded(self) -> bool:
        return not self._call.cancelled() and self._call.exception() is None

"""The one ASGI 3 application: what is answered before Django, what goes to it, the start and the end."""

from __future__ import annotations

import asyncio
import json
import logging
from typing import TYPE_CHECKING

from opsconsole.edge.headers import Application, Headers, Receive, Scope, Send, answer

if TYPE_CHECKING:
    from collections.abc import Callable

logger = logging.getLogger(__name__)

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_ALLOW = ((b"allow", ", ".join(_METHODS).encode()),)
_JSON = b"application/json"
_POLICY_VIOLATION = 1008


def _do_nothing() -> None:
    return None


def _ignore(_loop: asyncio.AbstractEventLoop) -> None:
    return None


class Edge:
    """`on_startup` and `on_shutdown` may block; a start that raises stops the server with its sentence.

    `on_loop` is given the loop that serves, before that.
    """

    def __init__(
        self,
        *,
        django: Application,
        stream: Application,
        is_stopping: Callable[[], bool],
        sockets: Application | None = None,
        on_startup: Callable[[], None] = _do_nothing,
        on_shutdown: Callable[[], None] = _do_nothing,
        on_loop: Callable[[asyncio.AbstractEventLoop], None] = _ignore,
        security: Headers = (),
    ) -> None:
        self._django = django
        self._stream = stream
        self._sockets = sockets
        self._is_stopping = is_stopping
        self._on_startup = on_startup
        self._on_shutdown = on_shutdown
        self._on_loop = on_loop
        self._security = security

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._route(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        elif self._sockets is not None and scope["path"].startswith("/ws/"):
            await self._sockets(scope, receive, send)
        else:
            await receive()
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})

    async def _route(self, scope: Scope, receive: Receive, send: Send) -> None:
        method, path = scope["method"], scope["path"]
        if method not in _METHODS:
            await self._answer(scope, send, 405, "Méthode refusée. Method not allowed.", more=_ALLOW)
        elif not path.startswith("/"):
            await self._answer(scope, send, 400, "Adresse illisible. Unreadable address.")
        elif path == "/health":
            await self._answer_json(scope, send, 200, "ok")
        elif path == "/ready" and self._is_stopping():
            await self._answer_json(scope, send, 503, "stopping")
        elif path == "/stream/":
            await self._stream(scope, receive, send)
        else:
            await self._django(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self._on_loop(asyncio.get_running_loop())
        try:
            await asyncio.to_thread(self._on_startup)
        except Exception as error:
            logger.exception("The console cannot start")
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        try:
            await asyncio.to_thread(self._on_shutdown)
        except Exception:
            logger.exception("The console did not end in order")
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer_json(self, scope: Scope, send: Send, status: int, word: str) -> None:
        body = json.dumps({"status": word})
        await answer(scope, send, status, body, security=self._security, content_type=_JSON)

    async def _answer(
        self, scope: Scope, send: Send, status: int, sentence: str, *, more: Headers = ()
    ) -> None:
        await answer(scope, send, status, sentence, security=self._security, more=more)

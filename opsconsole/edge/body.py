"""Reading a request's body without a thread, within a size and a time (RFC 9110: 413 and 408)."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from opsconsole.edge.headers import Receive, Scope

_IN_MEMORY = 65_536
_DISCARD_SECONDS = 5.0
_DISCARD_BYTES = 16_777_216


class BodyError(Exception):
    """The body is not there, for one of the three reasons below."""


class BodyTooLargeError(BodyError):
    pass


class BodyTooSlowError(BodyError):
    pass


class BodyCutError(BodyError):
    """The sender left before the end."""


def has_body(scope: Scope) -> bool:
    return any(
        name == b"transfer-encoding" or (name == b"content-length" and value != b"0")
        for name, value in scope["headers"]
    )


async def read_body(scope: Scope, receive: Receive, *, limit: int, seconds: float) -> tuple[IO[bytes], int]:
    """The body, rewound, and its length; beyond 64 KB it waits on disk. BodyError: there is none to use."""
    if _declared_length(scope) > limit:
        raise BodyTooLargeError
    body = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed by whoever uses it
    try:
        async with asyncio.timeout(seconds):
            length = await _copy(receive, body, limit)
    except TimeoutError as error:
        body.close()
        raise BodyTooSlowError from error
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, length


async def discard_body(receive: Receive) -> None:
    """Let the sender finish, for a while: a connection closed under it would take our answer away with it."""
    left = _DISCARD_BYTES
    with suppress(TimeoutError):
        async with asyncio.timeout(_DISCARD_SECONDS):
            while left > 0:
                message = await receive()
                if message["type"] == "http.disconnect" or not message.get("more_body"):
                    return
                left -= len(message.get("body", b""))


async def _copy(receive: Receive, body: IO[bytes], limit: int) -> int:
    length = 0
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyCutError
        piece = message.get("body", b"")
        length += len(piece)
        if length > limit:
            raise BodyTooLargeError
        body.write(piece)
        more = message.get("more_body", False)
    return length


def _declared_length(scope: Scope) -> int:
    return max((int(value) for name, value in scope["headers"] if name == b"content-length"), default=0)

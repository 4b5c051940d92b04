"""Telling why nothing left, or how an answer was lost, from what requests, urllib3 or http.client raised."""

from __future__ import annotations

import http.client
import socket
import ssl
from typing import TYPE_CHECKING, Final

from urllib3.exceptions import (
    DecodeError,
    HeaderParsingError,
    InvalidChunkLength,
    InvalidHeader,
    ReadTimeoutError,
)

from opsconsole.heroku.errors import (
    AnswerTimeoutError,
    ConnectionCutError,
    LostAnswerError,
    MalformedAnswerError,
    NotSentError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsconsole.heroku.errors import Reason

_NOT_SENT: Final[dict[Reason, str]] = {
    "refused": "Heroku refuses the connection.",
    "unresolved": "Heroku's name cannot be resolved.",
    "untrusted": "Heroku's certificate cannot be verified.",
    "timeout": "No connection to Heroku was made in time.",
    "unreachable": "Heroku cannot be reached.",
}
_LOST: Final[dict[type[LostAnswerError], str]] = {
    AnswerTimeoutError: "Heroku did not answer in time.",
    ConnectionCutError: "The connection was cut before Heroku's answer was whole.",
    MalformedAnswerError: "What came back is not an answer of Heroku.",
}


def name_failed_connection(error: Exception, *, call: str, request_id: str) -> NotSentError:
    """The error to raise where no connection was made."""
    reason = _find_reason(error)
    return NotSentError(_NOT_SENT[reason], reason=reason, call=call, request_id=request_id)


def name_loss(error: Exception, *, call: str, request_id: str) -> LostAnswerError:
    """The error to raise, without its cause, for an answer that did not come whole.

    What lies behind quotes the answer, which may echo the token, and holds the request that carries it.
    """
    kind = _find_loss(error)
    return kind(_LOST[kind], call=call, request_id=request_id)


def _find_reason(error: Exception) -> Reason:
    causes = tuple(_walk_causes(error))
    if _has(causes, ConnectionRefusedError):
        return "refused"
    if _has(causes, socket.gaierror, UnicodeError):
        return "unresolved"
    if _has(causes, TimeoutError):
        return "timeout"
    return "untrusted" if _has(causes, ssl.SSLError, ssl.CertificateError) else "unreachable"


def _find_loss(error: Exception) -> type[LostAnswerError]:
    causes = tuple(_walk_causes(error))
    if _has(causes, TimeoutError, ReadTimeoutError):
        return AnswerTimeoutError
    # The order matters: a bad chunk is also an IncompleteRead, an end that hung up also a BadStatusLine.
    if _has(causes, InvalidChunkLength, DecodeError, InvalidHeader, HeaderParsingError):
        return MalformedAnswerError
    if _has(causes, http.client.IncompleteRead, ConnectionError):
        return ConnectionCutError
    return MalformedAnswerError if _has(causes, http.client.HTTPException) else ConnectionCutError


def _has(causes: tuple[BaseException, ...], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _walk_causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything behind it, which requests and urllib3 keep now as a cause, now as an argument.

    Not the implicit context: it may reach back into a failure that the caller is busy handling.
    """
    seen: set[int] = set()
    waiting: list[object] = [error]
    while waiting:
        current = waiting.pop(0)
        if not isinstance(current, BaseException) or id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        waiting += [current.__cause__, getattr(current, "reason", None), *current.args]

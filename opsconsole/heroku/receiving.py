"""Reading an answer: bounded in size, judged by its status, with the token masked wherever it is echoed."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, NoReturn

from urllib3.exceptions import HTTPError

from opsconsole.heroku.answers import Reply
from opsconsole.heroku.errors import (
    AnswerTooLargeError,
    HerokuError,
    MalformedAnswerError,
    RedirectRefusedError,
)
from opsconsole.heroku.etags import EtagCache, Kept
from opsconsole.heroku.refusals import MAX_MESSAGE, read_refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from opsconsole.heroku.requesting import Outgoing

CHUNK: Final = 65_536
MAX_WARNINGS: Final = 10

# Statuses, by their classes.
_NOT_MODIFIED: Final = 304
_SUCCESS: Final = range(200, 300)
_REDIRECT: Final = range(300, 400)
_ERROR: Final = range(400, 600)

# What may be sent back as a header without changing its meaning.
_HEADER_VALUE: Final = re.compile(r"[\x21-\x7e][\x20-\x7e]{0,999}")


class Receiver:
    """Turns responses into replies, and keeps those that have an ETag."""

    def __init__(self, *, max_bytes: int, mask: Callable[[str], str], etags: EtagCache) -> None:
        self._max_bytes = max_bytes
        self._mask = mask
        self._etags = etags

    def receive(
        self, response: requests.Response, *, outgoing: Outgoing, sent_id: str, kept: Kept | None
    ) -> Reply:
        """Raise the HerokuError that the answer stands for; an HTTPError where its body could not be read."""
        status = response.status_code
        request_id = self._mask(response.headers.get("Request-Id") or sent_id)[:MAX_MESSAGE]
        context: dict[str, Any] = {"call": outgoing.call, "status": status, "request_id": request_id}
        if status in _ERROR:
            raise self._refusal(response, context)
        if status == _NOT_MODIFIED and kept is not None:
            self._read_body(response, context)
        elif status in _REDIRECT and status != _NOT_MODIFIED:
            raise RedirectRefusedError("Heroku's answer points elsewhere; it was not followed.", **context)
        elif status in _SUCCESS:
            kept = self._read_kept(response, context)
        else:
            raise MalformedAnswerError("What came back is not an answer of Heroku.", **context)
        content = _parse(kept.body, context)
        worth_keeping = kept if outgoing.is_read and kept.etag else None
        return Reply(
            call=outgoing.call,
            status=kept.status,
            request_id=request_id,
            content=content,
            warnings=self._read_warnings(response),
            next_range=kept.next_range,
            on_understood=lambda: self._keep(outgoing, worth_keeping),
        )

    def _keep(self, outgoing: Outgoing, kept: Kept | None) -> None:
        if kept is not None:
            self._etags.keep(outgoing.key, kept)

    def _read_kept(self, response: requests.Response, context: dict[str, Any]) -> Kept:
        next_range = response.headers.get("Next-Range")
        if next_range is not None and not _HEADER_VALUE.fullmatch(next_range):
            raise MalformedAnswerError("Heroku's answer has an unreadable Next-Range.", **context)
        etag = response.headers.get("ETag", "")
        return Kept(
            etag=etag if _HEADER_VALUE.fullmatch(etag) else "",
            status=response.status_code,
            body=self._read_body(response, context),
            next_range=next_range,
        )

    def _read_body(self, response: requests.Response, context: dict[str, Any]) -> bytes:
        body = bytearray()
        for chunk in response.raw.stream(CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_bytes:
                raise AnswerTooLargeError(
                    f"Heroku's answer is larger than {self._max_bytes} bytes.", **context
                )
        return bytes(body)

    def _refusal(self, response: requests.Response, context: dict[str, Any]) -> HerokuError:
        try:
            body = self._read_body(response, context)
        except (HTTPError, AnswerTooLargeError):
            body = b""  # the status alone says what became of the request
        return read_refusal(body, retry_after=response.headers.get("Retry-After"), mask=self._mask, **context)

    def _read_warnings(self, response: requests.Response) -> tuple[str, ...]:
        headers = response.raw.headers
        texts = [*headers.getlist("X-Heroku-Warning"), *headers.getlist("Warning-Message")]
        distinct = dict.fromkeys(self._mask(text)[:MAX_MESSAGE] for text in texts if text.strip())
        return tuple(distinct)[:MAX_WARNINGS]


def _parse(body: bytes, context: dict[str, Any]) -> object:
    """The JSON of an answer, None for an empty one."""
    if not body.strip():
        return None
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise MalformedAnswerError("What came back is not JSON.", **context) from error


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")

"""The one request function under every resource (Platform API reference, version 3)."""

from __future__ import annotations

import logging
import time
from contextlib import closing, nullcontext
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar
from uuid import uuid4

import requests
from requests.exceptions import InvalidSchema, InvalidURL
from requests.utils import get_environ_proxies
from urllib3 import Timeout
from urllib3.exceptions import HTTPError

from opsconsole.heroku.connections import BoundedAdapter, ConnectFailedError
from opsconsole.heroku.errors import HerokuError
from opsconsole.heroku.etags import EtagCache
from opsconsole.heroku.limits import Deadline, Limits
from opsconsole.heroku.losses import name_failed_connection, name_loss
from opsconsole.heroku.measures import Measures
from opsconsole.heroku.receiving import Receiver
from opsconsole.heroku.requesting import ACCEPT, Outgoing, Sender
from opsconsole.heroku.retry import ReadRetry, Retry, WriteRetry

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from opsconsole.heroku.answers import Reply
    from opsconsole.heroku.etags import Kept
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.paths import Path

T = TypeVar("T")

MAX_PAGES: Final = 50
LAUNCH_CONFLICTS: Final = 2  # what the official command line grants a release that has not spread yet
POOL_SIZE: Final = 16
_PARTIAL: Final = 206

logger = logging.getLogger("opsconsole.heroku")


class Transport:
    """Sends requests of several threads at once, over connections that the reads share."""

    def __init__(self, sender: Sender, *, limits: Limits, use_proxy_environment: bool) -> None:
        self._sender = sender
        self._limits = limits
        self._proxies = get_environ_proxies(sender.base_url) if use_proxy_environment else {}
        self._reading = BoundedAdapter(pool_connections=1, pool_maxsize=POOL_SIZE)
        self._etags = EtagCache()
        self._receiver = Receiver(max_bytes=limits.max_bytes, mask=self._mask, etags=self._etags)
        self._lock = Lock()
        self.measures = Measures()
        self.calls = 0
        self.remaining: int | None = None

    def read(self, path: Path, *, accept: str = ACCEPT, total: float | None = None) -> Reply:
        outgoing = Outgoing("GET", path, accept=accept)
        return self._insist(outgoing, deadline=self._deadline(total), retry=self._read_retry())

    def read_list(
        self,
        path: Path,
        build: Callable[[Fields], T],
        *,
        first_range: str | None = None,
        limit: int | None = None,
        total: float | None = None,
    ) -> tuple[T, ...]:
        """All pages of a list, or its first `limit` items; a list without an end is malformed, never cut."""
        deadline = self._deadline(total)
        outgoing = Outgoing("GET", path, range=first_range)
        items: list[T] = []
        for _ in range(MAX_PAGES):
            reply = self._insist(outgoing, deadline=deadline, retry=self._read_retry())
            items += reply.many(build)
            if limit is not None and len(items) >= limit:
                return tuple(items[:limit])
            if reply.next_range is None and reply.status != _PARTIAL:
                return tuple(items)
            if reply.next_range in {None, outgoing.range}:
                raise reply.malformed("Heroku's list does not say how it goes on.")
            outgoing = replace(outgoing, range=reply.next_range)
        raise reply.malformed(f"Heroku's list has more than {MAX_PAGES} pages.")

    def write(
        self,
        method: str,
        path: Path,
        *,
        payload: object = None,
        conflicts: int = 0,
        total: float | None = None,
    ) -> Reply:
        """Send a change. `conflicts`: how often a 409 is asked again."""
        outgoing = Outgoing(method, path, payload=payload)
        return self._insist(outgoing, deadline=self._deadline(total), retry=WriteRetry(conflicts=conflicts))

    def close(self) -> None:
        self._reading.close()

    def _deadline(self, total: float | None) -> Deadline:
        return Deadline(self._limits.total if total is None else total)

    def _read_retry(self) -> ReadRetry:
        return ReadRetry(attempts=self._limits.read_attempts)

    def _insist(self, outgoing: Outgoing, *, deadline: Deadline, retry: Retry) -> Reply:
        while True:
            try:
                return self._exchange(outgoing, deadline=deadline)
            except HerokuError as error:
                pause = retry.pause_after(error, left=deadline.left())
                if pause is None:
                    raise
            time.sleep(pause)

    def _exchange(self, outgoing: Outgoing, *, deadline: Deadline) -> Reply:
        """One request and its answer, with its line in the log."""
        started = time.monotonic()
        sent_id = request_id = str(uuid4())
        kept = self._etags.find(outgoing.key) if outgoing.is_read else None
        outcome = failure = ""
        with self._lock:
            self.calls += 1
        try:
            with (
                self._adapter_for(outgoing) as adapter,
                closing(
                    self._send(adapter, outgoing, deadline=deadline, sent_id=sent_id, kept=kept)
                ) as response,
            ):
                outcome = str(response.status_code)
                self._note(response)
                reply = self._receive(response, outgoing, sent_id=sent_id, kept=kept)
                request_id = reply.request_id
                return reply
        except HerokuError as error:
            request_id = error.request_id or sent_id
            failure = type(error).__name__
            outcome = f"{outcome} {failure}".strip()
            raise
        finally:
            spent = (time.monotonic() - started) * 1000
            self.measures.note(outgoing.call, milliseconds=spent, error=failure, request_id=request_id)
            logger.info("%s %s %d ms %s", outgoing.call, outcome, spent, request_id)

    def _adapter_for(self, outgoing: Outgoing) -> AbstractContextManager[BoundedAdapter]:
        # A kept connection may be dead without our knowing: a change would leave on it into the unknown.
        return nullcontext(self._reading) if outgoing.is_read else closing(BoundedAdapter())

    def _send(
        self,
        adapter: BoundedAdapter,
        outgoing: Outgoing,
        *,
        deadline: Deadline,
        sent_id: str,
        kept: Kept | None,
    ) -> requests.Response:
        left = max(deadline.left(), 0.001)
        try:
            return adapter.send(
                self._sender.prepare(outgoing, request_id=sent_id, etag=kept.etag if kept else None),
                stream=True,
                timeout=Timeout(connect=min(self._limits.connect, left), total=left),  # type: ignore[arg-type]
                verify=True,
                proxies=self._proxies,
            )
        except (ConnectFailedError, InvalidURL, InvalidSchema) as error:
            raise name_failed_connection(error, call=outgoing.call, request_id=sent_id) from error
        except (requests.RequestException, HTTPError) as error:
            raise name_loss(error, call=outgoing.call, request_id=sent_id) from None

    def _receive(
        self, response: requests.Response, outgoing: Outgoing, *, sent_id: str, kept: Kept | None
    ) -> Reply:
        try:
            return self._receiver.receive(response, outgoing=outgoing, sent_id=sent_id, kept=kept)
        except HTTPError as error:
            raise name_loss(error, call=outgoing.call, request_id=sent_id) from None

    def _note(self, response: requests.Response) -> None:
        remaining = response.headers.get("RateLimit-Remaining", "")
        if remaining.isascii() and remaining.isdigit():
            self.remaining = int(remaining[:9])

    def _mask(self, text: str) -> str:
        return text.replace(self._sender.token, "****")

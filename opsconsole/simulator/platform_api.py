"""The platform: one door through which every API request passes, in the order Heroku checks it."""

from __future__ import annotations

import json
import sys
import threading
import traceback
from dataclasses import dataclass, field
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from .accounts import unknown_endpoint
from .answer import Answer, RefusedError
from .call import Call, Settings
from .clock import format_time
from .gate import authenticate, check_scope, check_standing, read_variant
from .lifecycle import settle
from .log_keeper import LogKeeper
from .log_sessions import Sessions
from .ranges import parse_range, take_page
from .rate import Bucket
from .routes import find_route
from .world import new_id

if TYPE_CHECKING:
    from .answer import Request
    from .clock import Clock
    from .execution import Executor
    from .rendezvous import Rendezvous
    from .store import Store
    from .world import Account, World

LONGEST_REQUEST_ID = 7 * 1024


@dataclass
class Reply:
    """An answer as bytes, not yet compressed; a header whose value has several lines is sent several
    times.
    """

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: bytes = b""


class Platform:
    """The world, its clock and its settings; the lock is held while a request is worked on, never while it
    waits.
    """

    def __init__(
        self,
        world: World,
        *,
        clock: Clock,
        settings: Settings,
        store: Store | None = None,
        traffic: float = 0.0,
    ) -> None:
        self.world = world
        self.clock = clock
        self.settings = settings
        self.lock = threading.RLock()
        self.logs = LogKeeper(traffic=traffic)
        self.sessions = Sessions()
        self.port = 0
        self.executor: Executor | None = None
        self.rendezvous: Rendezvous | None = None
        self._store = store
        self._buckets: dict[str, Bucket] = {}

    def bring_to_now(self, *, by: str = "") -> None:
        """Let happen what time has brought, and write down what has happened; `by` is who asked for the rest of it."""
        with self.lock:
            now = self.clock.seconds()
            self.logs.observe(self.world, now=now, by=by)  # before what has ended leaves the world
            settle(self.world, now=now)

    def bucket(self, account: Account) -> Bucket:
        return self._buckets.setdefault(account.id, Bucket(now=self.clock.seconds()))

    def save(self) -> None:
        if self._store is not None:
            self._store.save(self.world)

    def handle(self, request: Request) -> Reply:
        with self.lock:
            now = self.clock.seconds()
            self.bring_to_now()
            common = {"Request-Id": chain_request_id(request.headers.get("request-id"))}
            if self.settings.warnings:
                common["X-Heroku-Warning"] = "\n".join(self.settings.warnings)
            try:
                answer = self._answer(request, now=now, common=common)
            except RefusedError as refusal:
                answer = refusal.to_answer()
            except Exception:  # noqa: BLE001 - a bug here must look like Heroku's 500, and be seen on stderr
                traceback.print_exc(file=sys.stderr)
                answer = Answer(500, {"id": "internal_server_error", "message": "Internal server error."})
            return finish(answer, request=request, common=common, now=now)

    def reply_to(self, refusal: RefusedError, *, request: Request) -> Reply:
        """A refusal that no rule led to, in the form of the others."""
        common = {"Request-Id": chain_request_id(request.headers.get("request-id"))}
        return finish(refusal.to_answer(), request=request, common=common, now=self.clock.seconds())

    def _answer(self, request: Request, *, now: float, common: dict[str, str]) -> Answer:
        token, account = authenticate(self.world, request)
        bucket = self.bucket(account)
        common["RateLimit-Remaining"] = str(bucket.remaining(now=now))
        variant = read_variant(request)
        found = find_route(request.method, request.path)
        if (found is None or not found[0].free) and not bucket.take(now=now):
            raise _rate_limited()
        common["RateLimit-Remaining"] = str(bucket.remaining(now=now))
        if found is None:
            raise unknown_endpoint()
        route, captures = found
        check_scope(route, token)
        call = Call(
            method=request.method,
            world=self.world,
            settings=self.settings,
            account=account,
            token=token,
            variant=variant,
            path=captures,
            body=read_body(request),
            now=now,
            remaining=bucket.remaining(now=now),
            sessions=self.sessions,
            port=self.port,
            executor=self.executor,
            rendezvous=self.rendezvous,
        )
        check_standing(call)
        self._check_unchanged(request, call)
        answer = route.handler(call)
        if request.method not in ("GET", "HEAD"):
            self.logs.observe(self.world, now=now, by=account.email)
            self.save()
        return self._page(request, answer)

    def _page(self, request: Request, answer: Answer) -> Answer:
        if not answer.sortable:
            return answer
        asked = request.headers.get("range")
        wanted = parse_range(asked, sortable=answer.sortable, page_size=self.settings.page_size)
        return take_page(answer, wanted=wanted)

    def _check_unchanged(self, request: Request, call: Call) -> None:
        """A write with If-Match goes on only while what stands at its path still has that ETag."""
        wanted = request.headers.get("if-match")
        if wanted is None or request.method in ("GET", "HEAD"):
            return
        found = find_route("GET", request.path)
        current = self._page(request, found[0].handler(call)) if found else Answer()
        if not matches(wanted, make_etag(encode(current.body))):
            raise precondition_failed()


def finish(answer: Answer, *, request: Request, common: dict[str, str], now: float) -> Reply:
    """Bytes, validators and the conditional answers that follow from them."""
    content = encode(answer.body)
    etag = make_etag(content)
    headers = {"Content-Type": "application/json;charset=utf-8", "Vary": "Accept-Encoding"}
    headers |= {"ETag": etag, "Last-Modified": _find_last_change(answer.body, now=now)}
    headers |= {"Cache-Control": "private, no-cache"} | answer.headers | common
    reading = request.method in ("GET", "HEAD") and answer.status in (200, 206)
    if reading and matches(request.headers.get("if-none-match"), etag):
        return Reply(304, headers)
    wanted = request.headers.get("if-match")
    if reading and wanted is not None and not matches(wanted, etag):
        refusal = precondition_failed().to_answer()
        return Reply(refusal.status, headers, encode(refusal.body))
    return Reply(answer.status, headers, content)


def encode(body: object) -> bytes:
    return b"" if body is None else json.dumps(body, ensure_ascii=False).encode()


def make_etag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'


def matches(header: str | None, etag: str) -> bool:
    """Whether an If-None-Match or If-Match header names this ETag."""
    if header is None:
        return False
    candidates = {each.strip().removeprefix("W/") for each in header.split(",")}
    return "*" in candidates or etag in candidates


def chain_request_id(sent: str | None) -> str:
    """Ours, after whatever ids the client sent (dropped when they are longer than 7 KB)."""
    chain = sent if sent and len(sent) <= LONGEST_REQUEST_ID and sent.isprintable() else None
    return f"{chain},{new_id()}" if chain else new_id()


def read_body(request: Request) -> dict[str, object]:
    if not request.body.strip():
        return {}
    try:
        body = json.loads(request.body)
    except (ValueError, RecursionError):
        raise RefusedError(400, "bad_request", "Unable to parse the request body as JSON.") from None
    if not isinstance(body, dict):
        raise RefusedError(400, "bad_request", "The request body must be a JSON object.")
    return body


def precondition_failed() -> RefusedError:
    return RefusedError(412, "precondition_failed", "The resource has changed since the given ETag.")


def _rate_limited() -> RefusedError:
    return RefusedError(
        429,
        "rate_limit",
        "Your account reached the API rate limit. Please wait a few minutes before making new requests.",
        url="https://devcenter.heroku.com/articles/platform-api-reference#rate-limits",
    )


def _find_last_change(body: object, *, now: float) -> str:
    """HTTP date of the newest `updated_at` in the answer, or now."""
    items = body if isinstance(body, list) else [body]
    dates = [str(item["updated_at"]) for item in items if isinstance(item, dict) and "updated_at" in item]
    newest = datetime.fromisoformat(max(dates, default=format_time(now)))
    return format_datetime(newest, usegmt=True)

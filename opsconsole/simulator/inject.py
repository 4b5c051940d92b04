"""What each fault mode does to an answer on its way (faults.py has the table)."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .answer import RefusedError
from .platform_api import Reply, encode

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .answer import Request
    from .faults import Fault
    from .platform_api import Platform
    from .server import Wire

BLOCK = 64 * 1024
HUGE = 64 * 1024 * 1024
PAGE = (
    b"<!DOCTYPE html><html><head><title>Application error</title></head><body>Application error</body></html>"
)
REFUSALS: Mapping[str, tuple[int, str, str]] = {
    "401": (401, "unauthorized", "Invalid credentials provided."),
    "429": (429, "rate_limit", "Your account reached the API rate limit. Please wait a few minutes."),
    "500": (500, "internal_server_error", "Internal server error."),
    "503": (503, "maintenance", "Heroku API is temporarily unavailable. See status.heroku.com."),
    "two_factor": (403, "two_factor", "A second authentication factor is required."),
    "error": (409, "conflict", "The resource is being changed. Please try again."),
}


@dataclass(frozen=True)
class Injection:
    """A request that a fault has taken."""

    fault: Fault
    request: Request
    platform: Platform
    wire: Wire

    def perform(self) -> Reply:
        return self.platform.handle(self.request)

    def perform_if_asked(self) -> None:
        if self.fault.flag("done"):
            self.perform()


def inject(injection: Injection) -> None:
    """Answer, or not, as the fault says."""
    ACTIONS.get(injection.fault.mode, _refuse)(injection)


def _delay(it: Injection) -> None:
    it.wire.wait(it.fault.number("seconds", 2))
    it.wire.send(it.perform())


def _drip(it: Injection) -> None:
    head, content = it.wire.render(it.perform())
    if it.fault.flag("head"):
        head, content = b"", head + content
    it.wire.write(head)
    size = max(1, int(it.fault.number("chunk", 1)))
    for start in range(0, len(content), size):
        if not it.wire.wait(it.fault.number("interval", 0.2)):
            return
        it.wire.write(content[start : start + size])


def _reset_before(it: Injection) -> None:
    it.wire.reset()


def _reset_after(it: Injection) -> None:
    it.perform()
    it.wire.reset()


def _lose(it: Injection) -> None:
    it.perform()
    it.wire.wait_until_closed()


def _swallow(it: Injection) -> None:
    it.wire.wait_until_closed()


def _truncate(it: Injection) -> None:
    reply = it.perform()
    whole = len(reply.content)
    half = Reply(reply.status, reply.headers, reply.content[: whole // 2])
    if not it.fault.flag("cut"):
        it.wire.send(half)
        return
    it.wire.close_after()
    head, content = it.wire.render(half, length=whole)
    it.wire.write(head + content)


def _send_html(it: Injection) -> None:
    it.perform_if_asked()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    it.wire.send(Reply(int(it.fault.number("status", 200)), headers, PAGE))


def _send_huge(it: Injection) -> None:
    """A JSON array holding one string of blanks, in chunks, so that nothing announces its length."""
    reply = it.perform()
    size = int(it.fault.number("bytes", HUGE))
    headers = {"Content-Type": "application/json", "Transfer-Encoding": "chunked"}
    if it.fault.flag("gzip"):
        bomb = gzip.compress(b'["' + b" " * size + b'"]', compresslevel=9, mtime=0)
        it.wire.send(
            Reply(reply.status, {"Content-Type": "application/json", "Content-Encoding": "gzip"}, bomb)
        )
        return
    head, _ = it.wire.render(Reply(reply.status, headers))
    it.wire.write(head + _chunk(b'["'))
    for _ in range(max(1, size // BLOCK)):
        it.wire.write(_chunk(b" " * BLOCK))
    it.wire.write(_chunk(b'"]') + _chunk(b""))


def _chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def _confuse(it: Injection) -> None:
    reply = it.perform()
    shapes: Mapping[str, object] = {
        "list": [1, "deux", None],
        "object": {"un": 1},
        "null": None,
        "string": "oui",
    }
    shape = it.fault.text("shape", "leaves")
    body = shapes[shape] if shape in shapes else _swap_types(json.loads(reply.content or b"null"))
    content = b"null" if body is None else encode(body)
    it.wire.send(Reply(reply.status, reply.headers, content))


def _swap_types(value: object) -> object:
    if isinstance(value, dict):
        return {key: _swap_types(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_swap_types(each) for each in value]
    if isinstance(value, bool) or value is None:
        return [value]
    return 12345 if isinstance(value, str) else {"valeur": value}


def _redirect(it: Injection) -> None:
    it.perform_if_asked()
    location = it.fault.text("location", f"http://localhost:{it.wire.port}/stolen")
    it.wire.send(Reply(int(it.fault.number("status", 307)), {"Location": location}))


def _refuse(it: Injection) -> None:
    it.perform_if_asked()
    status, error_id, message = REFUSALS[it.fault.mode]
    if it.fault.mode == "error":
        status = int(it.fault.number("status", status))
        error_id, message = it.fault.text("id", error_id), it.fault.text("message", message)
    refusal = RefusedError(status, error_id, message)
    if it.fault.mode == "two_factor":
        refusal.body |= _name_app(it)
    if it.fault.mode == "429":
        refusal.headers["RateLimit-Remaining"] = "0"
    if "retry_after" in it.fault.params:
        refusal.headers["Retry-After"] = it.fault.text("retry_after", "")
    it.wire.send(it.platform.reply_to(refusal, request=it.request))


def _name_app(it: Injection) -> dict[str, object]:
    """The app that is protected, when the path names one."""
    match = re.match(r"/apps/([^/]+)", it.request.path)
    app = it.platform.world.find_app(match[1]) if match else None
    return {"app": {"id": app.id, "name": app.name}} if app else {}


def _warn(it: Injection) -> None:
    reply = it.perform()
    reply.headers["X-Heroku-Warning"] = it.fault.text("text", "This is a warning.")
    it.wire.send(reply)


ACTIONS: Mapping[str, Callable[[Injection], None]] = {
    "latency": _delay,
    "slow_drip": _drip,
    "reset_before": _reset_before,
    "reset_after": _reset_after,
    "lost": _lose,
    "blackhole": _swallow,
    "truncated_json": _truncate,
    "html": _send_html,
    "huge": _send_huge,
    "wrong_types": _confuse,
    "redirect": _redirect,
    "warning": _warn,
}

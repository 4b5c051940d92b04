"""The security headers of answers that no Django middleware sees, and the short answers made here."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

Header = tuple[bytes, bytes]
Headers = tuple[Header, ...]
Scope = Mapping[str, Any]
Message = Mapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_SECURITY: Headers = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=(), clipboard-write=(self)"),
    (
        b"content-security-policy",
        b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
)


def security_headers(*, hsts_seconds: int = 0) -> Headers:
    """Without HSTS where the console is served over plain HTTP on purpose (the demo)."""
    if not hsts_seconds:
        return _SECURITY
    policy = f"max-age={hsts_seconds}; includeSubDomains".encode()
    return (*_SECURITY, (b"strict-transport-security", policy))


async def answer(
    scope: Scope,
    send: Send,
    status: int,
    body: str,
    *,
    security: Headers,
    content_type: bytes = b"text/plain; charset=utf-8",
    more: Headers = (),
) -> None:
    """A whole short answer that nobody may keep."""
    data = body.encode()
    own = (
        (b"content-type", content_type),
        (b"content-length", str(len(data)).encode()),
        (b"cache-control", b"no-store"),
    )
    await send({"type": "http.response.start", "status": status, "headers": [*own, *security, *more]})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else data})

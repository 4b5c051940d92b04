"""Who may pass: Accept, token, scope, account standing (Platform API reference, "Authentication",
"Versioning").
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from typing import TYPE_CHECKING

from .answer import RefusedError
from .routes import SCOPES

if TYPE_CHECKING:
    from .answer import Request
    from .call import Call
    from .routes import Route
    from .world import Account, Token, World

VERSION = re.compile(r"application/vnd\.heroku\+json\s*;\s*version=3(?:\.([a-z-]+))?", re.IGNORECASE)


def read_variant(request: Request) -> str:
    """What the Accept header asks for after "version=3."; "" for plain version 3."""
    for choice in request.headers.get("accept", "").split(","):
        match = VERSION.fullmatch(choice.strip())
        if match is not None:
            return (match[1] or "").lower()
    raise RefusedError(
        406,
        "not_acceptable",
        "The requested version is not acceptable. Use `Accept: application/vnd.heroku+json; version=3`.",
    )


def authenticate(world: World, request: Request) -> tuple[Token, Account]:
    value = _read_token(request.headers.get("authorization", ""))
    token = world.find_token(value) if value else None
    account = world.find_account(token.account_id) if token else None
    if token is None or account is None:
        raise RefusedError(401, "unauthorized", "Invalid credentials provided.")
    return token, account


def _read_token(authorization: str) -> str:
    """A bearer token, or a token as the password of a Basic header whose user is empty."""
    scheme, _, value = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return value.strip()
    if scheme.lower() != "basic":
        return ""
    try:
        user, _, password = b64decode(value.strip(), validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return "" if user else password


def check_scope(route: Route, token: Token) -> None:
    granted = {need for scope in token.scope.split() for need in SCOPES.get(scope, ())}
    if route.needs not in granted:
        raise RefusedError(
            403, "forbidden", "The scope of this OAuth authorization does not allow access to this resource."
        )


def check_standing(call: Call) -> None:
    """Refuse suspended and unpaid accounts, and apps in which this person's role does not allow it."""
    if call.account.suspended:
        raise RefusedError(403, "suspended", "Your account has been suspended.")
    reading = call.method in ("GET", "HEAD")
    if call.account.delinquent and not reading:
        raise RefusedError(
            402, "delinquent", "This account has an outstanding balance. Please update your payment."
        )
    if "app" not in call.path:
        return
    app = call.app
    if app.forbidden == "all" or (app.forbidden == "write" and not reading):
        raise RefusedError(403, "forbidden", f"You do not have access to the app {app.name}.")

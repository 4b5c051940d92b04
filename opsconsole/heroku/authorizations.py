"""The authorization behind the token in use: what it may do (Platform API reference, "OAuth Authorization").

Heroku's answer holds the token itself: it is never read from there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class Authorization:
    """`scopes` are Heroku's words: global, identity, read, write, read-protected, write-protected."""

    id: str
    description: str | None
    scopes: tuple[str, ...]


def read_authorization(fields: Fields) -> Authorization:
    return Authorization(
        id=fields.text("id"), description=fields.optional_text("description"), scopes=fields.texts("scope")
    )


class Authorizations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def current(self, *, total: float | None = None) -> Authorization:
        """The authorization of this client's own token; whether every scope may ask is not documented."""
        return self._transport.read(fill("/oauth/authorizations/~"), total=total).one(read_authorization)

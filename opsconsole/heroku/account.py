"""The account that the token belongs to (Platform API reference, "Account")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from datetime import datetime

    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class Account:
    id: str
    email: str
    name: str | None
    suspended_at: datetime | None
    delinquent_at: datetime | None
    two_factor: bool


def read_account(fields: Fields) -> Account:
    return Account(
        id=fields.text("id"),
        email=fields.text("email"),
        name=fields.optional_text("name"),
        suspended_at=fields.optional_moment("suspended_at"),
        delinquent_at=fields.optional_moment("delinquent_at"),
        two_factor=bool(
            fields.optional_flag("two_factor_authentication") or fields.optional_flag("mfa_enabled")
        ),
    )


class Accounts:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, *, total: float | None = None) -> Account:
        """The account that the token belongs to."""
        return self._transport.read(fill("/account"), total=total).one(read_account)

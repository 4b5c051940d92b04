"""The Eco hours of an account, as `heroku ps` asks for them; in no published schema."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from opsconsole.heroku.errors import NotFoundError
from opsconsole.heroku.paths import fill
from opsconsole.heroku.requesting import ACCEPT_QUOTAS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class EcoQuota:
    """Seconds of this month: granted, used, and used by each app (by its id)."""

    account_quota: int
    used: int
    apps: Mapping[str, int]

    @property
    def remaining(self) -> int:
        """Seconds left, as `heroku ps` computes them."""
        return max(0, self.account_quota - self.used)


def read_quota(fields: Fields) -> EcoQuota | None:
    """None for `{"id": "not_found"}`, which comes with status 200."""
    if fields.optional_text("id") == "not_found":
        return None
    apps = {app.text("app_uuid"): app.whole("quota_used") for app in fields.parts("apps")}
    return EcoQuota(
        account_quota=fields.whole("account_quota"),
        used=fields.whole("quota_used"),
        apps=MappingProxyType(apps),
    )


class Quotas:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, account_id: str, *, total: float | None = None) -> EcoQuota | None:
        """None where the account has no Eco subscription. Only the token's own account may be asked for."""
        path = fill("/accounts/{account}/actions/get-quota", account=account_id)
        try:
            return self._transport.read(path, accept=ACCEPT_QUOTAS, total=total).one(read_quota)
        except NotFoundError:
            return None

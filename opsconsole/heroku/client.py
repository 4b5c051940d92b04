"""The client: one account's token, and a room for each resource of the Platform API."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from opsconsole.heroku.account import Accounts
from opsconsole.heroku.addons import AddOns
from opsconsole.heroku.apps import Apps
from opsconsole.heroku.authorizations import Authorizations
from opsconsole.heroku.dyno_sizes import DynoSizes
from opsconsole.heroku.dynos import Dynos
from opsconsole.heroku.formation import Formations
from opsconsole.heroku.limits import Limits
from opsconsole.heroku.log_sessions import LogSessions
from opsconsole.heroku.quota import Quotas
from opsconsole.heroku.rate_limits import RateLimits
from opsconsole.heroku.releases import Releases
from opsconsole.heroku.requesting import Sender
from opsconsole.heroku.transport import Transport

if TYPE_CHECKING:
    from opsconsole.heroku.measures import Measured

BASE_URL: Final = "https://api.heroku.com"
USER_AGENT: Final = "opsconsole/0.1"

_TOKEN: Final = re.compile(r"[\x21-\x7e]{8,}")


class Client:
    """Speaks to Heroku for one account; several threads may use it at once.

    Every method raises HerokuError and takes `total`, the seconds that it may last, repeats included.
    """

    def __init__(
        self,
        token: str,
        *,
        base_url: str = BASE_URL,
        user_agent: str = USER_AGENT,
        limits: Limits = Limits(),  # noqa: B008 - frozen
        use_proxy_environment: bool = False,
    ) -> None:
        """Raise ValueError for an address that would carry the token in clear, or what cannot be a token."""
        if not _TOKEN.fullmatch(token):
            raise ValueError("This cannot be a Heroku token.")
        self.base_url = check_base_url(base_url)
        sender = Sender(token=token, base_url=self.base_url, user_agent=user_agent)
        transport = Transport(sender, limits=limits, use_proxy_environment=use_proxy_environment)
        self._transport = transport
        self.account = Accounts(transport)
        self.addons = AddOns(transport)
        self.apps = Apps(transport)
        self.authorizations = Authorizations(transport)
        self.dyno_sizes = DynoSizes(transport)
        self.dynos = Dynos(transport)
        self.formation = Formations(transport)
        self.log_sessions = LogSessions(transport)
        self.quota = Quotas(transport)
        self.rate_limits = RateLimits(transport)
        self.releases = Releases(transport)

    @property
    def remaining(self) -> int | None:
        """Calls left to the account as the last answer said; None before the first."""
        return self._transport.remaining

    @property
    def calls(self) -> int:
        """Requests made so far, repeats and pages included."""
        return self._transport.calls

    def measured(self, *, now: float) -> Measured:
        """What the last calls have cost; `now` in seconds since 1970."""
        return self._transport.measures.summary(now=now)

    def close(self) -> None:
        """Close the kept connections."""
        self._transport.close()

    def __repr__(self) -> str:
        return f"Client('****', base_url={self.base_url!r})"


def check_base_url(value: str) -> str:
    """Return the address without a final slash: https anywhere, http on loopback only."""
    parts = urlsplit(value)
    is_bare = not (parts.username or parts.password or parts.query or parts.fragment or parts.path.strip("/"))
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))
    if not (parts.hostname and is_bare and is_safe):
        raise ValueError("The Platform API's address must be https://host[:port], or http:// on loopback.")
    return value.rstrip("/")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False

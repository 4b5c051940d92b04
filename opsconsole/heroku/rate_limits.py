"""Calls left to the account, all its tokens together (Platform API reference, "Rate Limit")."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from opsconsole.heroku.transport import Transport


class RateLimits:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def get(self, *, total: float | None = None) -> int:
        """Calls left of 4500, refilled by about 75 a minute; asking costs none."""
        reply = self._transport.read(fill("/account/rate-limits"), total=total)
        return reply.one(lambda fields: fields.whole("remaining"))

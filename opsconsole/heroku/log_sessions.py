"""Log sessions: the address at which an app's log is read (Platform API reference, "Log Session")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport

MOST_LINES: Final = 1500
"""What Heroku keeps of an app's log; asking for more brings no more."""


@dataclass(frozen=True, slots=True)
class LogSession:
    """Whoever holds the URL may read the log: it stays out of the repr, of every log and of every page."""

    id: str
    url: str = field(repr=False)


def read_log_session(fields: Fields) -> LogSession:
    return LogSession(id=fields.text("id"), url=fields.text("logplex_url"))


class LogSessions:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def create(
        self,
        app: str,
        *,
        lines: int | None = None,
        tail: bool = False,
        dyno: str | None = None,
        source: str | None = None,
        type: str | None = None,  # noqa: A002 - Heroku's own word
        total: float | None = None,
    ) -> LogSession:
        """Ask for an address to open within five minutes; one that is lost merely expires. Asked again only before a byte left.

        `lines` of what Heroku has kept come first (Cedar only); `dyno` is a dyno or a process type, `source` is
        `app` or `heroku`, `type` a process type on Fir.
        """
        wishes = {"lines": lines, "dyno": dyno, "source": source, "type": type}
        payload = {"tail": tail} | {key: value for key, value in wishes.items() if value is not None}
        path = fill("/apps/{app}/log-sessions", app=app)
        return self._transport.write("POST", path, payload=payload, total=total).one(read_log_session)

"""Log sessions: an address to read an app's log at, valid for six minutes until it is opened (Platform API: log-session)."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .answer import Answer, invalid
from .clock import format_time
from .world import new_id

if TYPE_CHECKING:
    from .call import Call

PREFIX = "/log-stream/"
OPENED_WITHIN = 360.0
USUAL_LINES = 100


@dataclass(frozen=True)
class Session:
    """What was asked for; `opened_until` is in seconds since 1970."""

    app_id: str
    lines: int
    tail: bool
    source: str | None
    dyno: str | None
    opened_until: float


class Sessions:
    """The sessions that were asked for and may still be opened, by the secret of their address."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, Session] = {}
        self.asked = 0

    def add(self, session: Session) -> str:
        secret = secrets.token_urlsafe(32)
        with self._lock:
            self.asked += 1
            self._kept[secret] = session
        return secret

    def open(self, secret: str, *, now: float) -> Session | None:
        """The session of an address, until it expires; it may be opened again while it lasts."""
        with self._lock:
            self._kept = {each: kept for each, kept in self._kept.items() if kept.opened_until > now}
            return self._kept.get(secret)


def create_log_session(call: Call) -> Answer:
    app = call.app
    fir = app.generation == "fir"
    lines = _read_lines(call)
    if fir and call.body.get("lines") is not None:
        raise invalid("Log history is not available for this app's generation.")
    source = call.read_optional_string("source")
    dyno = call.read_optional_string("dyno") or call.read_optional_string("dyno_name")
    if fir:
        dyno = call.read_optional_string("type") or dyno
    tail = call.body.get("tail") is True or fir
    session = Session(app.id, 0 if fir else lines, tail, source, dyno, opened_until=call.now + OPENED_WITHIN)
    secret = call.sessions.add(session)
    created = format_time(call.now)
    return Answer(
        201,
        {
            "created_at": created,
            "id": new_id(),
            "logplex_url": f"http://127.0.0.1:{call.port}{PREFIX}{secret}?srv=simulator",
            "updated_at": created,
        },
    )


def _read_lines(call: Call) -> int:
    lines = call.body.get("lines")
    if lines is None:
        return USUAL_LINES
    if isinstance(lines, bool) or not isinstance(lines, int) or lines < 0:
        raise invalid("Invalid value for lines: a number is expected.")
    return lines

"""The log of one dyno, read from Heroku in a thread of its own, so that its follower can look elsewhere meanwhile."""

import queue
import threading
from types import TracebackType
from typing import Final

from opsconsole import heroku
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.log_hosts import log_hosts
from opsconsole.ops.fleet.threads import run_aside

SESSION_TOTAL: Final = 6.0
NO_CALL_LEFT: Final = 5.0  # seconds before the budget is asked again
WAITING: Final = 40  # events of at most 500 lines; a follower that is slower slows the stream down
LOOK_SECONDS: Final = 0.25


class Feed:
    """Use it as a context: the stream is closed at its end."""

    def __init__(self, fleet: Fleet, app: str, *, dyno: str, has_history: bool) -> None:
        self._fleet = fleet
        self._app = app
        self._dyno = dyno
        self._ended = threading.Event()
        self._events: queue.Queue[heroku.LogEvent] = queue.Queue(WAITING)
        self._tail = heroku.LogTail(self._open, hosts=log_hosts(), keeps_history=has_history)

    def __enter__(self) -> "Feed":
        run_aside(self._read, name="run's log")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._tail.close()

    def next(self, seconds: float) -> heroku.LogEvent | None:
        """Return what the log says next, None when it says nothing in time."""
        try:
            return self._events.get(timeout=seconds)
        except queue.Empty:
            return None

    def _open(self, lines: int | None) -> heroku.LogSession:
        return open_session(self._fleet, self._app, lines=lines, dyno=self._dyno, tail=True)

    def _read(self) -> None:
        for event in self._tail.follow(self._ended.is_set):
            while not self._ended.is_set():
                try:
                    self._events.put(event, timeout=LOOK_SECONDS)
                    break
                except queue.Full:
                    continue


def open_session(
    fleet: Fleet,
    app: str,
    *,
    lines: int | None,
    tail: bool,
    dyno: str | None = None,
    source: str | None = None,
) -> heroku.LogSession:
    """Ask for a session inside the budget; raises HerokuError."""
    if not fleet.budget.take(1, purpose="change"):
        raise heroku.RateLimitedError("No call is left in this minute.", retry_after=NO_CALL_LEFT)
    sessions = fleet.client.log_sessions
    return sessions.create(app, lines=lines, tail=tail, dyno=dyno, source=source, total=SESSION_TOTAL)

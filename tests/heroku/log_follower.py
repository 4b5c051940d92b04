"""Somebody who follows a log in a thread of their own and keeps all that is told."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any

from opsconsole.heroku import Client, Lines, LogEvent, LogHosts, LogSession, LogTail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsconsole.simulator import Simulator

APP = "inscriptions"
HERE = LogHosts(allow_loopback=True)


class Follower:
    def __init__(self, open_session: Callable[[int | None], LogSession], **options: Any) -> None:
        self.events: list[LogEvent] = []
        self._told = threading.Condition()
        self._stopped = False
        self.tail = LogTail(open_session, hosts=HERE, **options)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        for event in self.tail.follow(lambda: self._stopped):
            with self._told:
                self.events.append(event)
                self._told.notify_all()

    def wait(self, condition: Callable[[], object]) -> None:
        """Until it holds, looked at after each event."""
        with self._told:
            assert self._told.wait_for(condition, 15), self.events

    def wait_for_lines(self, count: int) -> None:
        self.wait(lambda: len(self.texts) >= count)

    @property
    def texts(self) -> list[str]:
        return [line.text for event in self.events if isinstance(event, Lines) for line in event.lines]

    def has(self, kind: type[LogEvent]) -> bool:
        return any(isinstance(event, kind) for event in self.events)

    def stop(self) -> None:
        """Leave as a pump does: by saying so when asked."""
        self._stopped = True
        self._thread.join(10)
        assert not self._thread.is_alive()

    def leave(self) -> None:
        self.tail.close()
        self._thread.join(10)
        assert not self._thread.is_alive()


@contextmanager
def following(simulator: Simulator, *, app: str = APP, **options: Any) -> Iterator[Follower]:
    with closing(Client(simulator.token, base_url=simulator.base_url)) as client:
        follower = Follower(lambda lines: client.log_sessions.create(app, lines=lines, tail=True), **options)
        try:
            yield follower
        finally:
            follower.leave()

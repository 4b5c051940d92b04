"""The errors of the last minutes of an app, counted while somebody looks at its page: topic `trouble:<uuid>`."""

import json
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from opsconsole.live.hub import Hub
from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.logs.level import code_in, level_of
from opsconsole.ops.logs.pump import topic_of
from opsconsole.ops.logs.records import read_records
from opsconsole.ops.logs.render import moment_of

Source = Callable[[Topic, StopSignal], None]

PREFIX = "trouble"
LASTS = timedelta(minutes=15)
MOST_KEPT = 5000
LOOK_SECONDS = 1.0
CALM_SECONDS = 5.0  # between two times that a page is told of more of the same

_known: dict[UUID, "Tally"] = {}
_lock = threading.Lock()


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One cause, how often it was seen, from when to when."""

    code: str
    count: int
    since: datetime
    last: datetime


class Tally:
    """Errors by cause and moment, the oldest first."""

    def __init__(self) -> None:
        self._errors: deque[tuple[datetime, str]] = deque(maxlen=MOST_KEPT)

    def add(self, data: str) -> bool:
        """Count the errors of one event of the log; tell whether there were any."""
        found = False
        for record in read_records(json.loads(data)):
            code = code_in(record)
            moment = moment_of(record.at)
            if moment is not None and code and level_of(record, code) == "error":
                self._errors.append((moment, code))
                found = True
        return found

    def seen(self, *, now: datetime) -> list[Seen]:
        """Return the causes of the last minutes, the most frequent first."""
        causes: dict[str, list[datetime]] = {}
        for moment, code in tuple(self._errors):
            if moment > now - LASTS:
                causes.setdefault(code, []).append(moment)
        told = [
            Seen(code=code, count=len(moments), since=min(moments), last=max(moments))
            for code, moments in causes.items()
        ]
        return sorted(told, key=lambda each: (-each.count, each.code))


def recent(app_id: UUID, *, now: datetime) -> list[Seen]:
    """Return what went wrong in an app in the last minutes, as far as it is known here."""
    with _lock:
        tally = _known.get(app_id)
    return tally.seen(now=now) if tally else []


def watch_trouble(hub: Hub, app_id: UUID, *, now: Callable[[], datetime]) -> Source:
    """Return the source of `trouble:<uuid>`: it has the log read, and says when what is to be said of it changes."""

    def run(topic: Topic, stop: StopSignal) -> None:
        tally = Tally()
        with _lock:
            _known[app_id] = tally
        try:
            with hub.hold(topic_of(app_id)) as log:
                _count(log, topic, stop, tally, app_id=app_id, now=now)
        finally:
            with _lock:
                _known.pop(app_id, None)

    return run


def _count(
    log: Topic, topic: Topic, stop: StopSignal, tally: Tally, *, app_id: UUID, now: Callable[[], datetime]
) -> None:
    reading = log.everything()
    told: list[tuple[str, int]] = []
    while not stop.stopping:
        for event in reading.events:
            if '"kind":"lines"' in event.data:
                tally.add(event.data)
        present = [(each.code, each.count) for each in tally.seen(now=now())]
        if present != told:
            told = present
            topic.append({"kind": "changed", "app": str(app_id)})
            if stop.wait(CALM_SECONDS):
                return
        stop.wait(0)
        reading = log.wait_after(reading.cursor, LOOK_SECONDS)

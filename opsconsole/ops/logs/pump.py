"""The pump of `log:<uuid>`: reads an app's log from Heroku for everybody who looks, and notes it down in the topic."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import blake2s, sha256
from typing import Any
from uuid import UUID

from django.conf import settings

from opsconsole import heroku
from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.log_hosts import log_hosts
from opsconsole.ops.fleet.readings import REFUSED, kind_of
from opsconsole.ops.logs.notebook import Notebook
from opsconsole.ops.logs.records import Record, read_records, write_lines

Source = Callable[[Topic, StopSignal], None]

PREFIX = "log"
MAX_EVENTS = 6000
MAX_BYTES = 4_000_000
LINGER = 15.0  # seconds: a page that is left is mostly followed by another of the same app
SESSION_TOTAL = 6.0
NO_CALL_LEFT = 5.0  # seconds before the budget is asked again
MOST_RECORDS = 500


def topic_of(app_id: UUID | str) -> str:
    return f"{PREFIX}:{app_id}"


def watch_log(fleet: Fleet, app_id: UUID) -> Source:
    """Return the source of `log:<uuid>`: one session with Heroku, however many people read."""

    def run(topic: Topic, stop: StopSignal) -> None:
        reading = fleet.known(app_id).reading
        has_history = reading is None or reading.app.generation != "fir"
        tail = heroku.LogTail(
            lambda lines: _open_session(fleet, app_id, lines=lines),
            hosts=log_hosts(),
            keeps_history=has_history,
        )
        scribe = _Scribe(topic, now=fleet.now)
        for event in tail.follow(lambda: stop.stopping):
            stop.wait(0)  # says that the source works
            scribe.take(event)

    return run


def _open_session(fleet: Fleet, app_id: UUID, *, lines: int | None) -> heroku.LogSession:
    if not fleet.budget.take(1, purpose="page"):
        raise heroku.RateLimitedError("No call is left in this minute.", retry_after=NO_CALL_LEFT)
    return fleet.client.log_sessions.create(str(app_id), lines=lines, tail=True, total=SESSION_TOTAL)


def _key_of_ids() -> bytes:
    """The same in every process of the console, and known to nobody else."""
    return blake2s(b"ids of log lines", key=sha256(settings.SECRET_KEY.encode()).digest()).digest()


class _Scribe:
    """Writes down what the log says, once: what the topic holds already, from another pump's time, is left out."""

    def __init__(self, topic: Topic, *, now: Callable[[], datetime]) -> None:
        self._topic = topic
        self._now = now
        self._notebook = Notebook(key=_key_of_ids())
        self._is_live = False
        self._state: dict[str, Any] = {}
        self._before = _Before(topic)
        self._gaps = 0

    def take(self, event: heroku.LogEvent) -> None:
        match event:
            case heroku.Lines(lines=lines):
                self._tell_lines(lines)
                self._tell_state("live" if self._is_live else "history")
            case heroku.HistoryEnd(count=count):
                self._is_live = True
                self._before.end()
                self._topic.append({"kind": "history", "count": count})
                self._tell_state("live")
            case heroku.Gap(reason=reason):
                self._tell_gap(reason)
            case heroku.Beat():
                if self._is_live:
                    self._tell_state("live")
            case heroku.Silence():
                self._tell_state("silent")
            case heroku.Trouble(error=error, retry_in=retry_in):
                self._tell_trouble(error, retry_in)

    def _tell_lines(self, lines: tuple[heroku.LogLine, ...]) -> None:
        page = self._notebook.note(lines, is_live=self._is_live)
        records = self._before.keep_new(page.records)
        if records and self._before.has_hole():
            self._tell_gap("cut")
        for start in range(0, len(records), MOST_RECORDS):
            some = records[start : start + MOST_RECORDS]
            ids = {record.id for record in some}
            groups = {name: page.groups[name] for record in some if (name := record.group)}
            skipped = [identity for identity in page.skipped if identity in ids]
            self._topic.append(write_lines(some, groups, skipped=skipped), weight=len(some))

    def _tell_gap(self, reason: str) -> None:
        self._gaps += 1
        identity = f"x{self._now():%Y%m%d%H%M%S}{self._gaps}"
        self._topic.append({"kind": "missing", "reason": reason, "id": identity})

    def _tell_trouble(self, error: heroku.HerokuError, retry_in: float) -> None:
        kind = kind_of(error)
        if isinstance(error, heroku.RateLimitedError):
            state = "waiting"
        elif kind in REFUSED:
            state = "refused"
        else:
            state = "reopening"
        if retry_in or state != "reopening":
            self._tell_state(state, reason=kind, retry_in=round(retry_in, 1))

    def _tell_state(self, state: str, **more: object) -> None:
        told = {"state": state, "reason": more.get("reason", "")}
        if told != self._state:
            self._state = told
            self._topic.append({"kind": "state", "state": state, "at": self._now().isoformat(), **more})


class _Before:
    """What the topic held when this pump began, from another pump's time: Heroku's history tells it again."""

    def __init__(self, topic: Topic) -> None:
        kept = [event for event in topic.everything().events if '"kind":"lines"' in event.data]
        records = [record for event in kept for record in read_records(json.loads(event.data))]
        self._ids = {record.id for record in records}
        self._newest = max((record.at for record in records), default="")
        self._has_matched = False
        self._is_told = not records

    def keep_new(self, records: Sequence[Record]) -> list[Record]:
        """Leave out what is told already, and what is older than all of it."""
        if not self._ids:
            return list(records)
        self._has_matched = self._has_matched or any(record.id in self._ids for record in records)
        return [record for record in records if record.at >= self._newest and record.id not in self._ids]

    def has_hole(self) -> bool:
        """Tell, once, whether lines may be missing between what was told and what comes now."""
        was_told, self._is_told = self._is_told, True
        return not was_told and not self._has_matched

    def end(self) -> None:
        """Heroku's history is over: what comes now is new."""
        self._ids = set()

"""Watch a run that has a dyno: its output is written down, its end is told by the platform and by nobody else."""

from datetime import datetime, timedelta
from typing import Any, Final, NoReturn

from django.conf import settings

from opsconsole import heroku
from opsconsole.ops.changes.following import StoppingError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.oneoffs.feed import Feed
from opsconsole.ops.oneoffs.following import Following
from opsconsole.ops.oneoffs.listener import Line, Listener
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.output import Spool, Told
from opsconsole.ops.oneoffs.sending import LOOK_TOTAL, read_log
from opsconsole.ops.oneoffs.verdict import verdict

TURN: Final = 0.25  # seconds that a turn waits for the log
WRITE_EVERY: Final = timedelta(seconds=1)
TRAIL: Final = timedelta(seconds=2)  # the last lines may come behind the one that tells the end
LONGEST: Final = timedelta(hours=28)  # Heroku ends what runs for a day, some hours later at most
HOLE: Final[Line] = ("", None)
KINDS: Final = {
    State.DONE: Kind.DONE,
    State.FAILED: Kind.FAILED,
    State.STOPPED: Kind.FAILED,
    State.EXPIRED: Kind.FAILED,
    State.LOST: Kind.UNKNOWN,
}


def watch(following: Following, *, resumed: bool) -> NoReturn:
    """Follow a run to its end; `resumed` when another process may have written some of its output."""
    watching = _Watching(following, resumed=resumed)
    run = following.run
    with Feed(following.fleet, following.app, dyno=run.dyno_name, has_history=following.has_history) as feed:
        while True:
            watching.take(feed.next(TURN))
            watching.turn()


class _Watching:
    def __init__(self, following: Following, *, resumed: bool) -> None:
        run = following.run
        self._following = following
        self._fleet = following.fleet
        self._listener = Listener(run.dyno_name, up_at=run.up_at)
        self._spool = Spool(run)
        self._told = Told(run)
        self._may_miss_start = self._told.is_empty and (resumed or not following.has_history)
        self._history: list[Line] | None = []  # until all of it has come
        self._exit_heard_at: datetime | None = None
        self._gone_since: datetime | None = None
        self._asked_in_vain_at: datetime | None = None
        self._looked_at = self._written_at = self._fleet.now()
        self._launched_at = run.launched_at or run.asked_at

    # ── the log ──
    def take(self, event: heroku.LogEvent | None) -> None:
        match event:
            case heroku.Lines(lines=lines):
                self._take_lines(lines)
            case heroku.HistoryEnd():
                self._end_history()
            case heroku.Gap():
                self._add([HOLE])
        if self._listener.exit_status is not None and self._exit_heard_at is None:
            self._exit_heard_at = self._fleet.now()

    def _take_lines(self, lines: tuple[heroku.LogLine, ...]) -> None:
        printed = self._listener.hear(lines)
        if self._history is None:
            self._add(printed)
        else:
            self._history += self._told.keep_new(printed)

    def _end_history(self) -> None:
        held, self._history = self._history or [], None
        if held and not self._told.is_empty and not self._told.has_matched:
            self._spool.add([HOLE])
        self._add(held)

    def _add(self, printed: list[Line]) -> None:
        if printed and self._may_miss_start:
            self._may_miss_start = False
            if not self._listener.has_begun:
                self._spool.add([HOLE])
        self._spool.add(printed)

    # ── a turn ──
    def turn(self) -> None:
        now = self._fleet.now()
        if self._is_over(now):
            self._end()
        if self._fleet.stopping.is_set():
            self._write()
            raise StoppingError
        if self._spool.is_heavy or now - self._written_at >= WRITE_EVERY:
            self._write()
        if now - self._looked_at >= timedelta(seconds=settings.ONE_OFF_LOOK_SECONDS):
            self._look()
        self._following.stay()

    def _is_over(self, now: datetime) -> bool:
        if self._exit_heard_at is not None:
            is_told = self._history is None and self._listener.is_complete
            return is_told or now - self._exit_heard_at >= TRAIL
        if self._gone_since is not None:
            since = self._asked_in_vain_at or self._gone_since
            return now - since >= timedelta(seconds=settings.ONE_OFF_GONE_SECONDS)
        return now - self._launched_at >= LONGEST

    def _write(self) -> None:
        self._written_at = self._fleet.now()
        changed = self._progress()
        if changed or not self._spool.is_empty:
            self._following.renew(self._spool.write, **changed)

    def _progress(self) -> dict[str, Any]:
        run, listener = self._following.run, self._listener
        if listener.has_begun and run.state == State.STARTING:
            return {"state": State.RUNNING, "up_at": listener.up_at or self._fleet.now()}
        return {}

    # ── the dynos ──
    def _look(self) -> None:
        """See whether the dyno is still there, as somebody else has just read or as Heroku says now."""
        now = self._looked_at = self._fleet.now()
        reading = self._fleet.known(self._following.run.app_id).reading
        recent = timedelta(seconds=settings.ONE_OFF_LOOK_SECONDS)
        if reading is not None and now - reading.read_at < recent and reading.read_at > self._launched_at:
            dynos: tuple[heroku.Dyno, ...] | None = reading.dynos
        else:
            client = self._following.client
            dynos = self._following.read(lambda: client.dynos.list(self._following.app, total=LOOK_TOTAL))
            if dynos is not None:
                self._fleet.learn(self._following.run.app_id, dynos=dynos)
        if dynos is None:
            return
        ours = next((dyno for dyno in dynos if dyno.name == self._listener.dyno), None)
        if ours is None:
            self._gone_since = self._gone_since or now
        elif ours.state == "up":
            self._gone_since, self._listener.has_begun = None, True

    # ── the end ──
    def _end(self) -> None:
        """What the log may still know is asked for where nobody has told how it ended; a silent Heroku is waited for."""
        if self._listener.exit_status is None and self._following.has_history:
            history = read_log(self._following, dyno=self._listener.dyno)
            if history is None and self._fleet.now() - self._launched_at < LONGEST:
                self._asked_in_vain_at = self._fleet.now()
                return
            self._listener.hear(history.lines if history else ())
        if self._history is not None:
            self._end_history()
        run, listener = self._following.hold.run(), self._listener
        stopped_at, stopped_by = run.stop_asked_at, run.stop_by
        if stopped_at is None:
            stopped_at, stopped_by = _stopped_as_a_dyno(run)
        ended_at = listener.exited_at or self._gone_since or self._fleet.now()
        state = verdict(
            exit_status=listener.exit_status,
            stop_asked_at=stopped_at,
            launched_at=self._launched_at,
            time_to_live=run.time_to_live,
            ended_at=ended_at,
        )
        began = run.up_at or listener.up_at or self._launched_at
        seconds = max(0.0, (ended_at - began).total_seconds())
        detail = {"seconds": round(seconds, 1), "dyno": listener.dyno, "errors": listener.errors}
        if listener.exit_status is not None:
            detail["status"] = listener.exit_status
        self._following.end(
            state,
            KINDS[state],
            "" if state == State.DONE else f"run_{state}",
            detail=detail,
            also=self._spool.write,
            exit_status=listener.exit_status,
            stop_asked_at=stopped_at,
            stop_by=stopped_by,
            ended_at=ended_at,
            up_at=run.up_at or listener.up_at,
        )


def _stopped_as_a_dyno(run: Run) -> tuple[datetime | None, str]:
    """Return when and by whom its dyno was stopped, where that was asked for among what is running; (None, "") for nobody."""
    entry = Entry.objects.filter(
        app_id=str(run.app_id), action=Action.STOP, at__gte=run.asked_at, after__dyno=run.dyno_name
    ).first()
    return (entry.at, entry.actor_name) if entry else (None, "")

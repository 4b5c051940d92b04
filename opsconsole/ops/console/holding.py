"""A thread's hold on a console: asked of Heroku once, reached, held to its end, and its dyno surely gone."""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, wait
from contextlib import ExitStack
from datetime import timedelta
from typing import Any, Final, NoReturn, TypeVar

from django.conf import settings
from django.db import DatabaseError, connection

from opsconsole import heroku
from opsconsole.live import runtime
from opsconsole.ops.changes.following import StoppingError
from opsconsole.ops.console.hosts import rendezvous_hosts
from opsconsole.ops.console.models import Console
from opsconsole.ops.console.recorder import Recorder
from opsconsole.ops.console.session import Bounds, Session
from opsconsole.ops.console.topics import keys_of, screen_of
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.models import Kind
from opsconsole.ops.oneoffs.follower import hold_on
from opsconsole.ops.oneoffs.following import Following
from opsconsole.ops.oneoffs.lease import Hold
from opsconsole.ops.oneoffs.models import State
from opsconsole.ops.oneoffs.sending import LOOK_TOTAL, find, send

logger = logging.getLogger(__name__)

Answer = TypeVar("Answer")

TURN: Final = 0.25  # seconds
NOTE_EVERY: Final = timedelta(seconds=1)
STOP_TOTAL: Final = 8.0  # seconds for one order to stop
STOP_TOTAL_WHEN_LEAVING: Final = 2.0
GONE_WITHIN: Final = timedelta(minutes=2)

# How a console may end: the state that it has then, what the journal says of it
ENDINGS: Final[dict[str, tuple[State, Kind]]] = {
    "ended": (State.DONE, Kind.DONE),
    "closed": (State.DONE, Kind.DONE),
    "idle": (State.DONE, Kind.DONE),
    "away": (State.DONE, Kind.DONE),
    "over": (State.EXPIRED, Kind.DONE),
    "unrecorded": (State.FAILED, Kind.FAILED),
    "cut": (State.FAILED, Kind.FAILED),
    "broken": (State.FAILED, Kind.FAILED),
    "interrupted": (State.STOPPED, Kind.FAILED),
}


def follow(fleet: Fleet, hold: Hold, *, resumed: bool) -> None:
    """Take a console from its launch to the end of its dyno; one whose process died is only cleared away."""
    hold_on(fleet, hold, _clear_away if resumed else _converse)


def _clear_away(following: Following) -> NoReturn:
    """Its connection ended with the process that held it, and a terminal is not reached twice: its dyno has to go."""
    run = following.run
    if run.sent_at is None:
        following.end(State.REFUSED, Kind.FAILED, "interrupted_before")
    earlier = run.reason
    following.note_interruption()
    if not run.dyno_name:
        find(following)
    if earlier.startswith("console_"):  # it was over already; only its dyno was still to be seen gone
        reason = earlier.removeprefix("console_")
        _end(following, reason if reason in ENDINGS else "broken", said=earlier)
    _end(following, "interrupted")


def _converse(following: Following) -> NoReturn:
    run = following.run
    console = Console.objects.get(pk=run.pk)
    env = {"TERM": "xterm-256color", "COLUMNS": str(console.columns), "LINES": str(console.rows)}
    address = send(following, attach=True, env=env)
    if not address:  # its answer was lost, and the way in with it
        _end(following, "interrupted", said="console_lost")
    try:
        place = rendezvous_hosts().check(address)
        terminal = _wait(following, _reach(place))
    except heroku.HerokuError as error:
        _end(following, "broken", said=f"console_{kind_of(error)}", error=error)
    following.renew(state=State.RUNNING, up_at=following.fleet.now())
    _end(following, _hold(following, console, terminal))


def _reach(place: heroku.RendezvousPlace) -> Coroutine[Any, Any, heroku.Rendezvous]:
    return heroku.open_rendezvous(
        place,
        connect_seconds=settings.CONSOLE_CONNECT_SECONDS,
        greeting_seconds=settings.CONSOLE_GREETING_SECONDS,
    )


def kind_of(error: heroku.HerokuError) -> str:
    return str(getattr(error, "kind", "refused"))


def _hold(following: Following, console: Console, terminal: heroku.Rendezvous) -> str:
    """Hold the terminal open until something ends it; return why."""
    run, fleet, hub = following.run, following.fleet, runtime.hub()
    recorder = Recorder(console, most=settings.CONSOLE_RECORDED_CHARACTERS)
    launched_at = run.launched_at or fleet.now()
    bounds = Bounds(
        idle=settings.CONSOLE_IDLE_SECONDS,
        away=settings.CONSOLE_AWAY_SECONDS,
        ends_at=launched_at.timestamp() + run.time_to_live - settings.CONSOLE_ENDS_BEFORE_SECONDS,
    )
    with ExitStack() as topics:
        screen = topics.enter_context(hub.hold(screen_of(run.pk)))
        keys = topics.enter_context(hub.hold(keys_of(run.pk)))
        session = _wait(
            following,
            _make(
                terminal,
                screen=screen,
                keys=keys,
                bounds=bounds,
                record=recorder,
                now=lambda: fleet.now().timestamp(),
            ),
        )
        turn = _Turn(following, console, recorder, session)
        try:
            reason = _wait(following, session.run(), turn)
        except StoppingError:
            screen.append({"kind": "ended", "reason": "interrupted"})
            session.end("interrupted")
            _stop_dyno(following, total=STOP_TOTAL_WHEN_LEAVING)
            raise
        except Exception:
            logger.exception("the console %s stumbled", run.pk)
            reason = "broken"
        reason = turn.last(reason)
        screen.append({"kind": "ended", "reason": reason})
        return reason


async def _make(terminal: heroku.Rendezvous, **values: Any) -> Session:
    return Session(terminal, **values)


class _Turn:
    """What the thread does while the loop carries: write the recording, note what is typed, hear who asks for the end."""

    def __init__(self, following: Following, console: Console, recorder: Recorder, session: Session) -> None:
        self._following = following
        self._console = console
        self._recorder = recorder
        self._session = session
        self._noted_at = following.fleet.now()
        self._typed_at = 0.0
        self._is_asked = False

    def __call__(self) -> None:
        now = self._following.fleet.now()
        if now - self._noted_at < NOTE_EVERY:
            return
        self._noted_at = now
        try:
            self._recorder.write()
        except DatabaseError:
            logger.exception("the console %s is not recorded", self._console.pk)
            self._session.end("unrecorded")
        if not self._is_asked and self._following.hold.run().stop_entry_id is not None:
            self._is_asked = True
            self._session.end("closed")
        connection.close()

    def last(self, reason: str) -> str:
        """Write what is still to be written; return why it ended, which may be that this is not possible."""
        try:
            self._recorder.write()
        except DatabaseError:
            return "unrecorded"
        return reason


def _wait(
    following: Following, work: Coroutine[Any, Any, Answer], turn: Callable[[], None] = lambda: None
) -> Answer:
    """Have the loop do something, and keep the lease meanwhile; what is not awaited any more is cancelled."""
    future: Future[Answer] = asyncio.run_coroutine_threadsafe(work, runtime.loop())
    try:
        while not _is_done(future):
            following.stay()
            turn()
        return future.result()
    finally:
        future.cancel()


def _is_done(future: Future[Any]) -> bool:
    return bool(wait([future], timeout=TURN).done)


# ── the end ──
def _end(
    following: Following, reason: str, *, said: str = "", error: heroku.HerokuError | None = None
) -> NoReturn:
    """See its dyno gone, whatever ended it, and conclude; browsers are told that it is over before that."""
    run = following.run
    ended_at = run.ended_at or following.fleet.now()
    following.renew(reason=said or f"console_{reason}", ended_at=ended_at)
    state, kind = ENDINGS[reason]
    seconds = max(0.0, (ended_at - (run.up_at or ended_at)).total_seconds())
    detail = {"dyno": run.dyno_name, **({"seconds": round(seconds, 1)} if run.up_at else {})}
    if not _is_gone(following):
        state, kind, said = State.LOST, Kind.UNKNOWN, "console_still_there"
    following.end(state, kind, said or f"console_{reason}", error=error, detail=detail, ended_at=ended_at)


def _is_gone(following: Following) -> bool:
    """Have Heroku stop the dyno where it is still there, and look until it is not; False where it stays."""
    until = following.fleet.now() + GONE_WITHIN
    while following.fleet.now() < until:
        dynos = following.read(lambda: following.client.dynos.list(following.app, total=LOOK_TOTAL))
        if dynos is not None:
            if all(dyno.name != following.run.dyno_name for dyno in dynos):
                following.fleet.learn(following.run.app_id, dynos=dynos)
                return True
            _stop_dyno(following, total=STOP_TOTAL)
        following.pause(settings.CONSOLE_LOOK_SECONDS)
    return False


def _stop_dyno(following: Following, *, total: float) -> None:
    """Ask for its end; whether that worked is seen, not believed."""
    with contextlib.suppress(heroku.HerokuError):
        following.client.dynos.stop(following.app, following.run.dyno_name, total=total)

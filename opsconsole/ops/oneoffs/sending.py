"""Send a launch, once; and look for it where its answer was lost. What cannot be found stays unknown: a person decides."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings

from opsconsole import heroku
from opsconsole.ops.changes.following import why_not
from opsconsole.ops.fleet.log_hosts import log_hosts
from opsconsole.ops.journal.models import Kind
from opsconsole.ops.oneoffs import search
from opsconsole.ops.oneoffs.feed import open_session
from opsconsole.ops.oneoffs.following import Following
from opsconsole.ops.oneoffs.models import State
from opsconsole.ops.oneoffs.tag import as_launched

LOOK_TOTAL: Final = 6.0  # seconds
LOG_SECONDS: Final = 6.0
MOST_LINES: Final = 1500  # what Heroku keeps of an app's log


def send(following: Following, *, attach: bool = False, env: Mapping[str, str] | None = None) -> str:
    """Ask Heroku for the dyno; ends the run where that surely failed or cannot be known.

    Returns the address of its terminal, a secret, where it is attached; "" where the answer was lost.
    """
    run = following.run
    following.renew(sent_at=following.fleet.now())
    try:
        answer = following.client.dynos.create(
            following.app,
            command=as_launched(run.line, run.tag, stack=following.stack),
            attach=attach,
            env=env,
            size=run.size or None,
            time_to_live=run.time_to_live,
            total=settings.SCALING_CALL_SECONDS,
        )
    except heroku.HerokuError as error:
        if error.outcome != "unknown":
            following.end(State.REFUSED, Kind.FAILED, why_not(error), error=error)
        following.note(Kind.UNKNOWN, "lost", error=error)
        find(following)
        return ""
    _adopt(following, answer.value.name, at=answer.value.created_at, request_id=answer.request_id)
    return answer.value.attach_url or ""


def resume(following: Following) -> None:
    """Go on where another process was interrupted; what it may have sent is looked for, never sent again."""
    if following.run.sent_at is None:
        following.end(State.REFUSED, Kind.FAILED, "interrupted_before")
    following.note_interruption()
    find(following)


def find(following: Following) -> None:
    """Look until Heroku, heard, has had the time to show the launch; ends the run as unknown where it is nowhere.

    What is over has left the list of dynos, and only the log still knows it; on Fir no log is kept.
    """
    run = following.run
    settled_at = following.fleet.now() + timedelta(seconds=settings.ONE_OFF_SETTLE_SECONDS)
    while True:
        asked_at = following.fleet.now()
        dynos = following.read(lambda: following.client.dynos.list(following.app, total=LOOK_TOTAL))
        found = search.among_dynos(dynos or (), run.tag)
        is_heard = dynos is not None
        if is_heard and found is None and following.has_history:
            history = read_log(following, source="heroku")
            is_heard = history is not None and history.is_whole
            found = search.in_log(history.lines if history else (), run.tag)
        if found is not None:
            _adopt(following, found.dyno, at=found.at or run.sent_at or run.asked_at)
            return
        if is_heard and asked_at >= settled_at:
            following.end(State.UNKNOWN, Kind.UNKNOWN, "launch_lost")
        following.pause(settings.ONE_OFF_LOOK_SECONDS)


def read_log(
    following: Following, *, dyno: str | None = None, source: str | None = None
) -> heroku.LogHistory | None:
    """Return what Heroku has kept of the log, None when it does not say."""

    def ask() -> heroku.LogHistory:
        session = open_session(
            following.fleet, following.app, lines=MOST_LINES, tail=False, dyno=dyno, source=source
        )
        return heroku.read_history(session, hosts=log_hosts(), seconds=LOG_SECONDS)

    return following.read(ask, calls=0)  # `open_session` counts its own


def _adopt(following: Following, dyno: str, *, at: datetime, request_id: str = "") -> None:
    """Heroku has a dyno for this run."""
    detail = {**following.run.detail, "request_id": request_id}
    following.renew(state=State.STARTING, dyno_name=dyno, launched_at=at, detail=detail, reason="")

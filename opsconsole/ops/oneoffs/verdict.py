"""How a run ended: one pure function, from what is known of it."""

from datetime import datetime, timedelta

from opsconsole.ops.oneoffs.models import State

TERMINATED = (143, 137)  # SIGTERM and SIGKILL, as a shell counts them
CLOCKS_DIFFER = timedelta(seconds=10)


def verdict(
    *,
    exit_status: int | None,
    stop_asked_at: datetime | None,
    launched_at: datetime,
    time_to_live: int,
    ended_at: datetime,
) -> State:
    """Return the state of a run that is over. `time_to_live` is in seconds; `exit_status` is None where nobody told it.

    A program may end by itself, and well, while somebody asks for its end: then it is done.
    """
    if exit_status == 0:
        return State.DONE
    was_ended = exit_status is None or exit_status in TERMINATED
    if was_ended and stop_asked_at is not None:
        return State.STOPPED
    if was_ended and ended_at >= launched_at + timedelta(seconds=time_to_live) - CLOCKS_DIFFER:
        return State.EXPIRED
    return State.LOST if exit_status is None else State.FAILED

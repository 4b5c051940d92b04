"""How a run ended, from what is known of it."""

from datetime import datetime, timedelta

import pytest

from opsconsole.ops.oneoffs.models import State
from opsconsole.ops.oneoffs.verdict import verdict
from tests.ops.journal.entries import utc

START = utc("2026-11-25T10:00:00")


def judge(status: int | None, *, stopped: bool = False, after: float = 5) -> State:
    return verdict(
        exit_status=status,
        stop_asked_at=START + timedelta(seconds=2) if stopped else None,
        launched_at=START,
        time_to_live=60,
        ended_at=START + timedelta(seconds=after),
    )


@pytest.mark.parametrize(
    ("status", "stopped", "after", "state"),
    [
        (0, False, 5, State.DONE),
        (0, True, 5, State.DONE),
        (0, False, 61, State.DONE),
        (1, False, 5, State.FAILED),
        (1, True, 5, State.FAILED),
        (1, False, 61, State.FAILED),
        (143, True, 5, State.STOPPED),
        (137, True, 5, State.STOPPED),
        (None, True, 5, State.STOPPED),
        (143, False, 61, State.EXPIRED),
        (137, False, 95, State.EXPIRED),
        (None, False, 61, State.EXPIRED),
        (143, False, 5, State.FAILED),
        (137, False, 5, State.FAILED),
        (None, False, 5, State.LOST),
    ],
)
def test_a_run_ends_as_the_platform_and_the_people_say(
    status: int | None, stopped: bool, after: float, state: State
) -> None:
    assert judge(status, stopped=stopped, after=after) == state


def test_clocks_that_differ_a_little_change_nothing() -> None:
    assert judge(143, after=52) == State.EXPIRED


def test_a_moment_before_its_time_is_no_expiry() -> None:
    moment: datetime = START
    assert judge(143, after=(moment - START).total_seconds() + 40) == State.FAILED

"""The line that proves the last change stays only while it is true."""

import pytest

from opsconsole.ops.fleet.state import Change, State
from opsconsole.ops.home.overview import still_true
from opsconsole.ops.journal.models import Action
from tests.ops.fleet.readings import NOW

SLEPT = {"kind": "ok", "action": Action.SLEEP, "text": "…", "at": NOW}
WOKEN = {"kind": "ok", "action": Action.WAKE, "text": "…", "at": NOW}
FAILED = {"kind": "bad", "action": Action.WAKE, "text": "…", "at": NOW}


def test_a_sleep_is_proved_while_the_site_sleeps() -> None:
    assert still_true(SLEPT, state=State(name="asleep")) == SLEPT


@pytest.mark.parametrize("name", ["partial", "down", "unreachable", "waking"])
def test_a_wake_is_no_news_once_something_else_is_true(name: str) -> None:
    assert still_true(WOKEN, state=State(name=name)) is None  # type: ignore[arg-type]


def test_a_failure_stays_whatever_the_state() -> None:
    assert still_true(FAILED, state=State(name="unreachable")) == FAILED


def test_nothing_is_proved_while_the_next_change_is_under_way() -> None:
    change = Change(action="sleep", by="Claire", at=NOW)
    assert still_true(FAILED, state=State(name="falling", change=change)) is None

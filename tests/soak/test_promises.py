"""A judge that lets everything pass judges nothing: each promise, kept and broken."""

import pytest

from tests.soak import promises
from tests.soak.ledger import Written
from tests.soak.person import Answered
from tests.soak.plan import draw
from tests.soak.platform import AppAtHeroku
from tests.soak.promises import BrokenPromiseError

AWAKE = AppAtHeroku({"web": 2, "worker": 1}, maintenance=False)
ASLEEP = AppAtHeroku({"web": 0, "worker": 0}, maintenance=False)
OWED = {"web": 2, "worker": 1}
SLEEP_DONE, WAKE_DONE = Written("sleep", "done", ""), Written("wake", "done", "")
SLEEP_FAILED = Written("sleep", "failed", "not_applied")


def judge(
    *entries: Written,
    before: AppAtHeroku,
    after: AppAtHeroku,
    owed: dict[str, int] | None = None,
    remembered: dict[str, int] | None = None,
    scaled_elsewhere: bool = False,
) -> None:
    promises.hold_outcomes(
        entries,
        before=before,
        after=after,
        owed=owed or {},
        remembered=remembered or {},
        scaled_elsewhere=scaled_elsewhere,
    )


def test_a_sleep_that_left_nothing_running_and_remembers_it_all_is_kept() -> None:
    judge(SLEEP_DONE, before=AWAKE, after=ASLEEP, remembered=OWED)


def test_a_sleep_said_done_while_the_site_is_awake_is_broken() -> None:
    with pytest.raises(BrokenPromiseError):
        judge(SLEEP_DONE, before=AWAKE, after=AWAKE, remembered=OWED)


def test_a_sleep_that_forgot_a_type_is_broken() -> None:
    with pytest.raises(BrokenPromiseError):
        judge(SLEEP_DONE, before=AWAKE, after=ASLEEP, remembered={"web": 2})


def test_a_failed_sleep_that_changed_something_is_broken() -> None:
    with pytest.raises(BrokenPromiseError):
        judge(SLEEP_FAILED, before=AWAKE, after=ASLEEP)


def test_a_failed_sleep_is_not_blamed_for_what_a_colleague_scaled() -> None:
    judge(SLEEP_FAILED, before=AWAKE, after=ASLEEP, scaled_elsewhere=True)


def test_a_change_without_an_entry_is_broken() -> None:
    with pytest.raises(BrokenPromiseError):
        judge(before=AWAKE, after=ASLEEP)


def test_a_wake_gives_back_what_was_owed() -> None:
    judge(WAKE_DONE, before=ASLEEP, after=AWAKE, owed=OWED)


def test_a_wake_that_gives_back_less_is_broken() -> None:
    less = AppAtHeroku({"web": 1, "worker": 1}, maintenance=False)
    with pytest.raises(BrokenPromiseError):
        judge(WAKE_DONE, before=ASLEEP, after=less, owed=OWED)


@pytest.mark.parametrize("kind", [None, "unknown"])
@pytest.mark.parametrize("scaled_elsewhere", [True, False])
def test_an_entry_that_nobody_concluded_is_broken(kind: str | None, scaled_elsewhere: bool) -> None:
    with pytest.raises(BrokenPromiseError):
        judge(Written("sleep", kind, None), before=AWAKE, after=AWAKE, scaled_elsewhere=scaled_elsewhere)


@pytest.mark.parametrize(
    ("sent", "entries", "clicks"),
    [
        (2, [SLEEP_DONE], 2),
        (1, [], 1),
        (0, [SLEEP_FAILED, SLEEP_FAILED], 1),
        (2, [SLEEP_DONE, SLEEP_DONE], 2),
    ],
)
def test_more_sent_than_written_more_written_than_clicked_or_two_changes_are_broken(
    sent: int, entries: list[Written], clicks: int
) -> None:
    with pytest.raises(BrokenPromiseError):
        promises.hold_count(sent=sent, entries=entries, clicks=clicks)


def test_one_change_and_one_that_was_too_late_are_kept() -> None:
    promises.hold_count(sent=1, entries=[SLEEP_DONE, Written("sleep", "failed", "not_read")], clicks=2)


@pytest.mark.parametrize(
    "answered",
    [
        Answered("/", 500, 0.1, has_traceback=False),
        Answered("/", 200, 3.1, has_traceback=False),
        Answered("/", 200, 0.1, has_traceback=True),
    ],
)
def test_a_broken_a_slow_or_a_talkative_page_is_broken(answered: Answered) -> None:
    with pytest.raises(BrokenPromiseError):
        promises.hold_answers([Answered("/", 200, 0.1, has_traceback=False), answered])


def test_a_stack_trace_in_the_log_is_broken() -> None:
    with pytest.raises(BrokenPromiseError):
        promises.hold_log(
            "INFO opsconsole started\nERROR opsconsole stumbled\\nTraceback (most recent call last)"
        )


def test_a_seed_draws_the_same_round_again() -> None:
    assert draw("7", 3) == draw("7", 3)
    assert draw("7", 3) != draw("7", 4)

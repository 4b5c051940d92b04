"""The share of the account's calls that reading may use, with the time in the test's hands."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole import heroku
from opsconsole.ops.fleet.budget import Budget, Purpose, interval
from opsconsole.simulator import Simulator
from tests.ops.fleet.conftest import Moment, Stage, set_stage


@pytest.fixture
def moment() -> Moment:
    return Moment()


@pytest.fixture
def budget(moment: Moment) -> Budget:
    return Budget(clock=moment.clock)


# ── The sliding minute ──────────────────────────────────────────────────────────────────────────────────
def test_a_minute_holds_twenty_five_calls(budget: Budget) -> None:
    assert all(budget.take(1, purpose="page") for _ in range(25))
    assert not budget.take(1, purpose="page")


def test_a_reading_is_granted_whole_or_not_at_all(budget: Budget) -> None:
    assert budget.take(24, purpose="page")
    assert not budget.take(2, purpose="page")
    assert budget.room("page") == 1


def test_calls_come_back_one_by_one_a_minute_after_each(budget: Budget, moment: Moment) -> None:
    budget.take(20, purpose="page")
    moment.advance(30)
    budget.take(5, purpose="page")
    moment.advance(29.9)
    assert budget.room("page") == 0
    moment.advance(0.1)
    assert budget.room("page") == 20


def test_what_merely_watches_leaves_a_reading_for_whoever_opens_a_page(budget: Budget) -> None:
    while budget.take(1, purpose="watching"):
        pass
    assert budget.take(3, purpose="page")
    assert not budget.take(1, purpose="page")


def test_a_change_has_ten_more_and_watching_makes_room_for_it(budget: Budget) -> None:
    with budget.change():
        assert (budget.room("watching"), budget.room("page"), budget.room("change")) == (15, 25, 35)
    assert (budget.room("watching"), budget.room("page"), budget.room("change")) == (22, 25, 25)


def test_two_changes_have_no_more_than_one(budget: Budget) -> None:
    with budget.change(), budget.change():
        assert budget.room("change") == 35
    assert budget.room("change") == 25


def test_a_change_that_stumbles_gives_its_share_back(budget: Budget) -> None:
    def stumble() -> None:
        with budget.change():
            raise LookupError

    with pytest.raises(LookupError):
        stumble()
    assert budget.room("change") == 25


def test_a_click_is_never_refused_but_counted(budget: Budget) -> None:
    budget.take(25, purpose="page")
    budget.spend(2)
    assert budget.room("page") == 0
    assert budget.room("change") == 0


def test_calls_that_nobody_asked_for_count_once_they_are_known(moment: Moment) -> None:
    made = 0
    budget = Budget(clock=moment.clock, made=lambda: made)
    budget.take(3, purpose="page")
    assert budget.room("page") == 22  # three that are still to be made
    made = 9  # each was repeated twice
    assert budget.room("page") == 16
    moment.advance(60)
    assert budget.room("page") == 25


STEPS = st.lists(
    st.tuples(st.floats(0, 40), st.integers(1, 6), st.sampled_from(["watching", "page", "change"])),
    max_size=80,
)


@given(steps=STEPS, changing=st.booleans())
def test_no_minute_ever_has_more_than_its_share(
    steps: list[tuple[float, int, Purpose]], changing: bool
) -> None:
    moment, granted = Moment(), []
    budget = Budget(clock=moment.clock)
    with ExitStack() as stack:
        if changing:
            stack.enter_context(budget.change())
        for seconds, calls, purpose in steps:
            moment.advance(seconds)
            if budget.take(calls, purpose=purpose):
                granted += [moment.passed] * calls
    limit = 35 if changing else 25
    assert all(sum(start <= at < start + 60 for at in granted) <= limit for start in granted)


@given(calls=st.integers(1, 500))
def test_rounds_at_their_interval_stay_inside_the_budget(calls: int) -> None:
    assert interval(calls) >= 4
    assert calls * 60 / interval(calls) <= 25 + 1e-9


# ── Over the wire ───────────────────────────────────────────────────────────────────────────────────────
def test_a_hundred_pages_for_a_minute_make_no_more_calls_than_the_minute_has(stage: Stage) -> None:
    app_ids = stage.app_ids()
    with ThreadPoolExecutor(100) as pages:
        for second in range(60):
            stage.moment.passed = second
            list(pages.map(lambda n: stage.fleet.refresh(app_ids[n % len(app_ids)]), range(100)))
    assert 20 <= len(stage.simulator.requests) <= 25


def test_a_failing_heroku_is_not_asked_more_for_being_asked_in_vain(simulator: Simulator) -> None:
    stage = set_stage(simulator, limits=heroku.Limits())  # three attempts for every call
    simulator.faults.add("503")
    for second in range(60):
        stage.moment.passed = second
        stage.fleet.refresh(stage.app_id())
    # The repeats of one reading are known only once they were made.
    assert 3 * 3 < len(simulator.requests) <= 25 + 3 * 2


def test_without_room_a_page_shows_what_is_known_and_asks_nothing(stage: Stage) -> None:
    before = stage.read()
    stage.fleet.budget.spend(25)
    stage.moment.advance(59)
    stage.simulator.clear_requests()
    assert stage.fleet.refresh(stage.app_id()).reading is before
    assert stage.fleet.list_apps(max_age=0) is None
    assert stage.fleet.check_token() is stage.fleet.account
    assert stage.simulator.requests == []


def test_the_pace_follows_the_number_of_apps_that_are_watched(stage: Stage) -> None:
    app_ids = stage.app_ids()
    assert stage.fleet.pace() == interval(2)
    with stage.fleet.watching(*app_ids), stage.fleet.watching(app_ids[0]):
        assert stage.fleet.pace() == interval(2 + 2 * len(app_ids))
    assert stage.fleet.pace() == interval(2)


def test_a_short_minute_goes_to_the_oldest_readings_first(stage: Stage) -> None:
    stage.read("inscriptions")
    stage.moment.advance(5)
    stage.read("bibliotheque")
    ids = [stage.app_id(name) for name in ("bibliotheque", "inscriptions", "nouveau-site")]
    assert stage.fleet.oldest_first(ids) == [ids[2], ids[1], ids[0]]


def test_more_calls_may_be_granted_where_nobody_else_uses_the_account(moment: Moment) -> None:
    budget = Budget(clock=moment.clock, more=10)
    assert budget.take(35, purpose="page")
    assert not budget.take(1, purpose="page")

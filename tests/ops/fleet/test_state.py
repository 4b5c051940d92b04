"""The twelve states and their order of precedence, from readings made by hand."""

from datetime import timedelta

import pytest

from opsconsole import heroku
from opsconsole.ops.fleet.readings import FailureKind, Reading
from opsconsole.ops.fleet.state import Asleep
from tests.ops.fleet.readings import (
    NOW,
    change,
    dyno,
    entry,
    failure,
    heroku_app,
    minutes_ago,
    reading,
    state_of,
)

ONE_OFFS = [dyno("run.4242"), dyno("scheduler.1234", "starting"), dyno("release.77", "crashed")]
USED_UP = heroku.EcoQuota(account_quota=3_600_000, used=3_600_000, apps={})
SOME_LEFT = heroku.EcoQuota(account_quota=3_600_000, used=3_599_999, apps={})
WEB_UP = reading(formation={"web": 1}, dynos=[dyno("web.1")])


# ── Awake ───────────────────────────────────────────────────────────────────────────────────────────────
def test_a_site_whose_dynos_all_stand_is_awake_and_may_be_put_to_sleep() -> None:
    state = state_of(
        reading(
            formation={"web": 2, "worker": 1},
            dynos=[dyno("web.1", at=minutes_ago(9)), dyno("web.2", at=minutes_ago(5)), dyno("worker.1")],
        )
    )
    assert (state.name, state.button, state.ready, state.wanted) == ("awake", "sleep", 3, 3)
    assert state.site_answers
    assert state.since == minutes_ago(9)


def test_an_app_of_workers_alone_is_awake_without_a_site_that_answers() -> None:
    state = state_of(reading(formation={"worker": 1}, dynos=[dyno("worker.1", at=minutes_ago(3))]))
    assert (state.name, state.button, state.site_answers) == ("awake", "sleep", False)
    assert state.since == minutes_ago(3)


def test_a_type_that_is_always_at_zero_does_not_keep_a_site_from_being_awake() -> None:
    assert state_of(reading(formation={"clock": 0, "web": 1}, dynos=[dyno("web.1")])).name == "awake"


@pytest.mark.parametrize("one_off", ONE_OFFS, ids=lambda each: each.name)
def test_a_one_off_dyno_changes_nothing_of_a_site_that_is_awake(one_off: heroku.Dyno) -> None:
    alone = state_of(WEB_UP)
    assert state_of(reading(formation={"web": 1}, dynos=[dyno("web.1"), one_off])) == alone


@pytest.mark.parametrize("one_off", ONE_OFFS, ids=lambda each: each.name)
def test_a_one_off_dyno_does_not_keep_a_site_from_being_asleep(one_off: heroku.Dyno) -> None:
    assert state_of(reading(formation={"web": 0, "release": 0}, dynos=[one_off])).name == "asleep"


def test_a_one_off_dyno_of_a_type_of_its_own_does_not_keep_a_site_falling_asleep() -> None:
    assert state_of(reading(formation={"web": 0}, dynos=[dyno("console.81")])).name == "asleep"


def test_a_procfile_may_have_a_process_type_named_like_a_one_off() -> None:
    state = state_of(
        reading(formation={"web": 1, "scheduler": 1}, dynos=[dyno("web.1"), dyno("scheduler.1")])
    )
    assert (state.name, state.ready, state.wanted) == ("awake", 2, 2)


# ── Asleep ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_site_at_zero_is_asleep_since_its_formation_was_changed_and_may_be_woken() -> None:
    formation = [
        entry("web", 0, at=minutes_ago(30)),
        entry("worker", 0, at=minutes_ago(20)),
        entry("clock", 0, at=None),
    ]
    state = state_of(reading(formation=formation))
    assert (state.name, state.button, state.since) == ("asleep", "wake", minutes_ago(20))
    assert (state.ready, state.wanted, state.site_answers) == (0, 0, False)


def test_our_own_sleep_says_since_when_and_by_whom() -> None:
    ours = Asleep(since=minutes_ago(12), by="Claire Morel", with_page=False)
    state = state_of(reading(formation=[entry("web", 0, at=minutes_ago(13))]), asleep=ours)
    assert (state.since, state.asleep) == (minutes_ago(12), ours)


def test_a_sleep_of_ours_that_heroku_has_not_confirmed_is_dated_by_the_formation() -> None:
    ours = Asleep(since=None, by="Claire Morel", with_page=False)
    assert state_of(
        reading(formation=[entry("web", 0, at=minutes_ago(13))]), asleep=ours
    ).since == minutes_ago(13)


def test_a_formation_without_dates_leaves_the_sleep_undated() -> None:
    state = state_of(reading(formation=[entry("web", 0, at=None)]))
    assert (state.name, state.since) == ("asleep", None)


def test_a_site_at_zero_is_asleep_while_its_worker_runs() -> None:
    state = state_of(reading(formation={"web": 0, "worker": 1}, dynos=[dyno("worker.1")]))
    assert (state.name, state.button, state.ready, state.wanted) == ("asleep", "wake", 1, 1)
    assert not state.site_answers


def test_an_app_of_workers_alone_at_zero_is_asleep() -> None:
    assert state_of(reading(formation={"worker": 0})).name == "asleep"


def test_sleep_comes_before_maintenance_and_keeps_the_page() -> None:
    state = state_of(reading(formation={"web": 0}, app=heroku_app(maintenance=True)))
    assert (state.name, state.button, state.page_is_on) == ("asleep", "wake", True)


# ── Falling asleep ──────────────────────────────────────────────────────────────────────────────────────
def test_what_still_runs_of_a_formation_at_zero_is_counted_while_it_leaves() -> None:
    state = state_of(
        reading(
            formation={"web": 0, "worker": 0}, dynos=[dyno("web.1"), dyno("web.2", "down"), dyno("worker.1")]
        )
    )
    assert (state.name, state.button, state.leaving) == ("falling", None, 3)


def test_a_worker_that_stays_is_not_counted_among_what_leaves() -> None:
    dynos = [dyno("web.1"), dyno("worker.1")]
    state = state_of(reading(formation={"web": 0, "worker": 1}, dynos=dynos))
    assert (state.name, state.leaving) == ("falling", 1)


def test_a_requested_sleep_counts_the_dynos_of_the_types_it_is_for() -> None:
    dynos = [dyno("web.1"), dyno("web.2"), dyno("clock.1"), dyno("run.9")]
    state = state_of(reading(formation={"web": 2, "clock": 1}, dynos=dynos), change=change("sleep", web=0))
    assert (state.name, state.button, state.leaving) == ("falling", None, 2)
    assert state.site_answers


def test_a_requested_sleep_goes_on_until_it_is_confirmed() -> None:
    state = state_of(reading(formation={"web": 0}), change=change("sleep", web=0))
    assert (state.name, state.leaving) == ("falling", 0)


# ── Waking ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_requested_wake_counts_what_stands_of_what_was_asked() -> None:
    dynos = [dyno("web.1"), dyno("web.2", "starting"), dyno("worker.1", "idle")]
    state = state_of(
        reading(formation={"web": 2, "worker": 1}, dynos=dynos), change=change("wake", web=2, worker=1)
    )
    assert (state.name, state.button, state.ready, state.wanted) == ("waking", None, 2, 3)


def test_a_requested_wake_counts_before_heroku_has_any_dyno() -> None:
    state = state_of(reading(formation={"web": 0}), change=change("wake", web=2))
    assert (state.name, state.ready, state.wanted, state.site_answers) == ("waking", 0, 2, False)


def test_a_requested_wake_does_not_count_more_than_it_asked_for() -> None:
    dynos = [dyno("web.1"), dyno("web.2"), dyno("web.3")]
    state = state_of(reading(formation={"web": 3}, dynos=dynos), change=change("wake", web=2))
    assert (state.ready, state.wanted) == (2, 2)


def test_a_crash_during_a_requested_wake_is_still_a_wake() -> None:
    state = state_of(
        reading(formation={"web": 1}, dynos=[dyno("web.1", "crashed")]), change=change("wake", web=1)
    )
    assert state.name == "waking"


@pytest.mark.parametrize("dynos", [[dyno("web.1")], [dyno("web.1"), dyno("web.2", "starting")]])
def test_what_is_missing_or_starting_makes_a_site_waking(dynos: list[heroku.Dyno]) -> None:
    state = state_of(reading(formation={"web": 2}, dynos=dynos))
    assert (state.name, state.button, state.ready, state.wanted) == ("waking", None, 1, 2)
    assert state.change is None
    assert state.site_answers


def test_no_dyno_at_all_where_some_are_wanted_is_waking_never_asleep() -> None:
    state = state_of(reading(formation={"web": 1}))
    assert (state.name, state.ready, state.wanted, state.site_answers) == ("waking", 0, 1, False)


def test_a_state_that_heroku_invents_tomorrow_counts_as_not_standing() -> None:
    state = state_of(reading(formation={"web": 2}, dynos=[dyno("web.1"), dyno("web.2", "hibernating")]))
    assert (state.name, state.ready, state.wanted) == ("waking", 1, 2)


def test_the_last_moment_of_a_dyno_that_leaves_is_no_failure() -> None:
    state = state_of(reading(formation={"web": 1}, dynos=[dyno("web.1"), dyno("web.2", "down")]))
    assert state.name == "awake"


# ── Dozing ──────────────────────────────────────────────────────────────────────────────────────────────
def test_an_eco_site_whose_web_dynos_sleep_is_dozing() -> None:
    dynos = [dyno("web.1", "idle"), dyno("worker.1", "idle")]
    state = state_of(reading(formation={"web": 1, "worker": 1}, dynos=dynos, app=heroku_app(tier="eco")))
    assert (state.name, state.button) == ("dozing", "sleep")


def test_one_web_dyno_that_is_up_keeps_a_site_awake() -> None:
    assert (
        state_of(reading(formation={"web": 2}, dynos=[dyno("web.1", "idle"), dyno("web.2")])).name == "awake"
    )


# ── Broken ──────────────────────────────────────────────────────────────────────────────────────────────
def test_a_crash_of_one_of_two_web_dynos_is_partial_and_the_site_answers() -> None:
    state = state_of(reading(formation={"web": 2}, dynos=[dyno("web.1", "crashed"), dyno("web.2")]))
    assert (state.name, state.button, state.broken_types) == ("partial", "restart", ("web",))
    assert (state.ready, state.wanted, state.site_answers) == (1, 2, True)


def test_a_site_is_down_once_its_last_web_dyno_crashed_whatever_else_runs_or_crashed_before() -> None:
    dynos = [
        dyno("clock.1", "crashed", at=minutes_ago(600)),
        dyno("web.1", "crashed", at=minutes_ago(40)),
        dyno("web.2", "crashed", at=minutes_ago(7)),
        dyno("worker.1"),
    ]
    state = state_of(reading(formation={"clock": 1, "web": 2, "worker": 1}, dynos=dynos))
    assert (state.name, state.button, state.since) == ("down", "restart", minutes_ago(7))
    assert state.broken_types == ("web", "clock")
    assert not state.site_answers


def test_a_crashed_worker_beside_a_site_that_stands_is_partial() -> None:
    state = state_of(
        reading(
            formation={"web": 1, "worker": 1},
            dynos=[dyno("web.1"), dyno("worker.1", "crashed", at=minutes_ago(5))],
        )
    )
    assert (state.name, state.broken_types, state.since) == ("partial", ("worker",), minutes_ago(5))
    assert state.site_answers


def test_a_crashed_worker_beside_a_site_that_starts_is_partial() -> None:
    dynos = [dyno("web.1", "starting"), dyno("worker.1", "crashed")]
    state = state_of(reading(formation={"web": 1, "worker": 1}, dynos=dynos))
    assert (state.name, state.broken_types, state.site_answers) == ("partial", ("worker",), False)


def test_an_app_of_workers_alone_is_down_once_all_of_them_crashed() -> None:
    dynos = [dyno("worker.1", "crashed", at=minutes_ago(8)), dyno("worker.2", "crashed", at=minutes_ago(3))]
    state = state_of(reading(formation={"worker": 2}, dynos=dynos))
    assert (state.name, state.since) == ("down", minutes_ago(3))
    assert state_of(reading(formation={"worker": 2}, dynos=[dynos[0], dyno("worker.2")])).name == "partial"


# ── Maintenance ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_running_site_in_maintenance_may_be_reopened_and_does_not_answer() -> None:
    state = state_of(reading(formation={"web": 1}, dynos=[dyno("web.1")], app=heroku_app(maintenance=True)))
    assert (state.name, state.button, state.broken_types) == ("maintenance", "reopen", ())
    assert state.page_is_on
    assert not state.site_answers


def test_maintenance_over_a_broken_site_names_what_is_broken() -> None:
    dynos = [dyno("web.1", "crashed"), dyno("worker.1")]
    state = state_of(
        reading(formation={"web": 1, "worker": 1}, dynos=dynos, app=heroku_app(maintenance=True))
    )
    assert (state.name, state.button, state.broken_types) == ("maintenance", "reopen", ("web",))
    assert (state.ready, state.wanted) == (1, 2)


def test_a_requested_reopening_leaves_the_state_and_takes_the_button() -> None:
    state = state_of(
        reading(formation={"web": 1}, dynos=[dyno("web.1")], app=heroku_app(maintenance=True)),
        change=change("reopen"),
    )
    assert (state.name, state.button) == ("maintenance", None)


# ── Nothing deployed, hours used up ─────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("maintenance", [False, True])
def test_without_a_process_type_nothing_is_deployed(maintenance: bool) -> None:
    state = state_of(reading(formation={}, dynos=[dyno("run.1")], app=heroku_app(maintenance=maintenance)))
    assert (state.name, state.button) == ("empty", None)


def eco(quota: heroku.EcoQuota | None, *, tier: str | None = "eco", maintenance: bool = False) -> Reading:
    return reading(
        formation={"web": 1},
        dynos=[dyno("web.1", "idle")],
        quota=quota,
        app=heroku_app(tier=tier, maintenance=maintenance),
    )


def test_an_eco_app_without_hours_has_no_button() -> None:
    state = state_of(eco(USED_UP))
    assert (state.name, state.button, state.site_answers) == ("quota", None, False)


@pytest.mark.parametrize(
    ("quota", "tier"), [(SOME_LEFT, "eco"), (None, "eco"), (USED_UP, "basic"), (USED_UP, None)]
)
def test_hours_are_used_up_only_for_an_eco_app_with_none_left(
    quota: heroku.EcoQuota | None, tier: str | None
) -> None:
    assert state_of(eco(quota, tier=tier)).name == "dozing"


def test_hours_used_up_come_before_maintenance_and_after_sleep() -> None:
    assert state_of(eco(USED_UP, maintenance=True)).name == "quota"
    asleep = reading(formation={"web": 0}, quota=USED_UP, app=heroku_app(tier="eco"))
    assert state_of(asleep).name == "asleep"


# ── Without news, without the right to look ─────────────────────────────────────────────────────────────
def test_what_was_never_read_is_not_known_and_no_failure() -> None:
    state = state_of(None)
    assert (state.name, state.failure, state.last, state.read_at) == ("unreachable", None, None, None)


@pytest.mark.parametrize("kind", ["unreachable", "rate_limited"])
def test_a_failure_keeps_the_state_of_a_young_reading(kind: FailureKind) -> None:
    young = reading(formation={"web": 1}, dynos=[dyno("web.1")], read_at=NOW - timedelta(seconds=30))
    state = state_of(young, failed=failure(kind))
    assert (state.name, state.button) == ("awake", "sleep")


@pytest.mark.parametrize("kind", ["unreachable", "rate_limited"])
def test_a_failure_after_thirty_seconds_tells_the_last_reading_as_such(kind: FailureKind) -> None:
    old = reading(formation={"web": 1}, dynos=[dyno("web.1")], read_at=NOW - timedelta(seconds=31))
    state = state_of(old, failed=failure(kind))
    assert (state.name, state.button, state.site_answers) == ("unreachable", None, False)
    assert state.failure == failure(kind)
    assert state.read_at == old.read_at
    assert state.last is not None
    assert state.last.name == "awake"


def test_an_old_reading_is_told_as_such_even_without_a_failure() -> None:
    old = reading(formation={"web": 0}, read_at=minutes_ago(5.1))
    state = state_of(old)
    assert (state.name, state.failure) == ("unreachable", None)
    assert state.last is not None
    assert state.last.name == "asleep"
    assert state_of(reading(formation={"web": 0}, read_at=minutes_ago(5))).name == "asleep"


@pytest.mark.parametrize("kind", ["denied", "forbidden", "gone", "no_token"])
@pytest.mark.parametrize("read", [WEB_UP, None], ids=["read before", "never read"])
def test_a_refusal_is_told_at_once_whatever_was_read_before(kind: FailureKind, read: Reading | None) -> None:
    state = state_of(read, failed=failure(kind))
    assert (state.name, state.button, state.site_answers) == ("denied", None, False)
    assert state.failure == failure(kind)
    assert state.read_at == (read.read_at if read else None)


def test_a_change_under_way_is_told_even_without_news() -> None:
    asked = change("sleep", web=0)
    assert state_of(None, failed=failure("unreachable"), change=asked).change == asked
    assert state_of(WEB_UP, failed=failure("denied"), change=asked).change == asked

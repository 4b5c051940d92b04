"""The account's Eco hours: read seldom, for everybody, and shown only beside what they concern."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.ops.fleet.conftest import Stage

QUOTA = "/actions/get-quota"


def quota_calls(stage: Stage) -> int:
    return sum(path.endswith(QUOTA) for path in stage.asked().elements())


def test_an_eco_app_of_ours_is_read_with_its_account_s_hours_from_the_first_time(stage: Stage) -> None:
    reading = stage.read("agenda-salles")
    assert reading.quota
    assert reading.quota.account_quota == 3_600_000
    assert set(reading.quota.apps) >= {reading.app.id}


def test_a_first_look_at_every_app_at_once_does_not_miss_the_hours(stage: Stage) -> None:
    stage.simulator.world.configure({"latency": 0.02})
    known = stage.fleet.look_at(stage.app_ids()[:5], patience=60)
    reading = known[stage.app_id("agenda-salles")].reading
    assert reading
    assert reading.quota
    assert quota_calls(stage) == 1


def test_other_sizes_have_no_hours(stage: Stage) -> None:
    assert stage.read("inscriptions").quota is None
    assert stage.read("bibliotheque").quota is None


def test_an_eco_app_of_somebody_else_has_no_hours_of_ours(stage: Stage) -> None:
    stage.simulator.world.app("journal-des-eleves").resize(web="Eco")
    assert stage.read("journal-des-eleves").app.process_tier == "eco"
    assert stage.read("journal-des-eleves").quota is None


def test_the_hours_are_asked_for_at_most_every_five_minutes(stage: Stage) -> None:
    for _ in range(5):
        stage.read("agenda-salles")
        stage.moment.advance(59)
    assert quota_calls(stage) == 1
    stage.moment.advance(10)
    stage.simulator.world.set_quota(used=1234)
    reading = stage.read("agenda-salles")
    assert quota_calls(stage) == 2
    assert reading.quota
    assert reading.quota.used == 1234


def test_many_readings_at_once_ask_for_the_hours_once(stage: Stage) -> None:
    together = threading.Barrier(8)

    def ask() -> object:
        together.wait()
        return stage.fleet.quota()

    with ThreadPoolExecutor(8) as threads:
        answers = [thread.result() for thread in [threads.submit(ask) for _ in range(8)]]
    assert None not in answers
    assert quota_calls(stage) == 1


@pytest.mark.parametrize("shape", ["missing", "not_found"])
def test_an_account_without_a_subscription_has_no_hours_and_is_not_asked_again_at_once(
    stage: Stage, shape: str
) -> None:
    stage.simulator.world.set_quota(shape=shape)
    assert stage.read("agenda-salles").quota is None
    stage.moment.advance(200)
    assert stage.read("agenda-salles").quota is None
    assert quota_calls(stage) == 1


def test_hours_that_cannot_be_read_stay_what_they_were_and_do_not_spoil_the_reading(stage: Stage) -> None:
    before = stage.read("agenda-salles").quota
    stage.simulator.faults.add("500", path=QUOTA)
    stage.moment.advance(301)
    assert stage.read("agenda-salles").quota == before
    assert stage.fleet.outage is None


def test_hours_that_could_not_be_read_are_asked_for_again_a_minute_later(stage: Stage) -> None:
    stage.simulator.faults.add("500", path=QUOTA, times=1)
    assert stage.read("agenda-salles").quota is None
    stage.moment.advance(59)
    assert stage.read("agenda-salles").quota is None
    assert quota_calls(stage) == 1
    stage.moment.advance(2)
    assert stage.read("agenda-salles").quota


def test_a_token_that_may_not_see_its_account_reads_apps_all_the_same(stage: Stage) -> None:
    stage.simulator.faults.add("error", path="^/account$", status=403, id="forbidden")
    for _ in range(3):
        assert stage.read("agenda-salles").quota is None
        stage.moment.advance(10)
    assert stage.asked()["/account"] == 1
    assert stage.fleet.outage is None
    assert "changed" not in stage.kinds("agenda-salles")[1:]

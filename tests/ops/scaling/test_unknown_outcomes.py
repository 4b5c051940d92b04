"""What becomes of a change whose answer never came: it is read back and judged, never sent again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NotReadError
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.scaling.changes import (
    fall_asleep,
    go_to_sleep,
    last_outcome,
    outcomes,
    patches,
    wait_for_the_end,
    wake_up,
)

DONE_BUT_NOT_SAID = ["reset_after", "truncated_json", "wrong_types"]
SURELY_NOT_DONE = ["429", "401", "two_factor"]
NOT_DONE_AND_NOT_SAID = ["reset_before", "500", "503", "html", "redirect"]


@pytest.mark.parametrize("mode", DONE_BUT_NOT_SAID)
def test_a_sleep_that_heroku_did_without_saying_so_ends_as_unknown_then_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    fall_asleep(fleet, claire, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("mode", DONE_BUT_NOT_SAID)
def test_a_wake_that_heroku_did_without_saying_so_ends_as_unknown_then_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.clear_requests()
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("mode", NOT_DONE_AND_NOT_SAID)
def test_a_sleep_that_heroku_did_not_do_ends_as_failed_once_it_had_time(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    fall_asleep(fleet, claire, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")]
    assert simulator.world.app("inscriptions").formation["web"] == (2, "Standard-1X")
    assert len(patches(simulator)) == 1


def test_what_heroku_does_after_we_gave_up_waiting_is_waited_for(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, settings: Settings
) -> None:
    """The time that Heroku is given begins when its answer is lost, however long the call itself has lasted."""
    settings.SCALING_CALL_SECONDS, settings.SCALING_SETTLE_SECONDS = 2.0, 2.0
    simulator.faults.add("latency", method="PATCH", path="/formation$", seconds=2.2, times=1)
    fall_asleep(fleet, claire, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("mode", SURELY_NOT_DONE)
def test_a_sleep_that_heroku_refuses_is_failed_with_its_own_words(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    fall_asleep(fleet, claire, site)
    assert outcomes() == [(Kind.FAILED, "heroku_refused")]
    outcome = Entry.objects.get().outcomes.get()
    assert outcome.detail["message"]
    assert outcome.request_id


def test_a_sleep_that_did_not_happen_leaves_nothing_behind(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("401", method="PATCH", path="/formation$", times=1)
    fall_asleep(fleet, claire, site, with_page=True)
    assert not RememberedType.objects.exists()
    assert not Sleep.objects.exists()
    assert not simulator.world.app("inscriptions").maintenance


def test_a_wake_that_did_not_happen_keeps_the_memory(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.faults.add("503", method="PATCH", path="/formation$", times=1)
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert last_outcome() == (Kind.FAILED, "not_applied")
    assert RememberedType.objects.get(process_type="web").quantity == 2
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert last_outcome() == (Kind.DONE, "")


def test_a_lost_answer_about_the_page_is_read_back(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("reset_after", method="PATCH", path=f"/apps/{site.heroku_id}$", times=1)
    fall_asleep(fleet, claire, site, with_page=True)
    assert last_outcome() == (Kind.DONE, "")
    assert simulator.world.app("inscriptions").maintenance
    assert len(patches(simulator, path=str(site.heroku_id))) == 1


def test_a_page_that_heroku_refuses_does_not_keep_the_site_awake(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("two_factor", method="PATCH", path=f"/apps/{site.heroku_id}$", times=1)
    fall_asleep(fleet, claire, site, with_page=True)
    assert last_outcome() == (Kind.DONE, "")
    codes = [step["code"] for step in Entry.objects.get().outcomes.get().detail["steps"]]
    assert "page_failed" in codes


def test_where_the_formation_cannot_be_read_nothing_is_sent(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("500", method="GET", path="/formation$")
    with pytest.raises(NotReadError):
        go_to_sleep(fleet, claire, site)
    assert last_outcome() == (Kind.FAILED, "not_read")
    assert patches(simulator) == []
    assert not ChangeInProgress.objects.exists()


def test_a_site_that_crashes_at_its_start_is_told_as_such(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.app("inscriptions").crash(again=True)

    def has_ended_a_second_later() -> bool:
        clock.shift(timedelta(seconds=1))
        return not ChangeInProgress.objects.exists()

    with time_machine.travel(timezone.now(), tick=True) as clock:
        wake_up(fleet, claire, site)
        wait_until(has_ended_a_second_later)
    assert last_outcome() == (Kind.FAILED, "crashed")

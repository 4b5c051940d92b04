"""What becomes of a restart or a stop whose answer never came: the dynos are read back and judged, nothing is sent again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.dynos.judge import Target
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import (
    ALL,
    begin_restart,
    begin_stop,
    identities,
    moved,
    orders,
    restart_and_wait,
    stop_and_wait,
)
from tests.ops.scaling.changes import outcomes, slow_down, wait_for_the_end

DONE_BUT_NOT_SAID = ["reset_after", "lost", "html"]
SURELY_NOT_DONE = ["429", "401", "two_factor"]
NOT_DONE_AND_NOT_SAID = ["reset_before", "500", "503", "redirect", "blackhole"]
SCOPES = [ALL, Target(scope="type", name="web"), Target(scope="dyno", name="web.2")]


@pytest.fixture(autouse=True)
def _short(request: pytest.FixtureRequest, settings: Settings) -> None:
    """A call is given up soon where no answer will come, and only there: any other may take its time."""
    callspec = getattr(request.node, "callspec", None)
    mode = callspec.params.get("mode") if callspec else None
    settings.SCALING_CALL_SECONDS = 0.5 if mode in {"lost", "blackhole"} else 20.0


@pytest.mark.parametrize("target", SCOPES, ids=lambda target: target.scope)
@pytest.mark.parametrize("mode", DONE_BUT_NOT_SAID)
def test_a_restart_that_heroku_did_without_saying_so_ends_as_unknown_then_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, target: Target, mode: str
) -> None:
    simulator.faults.add(mode, method="DELETE", times=1, done=True)
    restart_and_wait(fleet, claire, site, target)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(orders(simulator)) == 1


@pytest.mark.parametrize("mode", NOT_DONE_AND_NOT_SAID)
def test_a_restart_that_heroku_did_not_do_ends_as_failed_once_it_had_time(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    before = identities(fleet, site)
    simulator.faults.add(mode, method="DELETE", times=1)
    restart_and_wait(fleet, claire, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")]
    assert moved(before, identities(fleet, site)) == set()
    assert len(orders(simulator)) == 1


@pytest.mark.parametrize("mode", SURELY_NOT_DONE)
def test_a_restart_that_heroku_refuses_is_failed_with_its_own_words(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="DELETE", times=1)
    restart_and_wait(fleet, claire, site)
    assert outcomes() == [(Kind.FAILED, "heroku_refused")]
    outcome = Entry.objects.get().outcomes.get()
    assert outcome.detail["message"]
    assert outcome.request_id
    assert len(orders(simulator)) == 1


def test_a_restart_that_heroku_does_after_we_gave_up_waiting_is_waited_for(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, settings: Settings
) -> None:
    settings.SCALING_CALL_SECONDS, settings.SCALING_SETTLE_SECONDS = 0.5, 10.0
    simulator.faults.add("latency", method="DELETE", seconds=0.9, times=1)
    restart_and_wait(fleet, claire, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(orders(simulator)) == 1


def test_an_app_that_is_gone_meanwhile_stays_unknown(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    begin_restart(fleet, claire, site)
    wait_until(lambda: orders(simulator))
    simulator.world.remove_app("inscriptions")
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "gone")]


# ── stopping ──
@pytest.fixture
def copy(site: App, simulator: Simulator) -> str:  # noqa: ARG001
    """A one-off dyno that would run for hours."""
    return simulator.world.app("inscriptions").run("python manage.py shell", seconds=100_000)


@pytest.mark.parametrize("mode", DONE_BUT_NOT_SAID)
def test_a_stop_that_heroku_did_without_saying_so_ends_as_unknown_then_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str, mode: str
) -> None:
    simulator.faults.add(mode, method="POST", times=1, done=True)
    stop_and_wait(fleet, claire, site, copy)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(orders(simulator)) == 1


def test_a_copy_that_takes_its_time_to_end_after_a_lost_answer_is_waited_for(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str, settings: Settings
) -> None:
    """Heroku gives a process 30 s to end: that it still runs says nothing of whether it was told to."""
    settings.SCALING_SETTLE_SECONDS = 0.1
    simulator.world.configure({"speed": 2})  # it ends in one to five seconds
    simulator.faults.add("reset_after", method="POST", times=1)
    stop_and_wait(fleet, claire, site, copy)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]


def test_a_stop_that_heroku_did_not_do_ends_as_failed_once_the_copy_had_time_to_end(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    simulator.faults.add("500", method="POST", times=1)

    def has_ended_some_seconds_later() -> bool:
        clock.shift(timedelta(seconds=5))
        return not ChangeInProgress.objects.exists()

    with time_machine.travel(timezone.now(), tick=True) as clock:
        begin_stop(fleet, claire, site, copy)
        wait_until(has_ended_some_seconds_later)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")]
    assert copy in identities(fleet, site)
    assert len(orders(simulator)) == 1

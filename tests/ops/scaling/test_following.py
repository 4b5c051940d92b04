"""Following a change to its end while Heroku fails: nothing is ended on what was not read, nothing is followed for ever."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes import follower
from opsconsole.ops.changes.following import LONGEST_REST, Following
from opsconsole.ops.changes.lease import LEASE, take_over
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.scaling.follower import follow
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.reopen import reopen
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until
from tests.ops.journal.entries import line_of
from tests.ops.scaling.calls import heard
from tests.ops.scaling.changes import (
    fall_asleep,
    go_to_sleep,
    last_outcome,
    outcomes,
    patches,
    slow_down,
    wait_for_the_end,
    wake_up,
)
from tests.ops.scaling.interruptions import leave_behind

DYNOS = "/dynos$"


class NoWaiting(threading.Event):
    """A process that never stops, and in which every pause is over at once."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[float] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout or 0.0)
        return False


def looks(simulator: Simulator) -> int:
    return len([request for request in simulator.requests if request.path.endswith("/dynos")])


@pytest.fixture
def later() -> Iterator[time_machine.Traveller]:
    """The clock of everybody, to be moved by hand while it goes on ticking."""
    with time_machine.travel(timezone.now(), tick=True) as clock:
        yield clock


# ── Heroku is silent ──
def test_a_sleep_that_could_not_be_watched_in_time_is_judged_by_the_next_reading(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, later: time_machine.Traveller
) -> None:
    fault = simulator.faults.add("503", method="GET", path=DYNOS)
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: looks(simulator) >= 1)
    later.shift(timedelta(minutes=6))
    simulator.faults.remove(fault.id)
    wait_for_the_end(site)
    assert outcomes() == [(Kind.DONE, "")]


def test_a_dyno_that_still_runs_after_five_minutes_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, later: time_machine.Traveller
) -> None:
    simulator.world.configure({"speed": 0.001})
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: looks(simulator) >= 1)
    later.shift(timedelta(minutes=6))
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "still_running")]
    assert RememberedType.objects.count() == 2


def test_a_wake_that_is_not_up_after_five_minutes_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, later: time_machine.Traveller
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.configure({"speed": 0.001})
    simulator.clear_requests()
    wake_up(fleet, claire, site)
    wait_until(lambda: looks(simulator) >= 1)
    later.shift(timedelta(minutes=6))
    wait_for_the_end(site)
    assert outcomes() == [(Kind.FAILED, "not_up")]


def test_a_change_that_heroku_tells_nothing_of_for_an_hour_stays_unknown(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, later: time_machine.Traveller
) -> None:
    fault = simulator.faults.add("503", method="GET", path=DYNOS)
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: looks(simulator) >= 1)
    later.shift(timedelta(minutes=61))
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "silent")]
    assert RememberedType.objects.count() == 2
    simulator.faults.remove(fault.id)


def test_an_app_that_is_gone_is_not_followed_for_ever(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: looks(simulator) >= 1)
    simulator.world.remove_app("inscriptions")
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "gone")]


def test_the_longer_heroku_fails_the_longer_the_follower_rests(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    leave_behind(site, claire, "accepted", sent=True)
    lease = take_over(ChangeInProgress.objects.get(), now=timezone.now())
    assert lease
    fleet.stopping = waiting = NoWaiting()
    simulator.faults.add("html", method="GET", path=DYNOS, times=6)
    follower.run(Following(fleet, lease), follow, resumed=True)
    failing = waiting.pauses[:6]
    assert failing == sorted(failing)
    assert failing[-1] == LONGEST_REST < LEASE.total_seconds() / 2
    assert last_outcome() == (Kind.DONE, "")


def test_a_rest_that_heroku_asks_for_is_given(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    leave_behind(site, claire, "accepted", sent=True)
    lease = take_over(ChangeInProgress.objects.get(), now=timezone.now())
    assert lease
    fleet.stopping = waiting = NoWaiting()
    simulator.faults.add("429", method="GET", path=DYNOS, times=1, retry_after="15")
    follower.run(Following(fleet, lease), follow, resumed=True)
    assert waiting.pauses[0] == 15


# ── the waiting page ──
def test_a_page_that_stays_on_after_a_failed_sleep_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("401", method="PATCH", path="/formation$")

    def refuse_the_page_from_now_on(call: str) -> None:
        if call.startswith("PATCH") and call.endswith("/formation"):
            simulator.faults.add("two_factor", method="PATCH", path=f"/apps/{site.heroku_id}$")

    with heard(refuse_the_page_from_now_on):
        fall_asleep(fleet, claire, site, with_page=True)
    assert simulator.world.app("inscriptions").maintenance
    assert last_outcome() == (Kind.FAILED, "heroku_refused")
    assert "n’a pas pu être retirée" in line_of(Entry.objects.get())["more"]


def test_a_page_that_never_came_is_not_said_to_stay(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("two_factor", method="PATCH")
    fall_asleep(fleet, claire, site, with_page=True)
    assert not simulator.world.app("inscriptions").maintenance
    assert "page d’attente" not in line_of(Entry.objects.get())["more"]


def test_a_page_that_a_failed_sleep_took_back_is_no_longer_ours(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.app("inscriptions").scale(web=1)
    simulator.faults.add("401", method="PATCH", path="/formation$", times=1)
    fall_asleep(fleet, claire, site, with_page=True)
    assert RememberedType.objects.get().process_type == "worker"
    assert not Sleep.objects.get().with_page


def test_a_page_that_stays_on_after_a_wake_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site, with_page=True)
    simulator.faults.add("two_factor", method="PATCH", path=f"/apps/{site.heroku_id}$")
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert last_outcome() == (Kind.DONE, "")
    assert "n’a pas pu être retirée" in line_of(Entry.objects.latest("at"))["more"]


# ── reopening ──
def open_again(fleet: Fleet, actor: Actor, site: App) -> None:
    reopen(fleet, actor=actor, app=site, own=NOWHERE)
    wait_for_the_end(site)


@pytest.mark.parametrize(
    ("mode", "told", "closed"),
    [
        ("warning", [(Kind.DONE, "")], False),
        ("reset_after", [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")], False),
        ("reset_before", [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")], True),
        ("500", [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")], True),
        ("two_factor", [(Kind.FAILED, "heroku_refused")], True),
    ],
)
def test_a_reopening_ends_as_heroku_tells(
    fleet: Fleet,
    site: App,
    simulator: Simulator,
    claire: Actor,
    mode: str,
    told: list[tuple[Kind, str]],
    *,
    closed: bool,
) -> None:
    simulator.world.app("inscriptions").set_maintenance(True)
    simulator.faults.add(mode, method="PATCH", times=1)
    open_again(fleet, claire, site)
    assert outcomes() == told
    assert simulator.world.app("inscriptions").maintenance is closed
    assert len(patches(simulator, path=str(site.heroku_id))) == 1


def test_a_reopening_of_our_own_sleep_makes_its_page_nobodys(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site, with_page=True)
    open_again(fleet, claire, site)
    assert Entry.objects.latest("at").action == Action.REOPEN
    assert not Sleep.objects.get().with_page
    assert not simulator.world.app("inscriptions").maintenance

"""Stopping a one-off dyno, over the wire against the embedded Heroku; a scaled one is never stopped."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.dynos.stop import OnlyRestartsError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import begin_stop, identities, moved, orders, stop_and_wait
from tests.ops.scaling.calls import heard
from tests.ops.scaling.changes import last_outcome, let_it_end, outcomes, slow_down, wait_for_the_end


@pytest.fixture
def copy(site: App, simulator: Simulator) -> str:  # noqa: ARG001
    """A one-off dyno that would run for hours."""
    return simulator.world.app("inscriptions").run("python manage.py shell", seconds=100_000)


def test_a_one_off_dyno_is_stopped_and_nothing_else_moves(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    before = identities(fleet, site)
    stop_and_wait(fleet, claire, site, copy)
    assert orders(simulator) == [f"POST dynos/{copy}/actions/stop"]
    assert moved(before, identities(fleet, site)) == {copy}
    entry = Entry.objects.get()
    assert (entry.action, entry.after) == (Action.STOP, {"dyno": copy})
    assert entry.command_line == f"heroku ps:stop -d {copy} -a inscriptions"
    assert outcomes() == [(Kind.DONE, "")]


def test_a_stop_is_done_only_once_the_dyno_is_gone(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    slow_down(simulator)
    begin_stop(fleet, claire, site, copy)
    wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 3)
    assert not Entry.objects.get().outcomes.exists()
    let_it_end(simulator, site)
    assert outcomes() == [(Kind.DONE, "")]


@pytest.mark.parametrize("dyno", ["web.1", "worker.1"])
def test_a_scaled_dyno_is_not_stopped_for_it_would_come_straight_back(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, dyno: str
) -> None:
    with pytest.raises(OnlyRestartsError):
        begin_stop(fleet, claire, site, dyno)
    assert orders(simulator) == []


def test_a_scaled_dyno_that_is_going_away_is_not_stopped_either(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure({"speed": 0.001})
    simulator.world.app("inscriptions").scale(worker=0)
    with pytest.raises(OnlyRestartsError):
        begin_stop(fleet, claire, site, "worker.1")
    assert orders(simulator) == []


def test_what_runs_no_more_is_not_asked_for(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    with pytest.raises(NothingToDoError):
        begin_stop(fleet, claire, site, "run.1")
    assert orders(simulator) == []
    assert not Entry.objects.exists()


def test_a_copy_that_ended_between_our_reading_and_our_order_is_stopped(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    def end_it_now(call: str) -> None:
        if call.startswith("POST"):
            simulator.world.app("inscriptions").vanish(copy)

    with heard(end_it_now):
        stop_and_wait(fleet, claire, site, copy)
    assert outcomes() == [(Kind.DONE, "")]


def test_a_copy_that_still_runs_after_five_minutes_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    simulator.world.configure({"speed": 0.001})
    with time_machine.travel(timezone.now(), tick=True) as clock:
        begin_stop(fleet, claire, site, copy)
        wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 3)
        clock.shift(timedelta(minutes=6))
        wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "still_running")]


def test_a_reader_is_refused_and_the_refusal_is_in_the_journal(
    fleet: Fleet, site: App, simulator: Simulator, hugo: Actor, copy: str
) -> None:
    with pytest.raises(RefusedError):
        begin_stop(fleet, hugo, site, copy)
    assert last_outcome() == (Kind.REFUSED, "right")
    assert orders(simulator) == []


def test_nothing_is_stopped_in_the_app_that_the_console_runs_in(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    ours = Own(name="inscriptions", app_id="", on_heroku=True, hosts=frozenset())
    with pytest.raises(RefusedError):
        begin_stop(fleet, claire, site, copy, own=ours)
    assert last_outcome() == (Kind.REFUSED, "own_app")
    assert orders(simulator) == []


def test_nothing_is_stopped_in_a_protected_app(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, copy: str
) -> None:
    site.protected = True
    with pytest.raises(RefusedError):
        begin_stop(fleet, claire, site, copy)
    assert last_outcome() == (Kind.REFUSED, "protected")
    assert orders(simulator) == []

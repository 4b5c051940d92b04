"""Waking an app as it was, over the wire against the embedded Heroku."""

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.wake import SiteQuantityNeededError
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.scaling.changes import (
    fall_asleep,
    last_outcome,
    let_it_end,
    patches,
    slow_down,
    wait_for_the_end,
    wait_until_accepted,
    wake_up,
)

AS_IT_WAS = {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}


def test_it_comes_back_as_it_was_in_one_batch(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.clear_requests()
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == AS_IT_WAS
    assert len(patches(simulator)) == 1
    assert last_outcome() == (Kind.DONE, "")


def test_it_is_done_only_once_every_dyno_is_up(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    slow_down(simulator)
    simulator.clear_requests()
    wake_up(fleet, claire, site)
    wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 2)
    assert not Entry.objects.latest("at").outcomes.exists()
    let_it_end(simulator, site)
    assert last_outcome() == (Kind.DONE, "")


def test_the_memory_of_the_sleep_goes_once_the_wake_is_confirmed(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    slow_down(simulator)
    wake_up(fleet, claire, site)
    wait_until_accepted(site)
    assert RememberedType.objects.exists()
    let_it_end(simulator, site)
    assert not RememberedType.objects.exists()
    assert not Sleep.objects.exists()


def test_a_type_that_no_longer_exists_is_left_out_and_named(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.app("inscriptions").remove_process_type("worker")
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == {"web": (2, "Standard-1X")}
    assert Entry.objects.latest("at").after["left_out"] == ["worker"]


def test_a_type_that_somebody_has_scaled_meanwhile_is_not_touched(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.app("inscriptions").scale(web=5)
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation["web"] == (5, "Standard-1X")


def test_the_size_of_before_comes_back_too(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.world.app("inscriptions").resize(web="Standard-2X")
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation["web"] == (2, "Standard-1X")


def test_without_memory_a_person_is_asked_how_large_the_site_shall_be(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    with pytest.raises(SiteQuantityNeededError):
        wake_up(fleet, claire, site)
    assert patches(simulator) == []
    wake_up(fleet, claire, site, site_quantity=3)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == {
        "web": (3, "Standard-1X"),
        "worker": (0, "Standard-1X"),
    }


def test_our_waiting_page_is_lifted_once_the_site_is_up(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site, with_page=True)
    simulator.clear_requests()
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert not simulator.world.app("inscriptions").maintenance
    asked = [request.path for request in simulator.requests if request.method == "PATCH"]
    assert asked == [f"/apps/{site.heroku_id}/formation", f"/apps/{site.heroku_id}"]


def test_a_page_that_our_sleep_did_not_put_on_stays(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").set_maintenance(True)
    fall_asleep(fleet, claire, site, with_page=True)
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").maintenance


def test_waking_what_is_awake_changes_nothing(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    with pytest.raises(NothingToDoError):
        wake_up(fleet, claire, site)
    assert patches(simulator) == []


def test_a_reader_may_not_wake(fleet: Fleet, site: App, simulator: Simulator, hugo: Actor) -> None:
    with pytest.raises(RefusedError):
        wake_up(fleet, hugo, site)
    assert last_outcome() == (Kind.REFUSED, "right")
    assert patches(simulator) == []

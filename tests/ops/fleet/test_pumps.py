"""The pumps under a real hub: one for however many look, none when nobody does."""

from collections.abc import Iterator
from contextlib import ExitStack
from uuid import UUID

import pytest

from opsconsole.live.hub import Hub
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps, watch_app, watch_fleet
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.fleet.conftest import Stage


@pytest.fixture
def hub(stage: Stage) -> Iterator[Hub]:
    """A hub whose pumps read the stage's Heroku and tell what they read."""
    hub = Hub(linger=0)
    hub.register("app", lambda name: watch_app(stage.fleet, UUID(name.partition(":")[2])))
    hub.register("fleet", lambda _name: watch_fleet(stage.fleet))
    yield hub
    hub.shutdown(timeout=5)


def topic(stage: Stage) -> str:
    return f"app:{stage.app_id()}"


def readings(stage: Stage) -> int:
    return stage.asked()["/apps/inscriptions/dynos"]


def test_somebody_who_looks_makes_the_app_be_read(stage: Stage, hub: Hub) -> None:
    with hub.subscribe(topic(stage)):
        wait_until(lambda: stage.fleet.known(stage.app_id()).reading)


def test_fifty_who_look_cost_no_more_than_one(stage: Stage, hub: Hub) -> None:
    with ExitStack() as everybody:
        for _ in range(50):
            everybody.enter_context(hub.subscribe(topic(stage)))
        wait_until(lambda: stage.fleet.known(stage.app_id()).reading)
        [pump] = hub.pumps()
        assert (pump.readers, pump.alive) == (50, True)
        assert readings(stage) == 1
        hub.nudge(topic(stage))  # a turn before its time finds the reading young enough
        stage.moment.advance(60)
        hub.nudge(topic(stage))
        wait_until(lambda: readings(stage) == 2)


def test_the_pump_stops_after_the_last_who_looked(stage: Stage, hub: Hub) -> None:
    with hub.subscribe(topic(stage)), hub.subscribe(topic(stage)):
        wait_until(lambda: stage.fleet.known(stage.app_id()).reading)
        assert stage.fleet.pace() > 4.8  # one app is watched
    wait_until(lambda: not hub.pumps())
    wait_until(lambda: stage.fleet.pace() == 4.8)
    stage.moment.advance(600)
    assert readings(stage) == 1


def test_a_pump_outlives_a_heroku_that_fails(stage: Stage, hub: Hub) -> None:
    stage.simulator.faults.add("500", path="/dynos$", times=1)
    with hub.subscribe(topic(stage)):
        wait_until(lambda: stage.fleet.known(stage.app_id()).failure)
        stage.moment.advance(60)
        hub.nudge(topic(stage))
        wait_until(lambda: stage.fleet.known(stage.app_id()).reading)
        assert hub.pumps()[0].restarts == 0


# ── The list of apps ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.django_db(transaction=True)
def test_the_pump_of_the_list_keeps_ours_and_reads_every_app_in_it(stage: Stage, hub: Hub) -> None:
    with hub.subscribe("fleet"):
        wait_until(lambda: all(stage.fleet.known(app_id).reading for app_id in stage.app_ids()))
        assert set(App.objects.values_list("name", flat=True)) == set(stage.simulator.apps)
        # One for the list, two for each app, two to know whose hours the Eco app uses.
        assert len(stage.simulator.requests) == 1 + 2 * len(stage.simulator.apps) + 2


@pytest.mark.django_db(transaction=True)
def test_an_app_that_appears_is_read_in_the_next_round(stage: Stage, hub: Hub) -> None:
    with hub.subscribe("fleet"):
        wait_until(lambda: all(stage.fleet.known(app_id).reading for app_id in stage.app_ids()))
        stage.simulator.world.add_app("cantine", [("web", "gunicorn cantine.wsgi", 1, "Basic")])
        stage.moment.advance(120)
        hub.nudge("fleet")
        wait_until(lambda: stage.fleet.known(stage.app_id("cantine")).reading)


@pytest.mark.django_db
def test_a_list_that_cannot_be_read_leaves_ours_as_it_was(stage: Stage) -> None:
    before = note_apps(stage.fleet)
    stage.moment.advance(60)
    stage.simulator.faults.add("500", path="^/apps$")
    assert note_apps(stage.fleet) == before
    assert App.objects.filter(listed=True).count() == len(stage.simulator.apps)


@pytest.mark.django_db
def test_a_page_of_the_list_is_never_taken_for_the_whole(stage: Stage, simulator: Simulator) -> None:
    simulator.world.configure({"page_size": 2})
    assert len(note_apps(stage.fleet)) == len(simulator.apps)
    stage.moment.advance(60)
    simulator.faults.add("reset_before", path="^/apps$", times=1)
    assert len(note_apps(stage.fleet)) == len(simulator.apps)

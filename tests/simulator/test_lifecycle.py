"""Dynos live by the clock: starting then up, SIGTERM then gone."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from opsconsole.simulator import Simulator
from tests.simulator.api import Api

if TYPE_CHECKING:
    from collections.abc import Callable


def seconds_until(simulator: Simulator, holds: Callable[[], bool], *, step: float = 0.5) -> float:
    """Simulated seconds until it holds."""
    waited = 0.0
    while not holds():
        assert waited < 60
        simulator.advance(step)
        waited += step
    return waited


def test_a_dyno_starts_and_is_up_after_a_believable_while(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 3})
    assert api.dynos("inscriptions")["web.3"] == "starting"
    assert 8 <= seconds_until(simulator, lambda: api.dynos("inscriptions")["web.3"] == "up") <= 20.5


def test_dynos_do_not_all_come_up_at_the_same_moment(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 6})
    seconds_until(simulator, lambda: set(api.dynos("inscriptions").values()) == {"up"}, step=1)
    since = {
        dyno["updated_at"] for dyno in api.get("/apps/inscriptions/dynos").json if dyno["name"] > "web.2"
    }
    assert len(since) > 2


def test_a_dyno_told_to_stop_lives_on_shows_down_and_goes(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "worker", "quantity": 0})
    assert api.dynos("inscriptions")["worker.1"] == "up"
    seen = set()

    def gone() -> bool:
        seen.add(api.dynos("inscriptions").get("worker.1"))
        return None in seen

    assert 2 <= seconds_until(simulator, gone, step=0.1) <= 10.2
    assert seen == {"up", "down", None}


def test_the_speed_divides_the_delays() -> None:
    moment = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    with Simulator(now=lambda: moment, speed=20) as simulator:
        api = Api(simulator.base_url, simulator.token)
        api.scale("inscriptions", {"type": "web", "quantity": 3})
        waited = seconds_until(simulator, lambda: api.dynos("inscriptions")["web.3"] == "up", step=0.05)
    assert 0.4 <= waited <= 1.05


def test_scaled_to_zero_there_is_no_dyno_at_all(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    simulator.advance(10.5)
    assert api.dynos("inscriptions") == {}


def test_fewer_dynos_means_that_the_last_ones_go(simulator: Simulator, api: Api) -> None:
    api.call("DELETE", "/apps/inscriptions/dynos/web.1")
    api.scale("inscriptions", {"type": "web", "quantity": 1})
    simulator.advance(21)
    assert api.dynos("inscriptions") == {"web.1": "up", "worker.1": "up"}


def test_more_dynos_leave_the_others_running(api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 3})
    assert api.dynos("inscriptions") == {
        "web.1": "up",
        "web.2": "up",
        "web.3": "starting",
        "worker.1": "up",
    }


def test_a_new_size_restarts_its_type_only(api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "size": "standard-2x"})
    assert api.dynos("inscriptions") == {"web.1": "starting", "web.2": "starting", "worker.1": "up"}
    sizes = {dyno["name"]: dyno["size"] for dyno in api.get("/apps/inscriptions/dynos").json}
    assert sizes == {"web.1": "Standard-2X", "web.2": "Standard-2X", "worker.1": "Standard-1X"}


def test_waking_while_dynos_still_go_away_starts_them_anew(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0})
    simulator.advance(1)
    api.scale("inscriptions", {"type": "web", "quantity": 2})
    assert api.dynos("inscriptions") == {"web.1": "starting", "web.2": "starting", "worker.1": "up"}
    simulator.advance(21)
    assert set(api.dynos("inscriptions").values()) == {"up"}


def test_since_when_a_dyno_is_in_its_state_is_told(simulator: Simulator, api: Api) -> None:
    simulator.world.app("inscriptions").crash("web.1")
    dyno = api.get("/apps/inscriptions/dynos/web.1").json
    assert (dyno["state"], dyno["updated_at"]) == ("crashed", "2026-11-16T09:00:00Z")


def test_what_was_told_to_go_goes_even_when_the_app_crashes_meanwhile(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0})
    simulator.world.app("inscriptions").crash()
    simulator.advance(11)
    assert api.dynos("inscriptions") == {"worker.1": "crashed"}


def test_restarting_a_crashed_dyno_repairs_it(simulator: Simulator, api: Api) -> None:
    assert api.dynos("bibliotheque") == {"web.1": "crashed"}
    api.call("DELETE", "/apps/bibliotheque/dynos")
    simulator.advance(21)
    assert api.dynos("bibliotheque") == {"web.1": "up"}


def test_a_broken_process_type_crashes_at_every_start(simulator: Simulator, api: Api) -> None:
    simulator.world.app("inscriptions").crash("web", again=True)
    api.call("DELETE", "/apps/inscriptions/dynos")
    assert api.dynos("inscriptions")["web.1"] == "starting"
    simulator.advance(21)
    assert api.dynos("inscriptions") == {"web.1": "crashed", "web.2": "crashed", "worker.1": "up"}
    simulator.world.app("inscriptions").repair()
    api.call("DELETE", "/apps/inscriptions/dynos")
    simulator.advance(21)
    assert set(api.dynos("inscriptions").values()) == {"up"}


def test_an_idle_eco_app_wakes_at_the_first_visit(simulator: Simulator, api: Api) -> None:
    app = simulator.world.app("agenda-salles")
    app.idle()
    assert set(api.dynos("agenda-salles").values()) == {"idle"}
    app.visit()
    assert set(api.dynos("agenda-salles").values()) == {"starting"}


def test_fir_dynos_have_names_that_are_never_used_twice(simulator: Simulator, api: Api) -> None:
    [before] = api.dynos("plateforme-notes")
    api.scale("plateforme-notes", {"type": "web", "quantity": 0})
    simulator.advance(11)
    api.scale("plateforme-notes", {"type": "web", "quantity": 2})
    after = api.dynos("plateforme-notes")
    assert len(after) == 2
    assert before not in after
    assert all(name.startswith("web-") for name in after)


@pytest.mark.parametrize("name", ["inscriptions", "boutique-solidaire"])
def test_somebody_else_may_scale_meanwhile(simulator: Simulator, api: Api, name: str) -> None:
    simulator.world.app(name).scale(web=0)
    assert api.formation(name)["web"][0] == 0
    assert simulator.requests[-1].method == "GET"

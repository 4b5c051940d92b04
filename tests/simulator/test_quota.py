"""The Eco hours: an endpoint with its own Accept and three ways to answer, and a clock that runs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.simulator import BackstageError, Simulator
from tests.simulator.api import PLAIN, QUOTAS, SDK, Api

if TYPE_CHECKING:
    from tests.simulator.api import Response

DAY = 86_400
MONTH = 30 * DAY


def ask(simulator: Simulator, api: Api, *, account: str = "", accept: str = QUOTAS) -> Response:
    return api.get(f"/accounts/{account or simulator.account_id}/actions/get-quota", accept=accept)


def read(simulator: Simulator, api: Api) -> Any:
    return ask(simulator, api).json


@pytest.mark.parametrize("accept", [PLAIN, SDK])
def test_the_quota_needs_its_own_accept(simulator: Simulator, api: Api, accept: str) -> None:
    assert ask(simulator, api, accept=accept).error == (404, "not_found")


def test_the_quota_of_somebody_else_is_refused(simulator: Simulator, api: Api) -> None:
    assert ask(simulator, api, account="11111111-1111-4111-8111-111111111111").error == (403, "forbidden")


def test_the_quota_runs_out_within_the_month_at_the_pace_so_far(simulator: Simulator, api: Api) -> None:
    quota, elapsed = read(simulator, api), 15 * DAY + 9 * 3600
    assert quota["account_quota"] == 3_600_000
    assert elapsed < quota["account_quota"] * elapsed / quota["quota_used"] < MONTH
    assert sum(app["quota_used"] for app in quota["apps"]) == pytest.approx(quota["quota_used"], abs=2)
    assert api.get("/apps/agenda-salles").json["id"] in {app["app_uuid"] for app in quota["apps"]}


@pytest.mark.parametrize("day", [1, 2, 28, 30])
def test_the_quota_is_within_its_bounds_on_any_day(day: int) -> None:
    moment = datetime(2026, 11, day, 1, 0, tzinfo=UTC)
    with Simulator(now=lambda: moment) as simulator:
        quota = read(simulator, Api(simulator.base_url, simulator.token))
    assert 0 < quota["quota_used"] < 0.93 * quota["account_quota"]


def test_running_eco_dynos_use_the_quota_second_by_second(simulator: Simulator, api: Api) -> None:
    before = read(simulator, api)["quota_used"]
    simulator.advance(100)
    assert read(simulator, api)["quota_used"] == before + 200
    simulator.world.app("agenda-salles").idle()
    simulator.advance(100)
    assert read(simulator, api)["quota_used"] == before + 200


def test_an_eco_app_scaled_to_zero_stops_using_the_quota(simulator: Simulator, api: Api) -> None:
    api.scale("agenda-salles", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    simulator.advance(11)
    after = read(simulator, api)["quota_used"]
    simulator.advance(3600)
    assert read(simulator, api)["quota_used"] == after


def test_the_quota_begins_anew_with_the_month(simulator: Simulator, api: Api) -> None:
    simulator.world.app("agenda-salles").idle()
    simulator.advance(MONTH)
    assert read(simulator, api)["quota_used"] == 0


def test_an_account_without_eco_has_no_quota(simulator: Simulator) -> None:
    other = Api(simulator.base_url, simulator.world.issue_token(account="contact@atelier-web.example"))
    assert ask(simulator, other, account="~").error == (404, "not_found")


@pytest.mark.parametrize(("shape", "status"), [("missing", 404), ("not_found", 200)])
def test_a_missing_quota_is_told_in_two_ways(simulator: Simulator, api: Api, shape: str, status: int) -> None:
    simulator.world.set_quota(shape=shape)
    assert ask(simulator, api).error == (status, "not_found")
    with pytest.raises(BackstageError):
        simulator.world.set_quota(shape="other")


def test_used_up_hours_put_every_eco_dyno_to_sleep(simulator: Simulator, api: Api) -> None:
    simulator.world.exhaust_quota()
    quota = read(simulator, api)
    assert quota["quota_used"] == quota["account_quota"]
    assert set(api.dynos("agenda-salles").values()) == {"idle"}
    assert set(api.dynos("inscriptions").values()) == {"up"}


def test_the_hours_run_out_by_running(simulator: Simulator, api: Api) -> None:
    simulator.world.set_quota(used=3_600_000 - 100)
    assert set(api.dynos("agenda-salles").values()) == {"up"}
    simulator.advance(50)
    assert set(api.dynos("agenda-salles").values()) == {"idle"}
    simulator.advance(50)
    assert read(simulator, api)["quota_used"] == 3_600_000


def test_a_dyno_started_without_hours_left_sleeps(simulator: Simulator, api: Api) -> None:
    simulator.world.exhaust_quota()
    api.call("DELETE", "/apps/agenda-salles/dynos")
    assert set(api.dynos("agenda-salles").values()) == {"idle"}


def test_an_app_without_hours_can_still_be_scaled_to_zero(simulator: Simulator, api: Api) -> None:
    simulator.world.exhaust_quota()
    api.scale("agenda-salles", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    simulator.advance(11)
    assert api.dynos("agenda-salles") == {}


def test_the_hours_used_can_be_set_for_the_account_and_for_an_app(simulator: Simulator, api: Api) -> None:
    simulator.world.set_quota(used=1800)
    simulator.world.set_quota(used=600, app="agenda-salles")
    quota = read(simulator, api)
    used = {app["app_uuid"]: app["quota_used"] for app in quota["apps"]}
    assert (quota["quota_used"], used[simulator.world.app("agenda-salles").id]) == (1800, 600)

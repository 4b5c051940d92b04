"""The control endpoint does for another process what the object does for this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from tests.simulator.api import QUOTAS, Api

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator


@dataclass(frozen=True)
class Control:
    """Sends no token and no Accept: the secret in the address is enough."""

    api: Api
    path: str

    def call(self, method: str, path: str = "", body: object = None, *, status: int = 200) -> Any:
        answer = self.api.call(method, self.path + path, body, accept=None, authorization=None)
        assert answer.status == status, answer.content
        return answer.json


@pytest.fixture
def control(simulator: Simulator, api: Api) -> Control:
    return Control(api, urlsplit(simulator.control_url).path)


def test_it_tells_how_things_stand(simulator: Simulator, api: Api, control: Control) -> None:
    api.get("/apps")
    told = control.call("GET")
    assert told["apps"] == simulator.apps
    assert (told["count"], told["faults"], told["settings"]["speed"]) == (1, [], 1.0)


def test_a_wrong_secret_finds_nothing(simulator: Simulator, api: Api) -> None:
    for path in ("/_control/wrong", "/_control/", "/_control/wrong/faults"):
        assert api.call("POST", path, {"mode": "500"}).status == 404
    assert simulator.faults.list() == []


def test_a_foreign_host_does_not_reach_it(api: Api, control: Control) -> None:
    assert api.get(control.path, host="evil.example").status == 421


@pytest.mark.parametrize("path", ["/nothing", "/apps", "/faults/1/2/3/x/y", "/requests/1"])
def test_what_it_does_not_know_is_not_there(control: Control, path: str) -> None:
    control.call("PUT", path, {}, status=404)


def test_faults_are_added_listed_and_cleared(api: Api, control: Control) -> None:
    fault = {
        "mode": "error",
        "match": {"method": "GET", "path": "^/apps$"},
        "times": 2,
        "params": {"status": 410},
    }
    first = control.call("POST", "/faults", fault)
    assert api.get("/apps").status == 410
    [listed] = control.call("GET", "/faults")
    assert (listed["id"], listed["mode"], listed["struck"], listed["times"]) == (first["id"], "error", 1, 2)
    control.call("DELETE", "/faults")
    assert api.get("/apps").status == 200


def test_one_fault_can_be_taken_away(api: Api, control: Control) -> None:
    fault = control.call("POST", "/faults", {"mode": "500"})
    assert control.call("DELETE", f"/faults/{fault['id']}") == {"removed": True}
    assert api.get("/apps").status == 200


@pytest.mark.parametrize(
    "fault",
    [
        *({}, {"mode": "tempest"}, {"mode": "500", "match": {"path": "("}}, {"mode": "500", "times": "1"}),
        *({"mode": "500", "when": 1}, {"mode": "500", "match": {"url": "/"}}),
        {"mode": "500", "params": ["x"]},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    simulator: Simulator, control: Control, fault: object
) -> None:
    control.call("POST", "/faults", fault, status=400)
    assert simulator.faults.list() == []


def test_requests_are_listed_filtered_counted_and_forgotten(api: Api, control: Control) -> None:
    api.get("/apps")
    api.get("/apps/inscriptions/dynos")
    api.call("DELETE", "/apps/inscriptions/dynos")
    told = control.call("GET", "/requests?method=GET&path=dynos$")
    assert told["count"] == 3
    assert [(each["path"], each["status"]) for each in told["requests"]] == [
        ("/apps/inscriptions/dynos", 200)
    ]
    assert [each["method"] for each in control.call("GET", "/requests?since=2")["requests"]] == ["DELETE"]
    control.call("DELETE", "/requests")
    assert control.call("GET", "/requests") == {"count": 0, "requests": []}


def test_settings_change_by_name(simulator: Simulator, api: Api, control: Control) -> None:
    control.call("POST", "/settings", {"speed": 20, "warnings": ["Attention."]})
    api.scale("inscriptions", {"type": "web", "quantity": 3})
    simulator.advance(1.1)
    assert api.dynos("inscriptions")["web.3"] == "up"
    assert api.get("/apps").headers["x-heroku-warning"] == "Attention."


@pytest.mark.parametrize(
    "settings",
    [
        *({"sped": 1}, {"speed": "fast"}, {"speed": 0}, {"speed": True}, {"speed": 5, "latency": -1}),
        *({"warnings": "x"}, {"warnings": [1]}, {"page_size": 0}, {"page_size": 1.5}, {"execute": 1}),
    ],
)
def test_a_setting_that_does_not_fit_is_refused(control: Control, settings: object) -> None:
    control.call("POST", "/settings", settings, status=400)
    assert control.call("GET")["settings"]["speed"] == 1


def test_the_clock_is_moved(api: Api, control: Control) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    control.call("POST", "/advance", {"seconds": 11})
    assert api.dynos("inscriptions") == {}


def test_things_happen_to_an_app(api: Api, control: Control) -> None:
    control.call("POST", "/apps/inscriptions", {"do": "crash", "dyno": "web.1"})
    control.call("POST", "/apps/inscriptions", {"do": "scale", "worker": 2})
    control.call("POST", "/apps/inscriptions", {"do": "resize", "worker": "standard-2x"})
    assert api.dynos("inscriptions")["web.2"] == "starting"
    assert api.formation("inscriptions")["worker"] == (2, "Standard-2X")
    name = control.call("POST", "/apps/inscriptions", {"do": "run", "command": "ls"})["result"]
    assert name in api.dynos("inscriptions")
    control.call("POST", "/apps/inscriptions", {"do": "remove_process_type", "name": "worker"})
    assert set(api.formation("inscriptions")) == {"web"}
    control.call("POST", "/apps/inscriptions", {"do": "rename", "name": "inscriptions-2027"})
    assert api.get("/apps/inscriptions").status == 404


def test_things_happen_to_the_account(simulator: Simulator, api: Api, control: Control) -> None:
    control.call("POST", "/world", {"do": "set_quota", "shape": "missing"})
    quota = f"/accounts/{simulator.account_id}/actions/get-quota"
    assert api.get(quota, accept=QUOTAS).status == 404
    control.call("POST", "/world", {"do": "set_remaining", "remaining": 0})
    assert api.get("/apps").status == 429
    control.call(
        "POST", "/world", {"do": "add_app", "name": "theatre", "types": [["web", "true", 1, "Basic"]]}
    )
    assert "theatre" in simulator.apps
    control.call("POST", "/world", {"do": "remove_app", "name": "theatre"})
    assert "theatre" not in simulator.apps
    control.call("POST", "/world", {"do": "revoke_token"})
    assert api.get("/apps").status == 401
    fresh = control.call("POST", "/world", {"do": "issue_token", "scopes": ["read"]})["result"]
    assert Api(simulator.base_url, fresh).get("/account/rate-limits").status == 403


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/apps/none", {"do": "crash"}),
        ("/apps/inscriptions", {"do": "crash", "dyno": "web.9"}),
        ("/apps/inscriptions", {"do": "scale", "clock": 1}),
        ("/apps/inscriptions", {"do": "resize", "web": "1X"}),
        ("/apps/inscriptions", {"do": "__init__"}),
        ("/apps/inscriptions", {"do": "crash", "when": "now"}),
        ("/world", {"do": "configure"}),
        ("/world", {"do": "issue_token", "account": "nobody"}),
    ],
)
def test_what_cannot_happen_is_refused(control: Control, path: str, body: object) -> None:
    assert control.call("POST", path, body, status=400)["message"]


def test_it_is_not_counted_among_the_requests_nor_struck_by_faults(
    simulator: Simulator, control: Control
) -> None:
    simulator.faults.add("500")
    control.call("GET")
    assert simulator.requests == []

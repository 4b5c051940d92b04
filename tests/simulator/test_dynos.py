"""Restart, stop and one-off dynos."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator
    from tests.simulator.api import Api

DYNOS = "/apps/inscriptions/dynos"


def launch(api: Api, **body: object) -> str:
    answer = api.call("POST", DYNOS, {"command": "python manage.py check", **body})
    assert answer.status == 201, answer.content
    return str(answer.json["name"])


@pytest.mark.parametrize(
    ("method", "path", "restarted"),
    [
        ("DELETE", DYNOS, {"web.1", "web.2", "worker.1"}),
        ("DELETE", f"{DYNOS}/web.2", {"web.2"}),
        ("DELETE", "/apps/inscriptions/formations/web", {"web.1", "web.2"}),
        ("POST", f"{DYNOS}/web.1/actions/stop", {"web.1"}),
        ("POST", "/apps/inscriptions/formations/worker/actions/stop", {"worker.1"}),
    ],
)
def test_what_is_scaled_starts_again_whether_restarted_or_stopped(
    api: Api, method: str, path: str, restarted: set[str]
) -> None:
    before = {dyno["name"]: dyno["id"] for dyno in api.get(DYNOS).json}
    answer = api.call(method, path)
    assert (answer.status, answer.json) == (202, {})
    after = {dyno["name"]: dyno["id"] for dyno in api.get(DYNOS).json}
    assert {name for name in before if before[name] != after[name]} == restarted
    assert {name for name, state in api.dynos("inscriptions").items() if state == "starting"} == restarted


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{DYNOS}/web.9"),
        ("DELETE", f"{DYNOS}/web.9"),
        ("POST", f"{DYNOS}/web.9/actions/stop"),
        ("DELETE", "/apps/inscriptions/formations/clock"),
        ("POST", "/apps/inscriptions/formations/run/actions/stop"),
    ],
)
def test_what_is_not_there_cannot_be_restarted_or_stopped(api: Api, method: str, path: str) -> None:
    assert api.call(method, path).error == (404, "not_found")


def test_a_restart_does_not_bring_back_what_was_told_to_go(simulator: Simulator, api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0})
    api.call("DELETE", DYNOS)
    simulator.advance(21)
    assert api.dynos("inscriptions") == {"worker.1": "up"}


def test_a_one_off_starts_runs_and_goes(simulator: Simulator, api: Api) -> None:
    name = launch(api)
    assert name.startswith("run.")
    assert api.dynos("inscriptions")[name] == "starting"
    simulator.advance(9)
    assert api.dynos("inscriptions")[name] == "up"
    simulator.advance(40)
    assert name not in api.dynos("inscriptions")


def test_a_one_off_goes_at_the_end_of_its_time_to_live(simulator: Simulator, api: Api) -> None:
    name = launch(api, time_to_live=5)
    simulator.advance(14)
    assert name not in api.dynos("inscriptions")


def test_a_one_off_somebody_else_started_is_listed(simulator: Simulator, api: Api) -> None:
    name = simulator.world.app("inscriptions").run("python importer.py", seconds=300, kind="scheduler")
    simulator.advance(10)
    dyno = api.get(f"{DYNOS}/{name}").json
    assert (dyno["type"], dyno["command"], dyno["state"]) == ("scheduler", "python importer.py", "up")


def test_a_restart_of_all_leaves_one_offs_alone(simulator: Simulator, api: Api) -> None:
    name = launch(api)
    simulator.advance(9)
    api.call("DELETE", DYNOS)
    assert api.dynos("inscriptions")[name] == "up"


@pytest.mark.parametrize("path", ["dynos/{name}/actions/stop", "formations/run/actions/stop"])
def test_stopping_a_one_off_ends_it(simulator: Simulator, api: Api, path: str) -> None:
    name = launch(api)
    simulator.advance(9)
    assert api.call("POST", f"/apps/inscriptions/{path.format(name=name)}").status == 202
    simulator.advance(10.5)
    assert api.dynos("inscriptions") == {"web.1": "up", "web.2": "up", "worker.1": "up"}


def test_scaling_to_zero_leaves_one_offs_running(simulator: Simulator, api: Api) -> None:
    name = launch(api)
    api.scale("inscriptions", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    simulator.advance(11)
    assert api.dynos("inscriptions") == {name: "up"}


def test_a_detached_one_off_has_nothing_to_attach_to(api: Api) -> None:
    assert api.call("POST", DYNOS, {"command": "ls", "attach": False}).json["attach_url"] is None


def test_an_attached_one_off_is_reached_on_the_rendezvous_port(simulator: Simulator, api: Api) -> None:
    url = api.call("POST", DYNOS, {"command": "bash", "attach": True}).json["attach_url"]
    assert url.startswith(f"rendezvous://127.0.0.1:{simulator.rendezvous.port}/")
    assert len(url.rpartition("/")[2]) >= 32


def test_a_command_that_names_a_process_type_stands_for_its_command(api: Api) -> None:
    answer = api.call("POST", DYNOS, {"command": "worker --once", "size": "standard-2x", "type": "essai"})
    assert answer.json["command"] == "celery -A ecole worker --once"
    assert answer.json["size"] == "Standard-2X"
    assert answer.json["name"].startswith("essai.")


@pytest.mark.parametrize(
    "body",
    [
        *({}, {"command": ""}, {"command": 1}, {"command": "ls", "size": "1X"}),
        *({"command": "ls", "time_to_live": value} for value in (0, 86_401, "60", True)),
    ],
)
def test_a_one_off_that_cannot_run_is_refused(api: Api, body: object) -> None:
    assert api.call("POST", DYNOS, body).error == (422, "invalid_params")
    assert len(api.dynos("inscriptions")) == 3


def test_nothing_runs_where_nothing_was_deployed(api: Api) -> None:
    answer = api.call("POST", "/apps/nouveau-site/dynos", {"command": "ls"})
    assert answer.json["message"] == "Cannot run one-off process at this time. Please try again later."


@pytest.mark.parametrize(
    ("app", "size", "limit"), [("agenda-salles", "Eco", 1), ("inscriptions", "Performance-M", 5)]
)
def test_one_offs_at_once_are_limited_by_size(api: Api, app: str, size: str, limit: int) -> None:
    body = {"command": "ls", "size": size}
    for _ in range(limit):
        assert api.call("POST", f"/apps/{app}/dynos", body).status == 201
    answer = api.call("POST", f"/apps/{app}/dynos", body)
    assert answer.error == (422, "cannot_run_above_limit")
    assert (answer.json["limit"], answer.json["size"]) == (limit, size)
    assert answer.json["message"] == f"Cannot run more than {limit} {size} size dynos."

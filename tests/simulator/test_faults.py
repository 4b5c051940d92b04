"""Each fault does what its line in faults.py says, to reads and to changes."""

from __future__ import annotations

import gzip
import json
import socket
import time
from http.client import HTTPConnection, IncompleteRead, RemoteDisconnected
from typing import TYPE_CHECKING

import pytest

from opsconsole.simulator import FaultError
from opsconsole.simulator.faults import MODES
from tests.simulator.api import SDK, Api

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator

PATH = "/apps/inscriptions"
WORKING = ["latency", "slow_drip", "truncated_json", "huge", "wrong_types", "warning"]
"""Modes whose request is answered and has its effect."""
REFUSING = {
    "html": 200,
    "redirect": 307,
    "429": 429,
    "500": 500,
    "503": 503,
    "401": 401,
    "two_factor": 403,
    "error": 409,
}
SILENT = ["lost", "blackhole"]
RESETTING = ["reset_before", "reset_after"]
QUICKLY = {"seconds": 0.01, "interval": 0.0001, "bytes": 200_000}


def switch_on(api: Api) -> int:
    return api.call("PATCH", PATH, {"maintenance": True}).status


def is_on(simulator: Simulator) -> bool:
    return simulator.world.app("inscriptions").maintenance


def test_every_mode_is_tried_here() -> None:
    assert {*WORKING, *REFUSING, *SILENT, *RESETTING} == MODES


@pytest.mark.parametrize("mode", WORKING)
def test_a_fault_on_the_way_back_leaves_the_change_made(simulator: Simulator, api: Api, mode: str) -> None:
    simulator.faults.add(mode, **QUICKLY)  # type: ignore[arg-type]
    assert switch_on(api) == 200
    assert is_on(simulator)
    assert simulator.requests[-1].fault == mode


@pytest.mark.parametrize("mode", list(REFUSING))
def test_a_refusal_leaves_everything_as_it_was(simulator: Simulator, api: Api, mode: str) -> None:
    simulator.faults.add(mode)
    assert switch_on(api) == REFUSING[mode]
    assert not is_on(simulator)


@pytest.mark.parametrize("mode", list(REFUSING))
def test_a_refusal_may_come_after_the_change_was_made(simulator: Simulator, api: Api, mode: str) -> None:
    simulator.faults.add(mode, done=True)
    assert switch_on(api) == REFUSING[mode]
    assert is_on(simulator)


@pytest.mark.parametrize(("mode", "made"), [("reset_before", False), ("reset_after", True)])
def test_the_connection_is_reset_before_or_after_the_change(
    simulator: Simulator, api: Api, mode: str, made: bool
) -> None:
    simulator.faults.add(mode)
    with pytest.raises(ConnectionResetError) as caught:
        switch_on(api)
    assert not isinstance(caught.value, RemoteDisconnected)
    assert is_on(simulator) is made


@pytest.mark.parametrize(("mode", "made"), [("blackhole", False), ("lost", True)])
def test_an_answer_never_comes(simulator: Simulator, api: Api, mode: str, made: bool) -> None:
    simulator.faults.add(mode)
    impatient = Api(simulator.base_url, api.token, timeout=0.3)
    with pytest.raises(TimeoutError):
        switch_on(impatient)
    assert is_on(simulator) is made
    assert simulator.requests[-1].status is None


def test_latency_holds_the_answer_back(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("latency", seconds=0.3)
    begun = time.monotonic()
    assert api.get(PATH).status == 200
    assert time.monotonic() - begun >= 0.3


def test_latency_makes_the_change_even_when_the_client_has_left(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("latency", seconds=0.3)
    with pytest.raises(TimeoutError):
        switch_on(Api(simulator.base_url, api.token, timeout=0.1))
    limit = time.monotonic() + 5
    while not is_on(simulator):
        assert time.monotonic() < limit
        time.sleep(0.01)


def test_a_slow_answer_drips(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("slow_drip", interval=0.01, chunk=50)
    with socket.create_connection(tuple_of(api.host), timeout=5) as connection:
        connection.sendall(_raw_get(api, PATH))
        pieces = list(iter(lambda: connection.recv(65536), b""))
    body = b"".join(pieces).partition(b"\r\n\r\n")[2]
    assert json.loads(body)["name"] == "inscriptions"
    assert len(pieces) > 5


def tuple_of(host: str) -> tuple[str, int]:
    name, _, port = host.partition(":")
    return name, int(port)


def _raw_get(api: Api, path: str) -> bytes:
    head = f"GET {path} HTTP/1.1\r\nHost: {api.host}\r\nAuthorization: Bearer {api.token}\r\n"
    return f"{head}Accept: {SDK}\r\nConnection: close\r\n\r\n".encode()


def test_a_slow_head_is_not_even_a_status_line_at_first(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("slow_drip", interval=0.02, head=True)
    with socket.create_connection(tuple_of(api.host), timeout=5) as connection:
        connection.sendall(_raw_get(api, PATH))
        assert len(connection.recv(65536)) < 12


def test_truncated_json_is_an_answer_of_the_length_announced(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("truncated_json")
    answer = api.get(PATH)
    assert int(answer.headers["content-length"]) == len(answer.content)
    with pytest.raises(ValueError, match="JSON|Unterminated|Expecting"):
        _ = answer.json


def test_truncated_json_may_break_off_the_connection(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("truncated_json", cut=True)
    with pytest.raises(IncompleteRead):
        api.get(PATH)


def test_html_comes_instead_of_json(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("html", status=503)
    answer = api.get(PATH)
    assert (answer.status, answer.headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert answer.content.startswith(b"<!DOCTYPE html>")


def test_a_huge_answer_announces_no_length_and_is_json(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("huge", bytes=1_000_000)
    answer = api.get(PATH)
    assert "content-length" not in answer.headers
    assert len(answer.content) > 900_000
    assert isinstance(answer.json, list)


def test_a_huge_answer_may_be_small_on_the_wire(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("huge", bytes=1_000_000, gzip=True)
    answer = api.get(PATH)
    assert len(answer.content) < 10_000
    assert len(gzip.decompress(answer.content)) == 1_000_004


def test_wrong_types_keep_the_keys_and_change_every_value(simulator: Simulator, api: Api) -> None:
    true = api.get(PATH).json
    simulator.faults.add("wrong_types", times=1)
    false = api.get(PATH).json
    assert false.keys() == true.keys()
    assert all(
        type(true[key]) is not type(false[key]) for key in true if not isinstance(true[key], dict | list)
    )


@pytest.mark.parametrize(
    ("shape", "kind"), [("list", list), ("object", dict), ("null", type(None)), ("string", str)]
)
def test_the_whole_answer_may_have_another_shape(
    simulator: Simulator, api: Api, shape: str, kind: type[object]
) -> None:
    simulator.faults.add("wrong_types", shape=shape)
    assert isinstance(api.get(PATH).json, kind)


def test_a_redirect_leads_to_a_place_that_records_who_comes(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("redirect", path="^/apps")
    location = api.get(PATH).headers["location"]
    host, _, path = location.removeprefix("http://").partition("/")
    assert host == api.host.replace("127.0.0.1", "localhost")
    Api(simulator.base_url, "jeton").get(f"/{path}", host=host)
    assert simulator.requests[-1].path == "/stolen"
    assert simulator.requests[-1].headers["authorization"] == "Bearer jeton"


def test_a_429_says_that_nothing_is_left_and_when_to_come_back(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("429", retry_after=7)
    answer = api.get(PATH)
    assert answer.error == (429, "rate_limit")
    assert (answer.headers["ratelimit-remaining"], answer.headers["retry-after"]) == ("0", "7")


def test_a_second_factor_is_asked_for_the_app_that_is_protected(simulator: Simulator, api: Api) -> None:
    app_id = simulator.world.app("inscriptions").id
    simulator.faults.add("two_factor")
    answer = api.get(PATH)
    assert answer.error == (403, "two_factor")
    assert answer.json["app"] == {"id": app_id, "name": "inscriptions"}
    assert "app" not in api.get("/account").json


def test_any_refusal_can_be_had(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("error", status=410, id="gone", message="This app is gone.")
    answer = api.get(PATH)
    assert (answer.error, answer.json["message"]) == ((410, "gone"), "This app is gone.")
    assert len(answer.headers["request-id"]) == 36


def test_a_warning_comes_with_the_true_answer(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("warning", text="This stack is deprecated.")
    answer = api.get(PATH)
    assert answer.headers["x-heroku-warning"] == "This stack is deprecated."
    assert answer.json["name"] == "inscriptions"


def test_a_conflict_once_then_the_answer(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("error", method="POST", path="/dynos$", times=1)
    statuses = [api.call("POST", f"{PATH}/dynos", {"command": "ls"}).status for _ in range(2)]
    assert statuses == [409, 201]
    assert simulator.faults.list() == []


def test_a_fault_takes_only_what_it_matches(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("500", method="PATCH", path="^/apps/[^/]+/formation$")
    assert api.get(f"{PATH}/formation").status == 200
    assert switch_on(api) == 200
    assert api.scale("inscriptions", {"type": "web", "quantity": 0}).status == 500


def test_a_fault_strikes_as_often_as_it_was_asked_to(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("503", times=2)
    assert [api.get(PATH).status for _ in range(3)] == [503, 503, 200]


def test_faults_can_be_taken_away(simulator: Simulator, api: Api) -> None:
    fault = simulator.faults.add("500")
    simulator.faults.add("503")
    assert simulator.faults.remove(fault.id)
    assert not simulator.faults.remove(fault.id)
    assert api.get(PATH).status == 503
    simulator.faults.clear()
    assert api.get(PATH).status == 200


@pytest.mark.parametrize(("mode", "path"), [("tempest", ""), ("500", "(")])
def test_a_fault_that_makes_no_sense_is_refused(simulator: Simulator, mode: str, path: str) -> None:
    with pytest.raises(FaultError):
        simulator.faults.add(mode, path=path)


def test_a_connection_goes_on_after_a_fault_that_was_answered(simulator: Simulator, api: Api) -> None:
    simulator.faults.add("500", times=1)
    connection = HTTPConnection(api.host, timeout=5)
    statuses = []
    for _ in range(2):
        connection.request("GET", PATH, headers={"accept": SDK, "authorization": f"Bearer {api.token}"})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
    connection.close()
    assert statuses == [500, 200]


@pytest.mark.parametrize(("mode", "params"), [("latency", {"seconds": 60}), ("slow_drip", {"interval": 60})])
def test_a_stop_does_not_wait_for_a_slow_answer(
    simulator: Simulator, api: Api, mode: str, params: dict[str, float]
) -> None:
    simulator.faults.add(mode, **params)  # type: ignore[arg-type]
    with socket.create_connection(tuple_of(api.host), timeout=5) as connection:
        connection.sendall(_raw_get(api, PATH))
        limit = time.monotonic() + 5
        while not simulator.requests:
            assert time.monotonic() < limit
            time.sleep(0.01)
        begun = time.monotonic()
        simulator.stop()
        assert time.monotonic() - begun < 30

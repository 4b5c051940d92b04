"""The simulator as a process: its one line, its state folder, its end; and many clients at once."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.simulator import Simulator, SnapshotError
from tests.simulator.api import SDK, Api

if TYPE_CHECKING:
    from collections.abc import Iterator

STARTS_WITHIN = 60


@contextmanager
def running(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [
        sys.executable,
        "-m",
        "opsconsole.simulator",
        "--port",
        "0",
        "--rendezvous-port",
        "0",
        "--state-dir",
        str(folder),
        *more,
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        watchdog = threading.Timer(STARTS_WITHIN, process.kill)
        watchdog.start()
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            watchdog.cancel()
            process.kill()


def test_it_prints_one_line_that_says_where_everything_is(tmp_path: Path) -> None:
    with running(tmp_path, "--rendezvous-port", "5098", "--speed", "20", "--execute") as (process, line):
        assert set(line) == {
            *("base_url", "token", "account", "apps"),
            *("ca_file", "rendezvous", "control_url"),
        }
        assert "BEGIN CERTIFICATE" in Path(str(line["ca_file"])).read_text(encoding="ascii")
        assert line["apps"][0] == "inscriptions"
        assert line["control_url"].startswith(f"{line['base_url']}/_control/")
        api = Api(line["base_url"], line["token"])
        assert api.get("/account").json["email"] == line["account"]
        assert (
            api.call("POST", "/apps/inscriptions/dynos", {"command": "bash", "attach": True})
            .json["attach_url"]
            .startswith("rendezvous://127.0.0.1:5098/")
        )
        process.terminate()
        assert process.communicate() == ("", "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_in_order_even_with_connections_open(tmp_path: Path, number: signal.Signals) -> None:
    with running(tmp_path) as (process, line):
        api = Api(line["base_url"], line["token"])
        host, _, port = api.host.partition(":")
        with socket.create_connection((host, int(port)), timeout=5):
            process.send_signal(number)
            assert process.wait(timeout=20) == 0


def test_it_listens_on_loopback_only(tmp_path: Path) -> None:
    with running(tmp_path) as (process, line):
        port = int(line["base_url"].rpartition(":")[2])
        with open(f"/proc/{process.pid}/net/tcp", encoding="ascii") as table:  # noqa: PTH123
            addresses = [row.split()[1] for row in table if row.split()[3] == "0A"]
    assert [each for each in addresses if each.endswith(f":{port:04X}")] == [f"0100007F:{port:04X}"]


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    with Simulator() as other:
        port = other.base_url.rpartition(":")[2]
        command = [sys.executable, "-m", "opsconsole.simulator", "--port", port, "--state-dir", str(tmp_path)]
        ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=STARTS_WITHIN)  # noqa: S603
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr.startswith("simulator: ")
    assert ended.stderr.count("\n") == 1


def test_a_kill_loses_nothing_that_was_answered(tmp_path: Path) -> None:
    with running(tmp_path) as (process, line):
        api = Api(line["base_url"], line["token"])
        api.scale("inscriptions", {"type": "web", "quantity": 1, "size": "standard-2x"})
        api.call("PATCH", "/apps/agenda-salles", {"maintenance": True})
        api.call("PATCH", "/apps/bibliotheque/config-vars", {"LANGUE": "fr"})
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=5)
    with running(tmp_path) as (_, again):
        assert (again["token"], again["apps"]) == (line["token"], line["apps"])
        assert again["control_url"].rpartition("/")[2] == line["control_url"].rpartition("/")[2]
        api = Api(again["base_url"], again["token"])
        assert api.formation("inscriptions") == {"web": (1, "Standard-2X"), "worker": (1, "Standard-1X")}
        assert api.get("/apps/agenda-salles").json["maintenance"] is True
        assert [release["current"] for release in api.get("/apps/bibliotheque/releases").json].count(
            True
        ) == 1
        assert api.get("/apps/bibliotheque/config-vars").json == {"LANGUE": "fr"}


def test_what_happened_behind_the_api_lasts_too(tmp_path: Path) -> None:
    with Simulator(state_dir=tmp_path) as simulator:
        api = Api(simulator.base_url, simulator.token)
        api.call(
            "POST",
            simulator.control_url.removeprefix(simulator.base_url) + "/apps/inscriptions",
            {"do": "idle"},
        )
    with Simulator(state_dir=tmp_path) as simulator:
        api = Api(simulator.base_url, simulator.token)
        assert set(api.dynos("inscriptions").values()) == {"idle"}


def test_two_state_folders_have_two_tokens_and_two_secrets(tmp_path: Path) -> None:
    with Simulator(state_dir=tmp_path / "a") as one, Simulator(state_dir=tmp_path / "b") as two:
        assert one.token != two.token
        assert one.control_url.rpartition("/")[2] != two.control_url.rpartition("/")[2]


def test_a_revoked_token_stays_revoked_and_the_next_start_has_another(tmp_path: Path) -> None:
    with Simulator(state_dir=tmp_path) as simulator:
        old = simulator.token
        path = simulator.control_url.removeprefix(simulator.base_url) + "/world"
        Api(simulator.base_url, old).call("POST", path, {"do": "revoke_token"})
    with Simulator(state_dir=tmp_path) as simulator:
        assert Api(simulator.base_url, old).get("/apps").status == 401
        assert Api(simulator.base_url, simulator.token).get("/apps").status == 200


def test_only_its_owner_reads_the_state_and_other_files_stay(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    (folder / "notes.txt").write_text("à garder", encoding="utf-8")
    before = os.umask(0)
    try:
        with Simulator(state_dir=folder):
            pass
    finally:
        os.umask(before)
    assert (folder / "simulator.json").stat().st_mode & 0o777 == 0o600
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "à garder"


@pytest.mark.parametrize("content", ["", "{", '{"format": 999}', "[]"])
def test_a_snapshot_that_cannot_be_read_is_said_and_kept(tmp_path: Path, content: str) -> None:
    (tmp_path / "simulator.json").write_text(content, encoding="utf-8")
    with pytest.raises(SnapshotError, match=r"simulator\.json"):
        Simulator(state_dir=tmp_path)
    assert (tmp_path / "simulator.json").read_text(encoding="utf-8") == content


def test_a_request_whose_body_breaks_off_has_no_effect(simulator: Simulator, api: Api) -> None:
    host, _, port = api.host.partition(":")
    head = f"PATCH /apps/inscriptions HTTP/1.1\r\nHost: {api.host}\r\nAccept: {SDK}\r\nContent-Length: 99\r\n"
    with socket.create_connection((host, int(port)), timeout=5) as connection:
        connection.sendall(f'{head}Authorization: Bearer {api.token}\r\n\r\n{{"maintenance": true}}'.encode())
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert simulator.requests == []
    assert simulator.world.app("inscriptions").maintenance is False


def test_a_simulator_that_never_started_can_be_stopped() -> None:
    Simulator().stop()


def test_a_connection_serves_many_requests(simulator: Simulator, api: Api) -> None:
    connection = HTTPConnection(api.host, timeout=5)
    ports = set()
    for _ in range(20):
        connection.request("GET", "/apps", headers={"accept": SDK, "authorization": f"Bearer {api.token}"})
        ports.add(connection.sock.getsockname())
        connection.getresponse().read()
    connection.close()
    assert (len(simulator.requests), len(ports)) == (20, 1)


def test_a_hundred_clients_are_served_at_once(simulator: Simulator, api: Api) -> None:
    """Every one of them has its answer while all the connections stay open."""
    headers = {"accept": SDK, "authorization": f"Bearer {api.token}"}
    connections = [HTTPConnection(api.host, timeout=10) for _ in range(100)]
    try:
        for _ in range(3):
            for connection in connections:
                connection.request("GET", "/apps/inscriptions/dynos", headers=headers)
            answers = [connection.getresponse() for connection in connections]
            assert {answer.status for answer in answers if answer.read()} == {200}
    finally:
        for connection in connections:
            connection.close()
    assert len(simulator.requests) == 300


def test_two_changes_at_once_both_count(simulator: Simulator, api: Api) -> None:
    """Relative quantities would be lost if the world were read and written without its lock."""
    simulator.world.configure({"latency": 0.05})
    threads = [
        threading.Thread(target=api.scale, args=("inscriptions", {"type": "web", "quantity": "+1"}))
        for _ in range(12)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert api.formation("inscriptions")["web"] == (14, "Standard-1X")

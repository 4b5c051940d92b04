"""Attached one-off dynos: the rendezvous byte by byte, a program at a real terminal, and the official command line."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import socket
import ssl
import subprocess
import time
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from opsconsole.simulator import Simulator
from tests.simulator.api import Api
from tests.simulator.heroku_cli import HerokuCli
from tests.simulator.test_one_offs import APP, lines, wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SIZE = {"TERM": "xterm", "COLUMNS": "100", "LINES": "30"}


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=200) as running:
        yield running


@pytest.fixture(scope="module")
def really() -> Iterator[Simulator]:
    """One that runs what it is told."""
    with Simulator(speed=200, execute=True) as running:
        yield running


def attach(api: Api, command: str, *, app: str = APP, **wishes: object) -> dict[str, Any]:
    body = {"command": command, "attach": True, "env": SIZE, **wishes}
    answer = api.call("POST", f"/apps/{app}/dynos", body)
    assert answer.status == 201, answer.content
    dyno: dict[str, Any] = answer.json
    return dyno


class Terminal:
    """A client of the rendezvous that hides nothing of what comes."""

    def __init__(self, simulator: Simulator, dyno: dict[str, Any], *, secret: str | None = None) -> None:
        place = urlsplit(dyno["attach_url"])
        context = ssl.create_default_context(cafile=str(simulator.ca_file))
        bare = socket.create_connection((place.hostname or "", place.port or 0), timeout=20)
        self.connection = context.wrap_socket(bare, server_hostname=place.hostname)
        self.connection.sendall(f"{secret or place.path.removeprefix('/')}\r\n".encode())
        self.seen = b""

    def __enter__(self) -> Terminal:
        return self

    def __exit__(self, *_error: object) -> None:
        self.connection.close()

    def record(self) -> bytes:
        return self.connection.recv(65_536)

    def type(self, data: bytes) -> None:
        self.connection.sendall(data)

    def until(self, text: bytes) -> bytes:
        """Read until something has come, and return all up to it."""
        while text not in self.seen:
            data = self.record()
            assert data, f"it ended before {text!r} came: {self.seen!r}"
            self.seen = self.seen[-1_000_000:] + data
        before, text, self.seen = self.seen.partition(text)
        return before + text

    def rest(self) -> bytes:
        while data := self.record():
            self.seen += data
        return self.seen


@pytest.fixture
def api(simulator: Simulator) -> Api:
    return Api(simulator.base_url, simulator.token)


# ── the protocol ──
def test_its_certificate_is_its_own_authoritys_and_for_its_own_name(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    place = urlsplit(dyno["attach_url"])
    assert (place.scheme, place.hostname) == ("rendezvous", "127.0.0.1")
    with (
        pytest.raises(ssl.SSLCertVerificationError),
        socket.create_connection(("127.0.0.1", place.port or 0)) as bare,
    ):
        ssl.create_default_context().wrap_socket(bare, server_hostname="127.0.0.1")
    with Terminal(simulator, dyno) as terminal:
        assert terminal.record() == b"rendezvous\r\n"


def test_the_greeting_is_a_record_of_its_own(simulator: Simulator, api: Api) -> None:
    for _ in range(5):
        with Terminal(simulator, attach(api, "echo bonjour")) as terminal:
            assert terminal.record() == b"rendezvous\r\n"
            assert terminal.rest() == b"bonjour\r\n"


def test_a_secret_opens_once_and_only_its_own_dyno(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    with Terminal(simulator, dyno, secret="0" * 64) as stranger:
        assert stranger.record() == b""
    with Terminal(simulator, dyno) as first:
        first.until(b"~ $ ")
        with Terminal(simulator, dyno) as second:
            assert second.record() == b""


def test_whoever_comes_too_late_finds_r13(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    wait_until(lambda: simulator.world.app(APP).one_offs == [])
    said = [line.partition(": ")[2] for line in lines(api, dyno["name"])]
    assert said[0] == "Awaiting client"
    assert "Error R13 (Attach error) -> Failed to attach to process" in said


def test_the_end_of_the_program_ends_the_connection_and_the_dyno(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    with Terminal(simulator, dyno) as terminal:
        terminal.until(b"~ $ ")
        terminal.type(b"exit 3\r")
        assert terminal.rest().endswith(b"exit 3\r\n")
    wait_until(lambda: simulator.world.app(APP).one_offs == [])
    said = [line.partition(": ")[2] for line in lines(api, dyno["name"])]
    assert said == [
        "Awaiting client",
        "Starting process with command `bash`",
        "State changed from starting to up",
        "Process exited with status 3",
        "State changed from up to complete",
    ]


def test_a_client_that_leaves_takes_its_program_along(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    with Terminal(simulator, dyno) as terminal:
        terminal.until(b"~ $ ")
    wait_until(lambda: simulator.world.app(APP).one_offs == [])
    said = [line.partition(": ")[2] for line in lines(api, dyno["name"])]
    assert "Client connection closed. Sending SIGHUP to all processes" in said
    assert "Process exited with status 129" in said


def test_it_can_be_stopped_over_the_api(simulator: Simulator, api: Api) -> None:
    dyno = attach(api, "bash")
    with Terminal(simulator, dyno) as terminal:
        terminal.until(b"~ $ ")
        assert api.call("POST", f"/apps/{APP}/dynos/{dyno['name']}/actions/stop").status == 202
        terminal.rest()
    wait_until(lambda: simulator.world.app(APP).one_offs == [])
    said = [line.partition(": ")[2] for line in lines(api, dyno["name"])]
    assert "Stopping all processes with SIGTERM" in said
    assert "Process exited with status 143" in said


def test_its_time_to_live_ends_it(simulator: Simulator, api: Api) -> None:
    with Terminal(simulator, attach(api, "bash", time_to_live=900)) as terminal:
        terminal.until(b"~ $ ")
        simulator.advance(901)
        terminal.rest()
    wait_until(lambda: simulator.world.app(APP).one_offs == [])


def test_an_hour_without_a_word_ends_it(simulator: Simulator, api: Api) -> None:
    with Terminal(simulator, attach(api, "bash")) as terminal:
        terminal.until(b"~ $ ")
        simulator.advance(3601)
        terminal.rest()
    wait_until(lambda: simulator.world.app(APP).one_offs == [])


def test_who_does_not_read_holds_the_program_back_and_can_interrupt_it(
    simulator: Simulator, api: Api
) -> None:
    with Terminal(simulator, attach(api, "bash")) as terminal:
        terminal.until(b"~ $ ")
        terminal.type(b"yes\r")
        seen = simulator.rendezvous.connections[-1]
        before = -1
        while seen.sent != before:
            before = seen.sent
            time.sleep(0.2)
        assert before < 20_000_000
        terminal.type(b"\x03")
        terminal.until(b"~ $ ")


def test_the_apps_of_a_private_space_are_attached_to_over_https(api: Api) -> None:
    assert attach(api, "bash", app="plateforme-notes")["attach_url"].startswith("https://")


# ── what goes wrong on request ──
@pytest.mark.parametrize("mode", ["blackhole", "plaintext", "certificate", "untrusted"])
def test_before_the_handshake_it_can_be_nobody_to_trust(simulator: Simulator, api: Api, mode: str) -> None:
    simulator.rendezvous.misbehave(mode)
    place = urlsplit(attach(api, "bash")["attach_url"])
    context = ssl.create_default_context(cafile=str(simulator.ca_file))
    bare = socket.create_connection(("127.0.0.1", place.port or 0), timeout=0.5)
    with bare, pytest.raises((ssl.SSLError, TimeoutError)):
        context.wrap_socket(bare, server_hostname="127.0.0.1")
    assert [each.secret for each in simulator.rendezvous.connections] == [""]


def test_its_port_can_be_closed(simulator: Simulator, api: Api) -> None:
    simulator.rendezvous.misbehave("refused")
    place = urlsplit(attach(api, "bash")["attach_url"])
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", place.port or 0))


def test_it_can_stay_silent_after_the_secret(simulator: Simulator, api: Api) -> None:
    simulator.rendezvous.misbehave("silent")
    with Terminal(simulator, attach(api, "bash")) as terminal:
        terminal.connection.settimeout(0.3)
        with pytest.raises(TimeoutError):
            terminal.record()


@pytest.mark.parametrize("mode", ["cut", "close"])
def test_it_can_break_off_in_the_middle(simulator: Simulator, api: Api, mode: str) -> None:
    simulator.rendezvous.misbehave(mode, after=1000)
    with Terminal(simulator, attach(api, "flood 1")) as terminal:
        if mode == "close":
            assert len(terminal.rest()) == 1000 + len("rendezvous\r\n")
            return
        # Below TLS, which calls a reset an unexpected end
        with socket.socket(fileno=terminal.connection.detach()) as below:
            below.settimeout(10)
            with pytest.raises(ConnectionResetError):
                read_to_the_end(below)


def read_to_the_end(connection: socket.socket) -> None:
    while connection.recv(65_536):
        pass


# ── really run ──
def test_a_shell_stands_in_the_files_of_the_sample(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    with Terminal(really, attach(api, "bash")) as terminal:
        terminal.until(b"$ ")
        terminal.type(b"ls\r")
        assert b"manage.py" in terminal.until(b"requirements.txt")
        terminal.type(b"stty size; tty; echo $TERM\r")
        assert b"/dev/pts/" in terminal.until(b"xterm\r\n")
        terminal.type(b"\x04")
        terminal.rest()


def test_python_answers_and_its_interruption_is_its_own(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    with Terminal(really, attach(api, "python manage.py shell")) as terminal:
        terminal.until(b">>> ")
        terminal.type(b"2 + 2\r")
        terminal.until(b"4\r\n>>> ")
        terminal.type(b"import time; print('en route'); time.sleep(100)\r")
        terminal.until(b"\nen route\r\n")
        terminal.type(b"\x03")
        terminal.until(b"KeyboardInterrupt")
        terminal.type(b"exit()\r")
        terminal.rest()
    wait_until(lambda: really.world.app(APP).one_offs == [])


def test_a_file_written_in_one_is_gone_in_the_next(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    for typed, expected in ((b"touch mine; ls *ine\r", b"mine\r\n"), (b"ls *ine\r", b"No such file")):
        with Terminal(really, attach(api, "bash")) as terminal:
            terminal.until(b"$ ")
            terminal.type(typed)
            terminal.until(expected)


def test_without_a_terminal_nothing_is_echoed_and_the_end_of_input_is_understood(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    with Terminal(really, attach(api, "cat; echo fin", force_no_tty=True)) as terminal:
        terminal.record()
        terminal.type(b"bonjour\n\x04")
        assert terminal.rest() == b"bonjour\nfin\n"


def test_its_jobs_die_with_it(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    with Terminal(really, attach(api, "bash")) as terminal:
        terminal.until(b"$ ")
        terminal.type(b"sleep 7531 & nohup sleep 7532 >/dev/null 2>&1 &\r")
        terminal.until(b"[2]")
    wait_until(lambda: really.world.app(APP).one_offs == [])
    wait_until(lambda: "sleep 753" not in running())


def running() -> str:
    return subprocess.run(["/bin/ps", "axo", "args"], capture_output=True, text=True, check=True).stdout


def test_fifty_megabytes_pass_whole(really: Simulator) -> None:
    api = Api(really.base_url, really.token)
    command = "head -c 50000000 /dev/zero | tr '\\0' x"
    with Terminal(really, attach(api, command, force_no_tty=True)) as terminal:
        terminal.record()
        size = 0
        while data := terminal.record():
            size += len(data)
    assert size == 50_000_000


# ── the official command line ──
@pytest.fixture
def heroku(tmp_path: Path) -> Iterator[tuple[HerokuCli, Simulator]]:
    with Simulator(speed=20, execute=True) as running:
        yield (
            HerokuCli(running.base_url, running.token, home=tmp_path, ca_file=running.ca_file),
            running,
        )


@pytest.mark.cli
def test_run_prints_what_the_command_prints_and_its_status_when_asked(
    heroku: tuple[HerokuCli, Simulator],
) -> None:
    cli, _simulator = heroku
    assert cli.run("run --no-tty -- echo bonjour", typed="").out == "bonjour"
    printed = cli.run("run --exit-code -- sh -c 'exit 3'", typed="")
    assert printed.code == 3, printed
    assert cli.run("run --exit-code -- true", typed="").code == 0


@pytest.mark.cli
def test_run_python_shell_answers(heroku: tuple[HerokuCli, Simulator]) -> None:
    cli, simulator = heroku
    printed = cli.run("run --no-tty -- python manage.py shell", typed="print(2 + 2)\n")
    assert printed.code == 0, printed
    assert printed.out.splitlines()[-1] == "4"
    wait_until(lambda: simulator.world.app(APP).one_offs == [])


@pytest.mark.cli
def test_run_bash_is_a_terminal_and_a_killed_client_leaves_no_dyno(
    heroku: tuple[HerokuCli, Simulator],
) -> None:
    cli, simulator = heroku
    pid, terminal = pty.fork()
    if pid == 0:
        command = cli.command("run -- bash")
        os.execve(command[0], command, dict(cli.environment))  # noqa: S606 -- words of this test suite
    try:
        seen = _read(terminal, rb"\$ ")
        os.write(terminal, b"ls; stty size\r")
        seen = _read(terminal, rb"\d+ \d+\r")
        assert b"manage.py" in seen
        assert len(simulator.world.app(APP).one_offs) == 1
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)
    wait_until(lambda: simulator.world.app(APP).one_offs == [])


def _read(terminal: int, pattern: bytes) -> bytes:
    seen, until = b"", time.monotonic() + 30
    while not re.search(pattern, seen):
        assert time.monotonic() < until, seen
        readable, _, _ = select.select([terminal], [], [], 1)
        if readable:
            seen += os.read(terminal, 65_536)
    return seen

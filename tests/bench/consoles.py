"""Consoles: to the prompt, output to the browser's socket, a key's echo, memory; beside `heroku run` and beside terminado."""

import asyncio
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from opsconsole import heroku
from tests.bench.figures import Figure
from tests.bench.measures import MeasureError, measure, weigh
from tests.demo.house import House, wait_until
from tests.demo.launched import free_port
from tests.demo.visitor import CSRF_FIELD, Visitor
from tests.simulator.heroku_cli import HerokuCli

CONSOLES = "/apps/inscriptions/consoles/"
FLOOD = 50_000_000
PRINT_MUCH = f"head -c {FLOOD} /dev/zero | tr '\\0' x; echo; echo the''end\r"
PROMPT, END = re.compile(r"[$#] $"), re.compile("theend")
KEYS = 300
BETWEEN_KEYS = 0.01  # seconds; more than two hundred a second are no hand's, and are refused
ADDED_BOUND = 2.0  # milliseconds, p95, that the console adds to a key's way
MEMORY_BOUND = 2.0  # megabytes for a session
PATIENCE = 60.0


class Console:
    """A console in a browser that has no screen: its socket, its acknowledgements."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        values = {"key": str(uuid.uuid4()), "kind": "shell", "purpose": "mesure", "minutes": "15"}
        answer = visitor.submit(f"{CONSOLES}new/", {**values, "screen": "80x24", "size": ""})
        self.path = str(answer.headers.get("Location", ""))
        if not re.search(r"/consoles/[0-9a-f-]{36}/$", self.path):
            raise MeasureError(f"no console was opened: {answer.status}")
        token = CSRF_FIELD.search(visitor.get(self.path).text)
        self._fields = {"csrfmiddlewaretoken": token[1] if token else ""}
        ticket = json.loads(visitor.post(f"{self.path}ticket/", self._fields).text)["ticket"]
        host = f"127.0.0.1:{visitor.port}"
        self.socket = connect(
            f"ws://{host}/ws/console/{self.path.split('/')[-2]}/?ticket={ticket}",
            origin=Origin(f"http://{host}"),
            additional_headers={"Cookie": "; ".join(f"{k}={v}" for k, v in visitor.cookies.items())},
            max_size=None,
            compression=None,
        )
        self._shown = self._told = 0

    def type(self, text: str) -> None:
        self.socket.send(json.dumps({"kind": "keys", "text": text}))

    def read(self) -> str:
        """What the program printed next, told to be shown."""
        while True:
            message = json.loads(self.socket.recv(PATIENCE))
            if message["kind"] == "out":
                self._shown = message["n"]
                if self._shown - self._told >= 100_000:
                    self._told = self._shown
                    self.socket.send(json.dumps({"kind": "ack", "n": self._shown}))
                return str(message["text"])

    def close(self) -> None:
        self.socket.close()
        self._visitor.post(f"{self.path}end/", self._fields)
        visitor = self._visitor
        wait_until(
            lambda: "Consoles ouvertes" not in visitor.get(CONSOLES).text or self._is_gone(), seconds=30
        )

    def _is_gone(self) -> bool:
        """Whether what is still listed as open is another one."""
        opened = self._visitor.get(CONSOLES).text.partition("Consoles ouvertes")[2].partition('id="kinds"')[0]
        return self.path not in opened


@contextmanager
def opened(visitor: Visitor) -> Iterator[Console]:
    console = Console(visitor)
    try:
        yield console
    finally:
        console.close()


def until(read: Callable[[], str], pattern: re.Pattern[str]) -> int:
    """Read until something has come; return how many characters that were."""
    last, size = "", 0
    while not pattern.search(last):
        text = read()
        size += len(text)
        last = (last + text)[-200:]
    return size


def measure_consoles(house: House) -> list[Figure]:
    visitor = house.sign_in("admin")
    try:
        return [
            Figure("du clic à l’invite du terminal", [_to_the_prompt(visitor) for _ in range(3)], "ms"),
            Figure("50 Mo jusqu’au navigateur", [_flood(visitor)], "Mo/s"),
            *_keys(house, visitor),
            _memory(house, visitor),
        ]
    finally:
        visitor.close()


def _to_the_prompt(visitor: Visitor) -> float:
    consoles: list[Console] = []

    def reach() -> None:
        consoles.append(Console(visitor))
        until(consoles[0].read, PROMPT)

    spent = measure(reach)
    consoles[0].close()
    return spent


def _flood(visitor: Visitor) -> float:
    with opened(visitor) as console:
        until(console.read, PROMPT)
        console.type(PRINT_MUCH)
        return _speed(console.read)


def _speed(read: Callable[[], str]) -> float:
    """Megabytes a second, from the first to the last of them."""
    read()
    began = time.perf_counter()
    size = until(read, END)
    return size / 1e6 / (time.perf_counter() - began)


def _keys(house: House, visitor: Visitor) -> list[Figure]:
    """What the console adds to the way of a key: through it, and without it on the same rendezvous."""
    with opened(visitor) as console:
        until(console.read, PROMPT)
        through = [_echo(console.type, console.read) for _ in range(KEYS)]
    without = asyncio.run(_bare_echoes(house))
    added = _p95(through) - _p95(without)
    return [
        Figure("d’une touche à son écho, par la console", through, "ms"),
        Figure("  sans elle, au même rendez-vous", without, "ms"),
        Figure("  ce qu’elle ajoute (p95)", [max(0.0, added)], "ms", ADDED_BOUND),
    ]


def _p95(values: list[float]) -> float:
    return Figure("", values, "").judged


def _echo(send: Callable[[str], None], read: Callable[[], str]) -> float:
    time.sleep(BETWEEN_KEYS)
    began = time.perf_counter()
    send("x")
    while "x" not in read():
        pass
    return (time.perf_counter() - began) * 1000


async def _bare_echoes(house: House) -> list[float]:
    client = heroku.Client(house.told.token, base_url=house.told.base_url)
    dyno = client.dynos.create("inscriptions", command="bash", attach=True, env={"TERM": "xterm"}).value
    hosts = heroku.RendezvousHosts(allow_loopback=True, ca_file=house.told.ca_file)
    spent = []
    async with await heroku.open_rendezvous(hosts.check(dyno.attach_url or "")) as terminal:
        while not (await terminal.read()).rstrip().endswith(b"$"):
            pass
        for _ in range(KEYS):
            await asyncio.sleep(BETWEEN_KEYS)
            began = time.perf_counter()
            await terminal.write(b"x")
            while b"x" not in await terminal.read():
                pass
            spent.append((time.perf_counter() - began) * 1000)
    return spent


def _memory(house: House, visitor: Visitor) -> Figure:
    with opened(visitor) as first:
        until(first.read, PROMPT)
        before, _threads = weigh(house)
        with opened(visitor) as second:
            until(second.read, PROMPT)
            second.type("seq 1 200000\r")
            until(second.read, re.compile(r"200000\s+\S*\$ $"))
            after, _threads = weigh(house)
    return Figure("  mémoire d’une session de plus", [max(0.0, after - before)], "Mo", MEMORY_BOUND)


# ── the official command line ──
def measure_cli_consoles(house: House, home: Path) -> list[Figure]:
    cli = HerokuCli(house.told.base_url, house.told.token, home=home, ca_file=Path(house.told.ca_file))
    prompts: list[float] = []
    speeds: list[float] = []
    for _ in range(3):
        with _in_terminal(cli.command("run -- bash"), dict(cli.environment)) as terminal:
            prompts.append(_prompt_of(terminal.read))
            if not speeds:
                terminal.type(PRINT_MUCH)
                speeds.append(_speed(terminal.read))
            terminal.type("exit\r")
    return [
        Figure("heroku run bash, jusqu’à l’invite", prompts, "ms"),
        Figure("  heroku run : 50 Mo", speeds, "Mo/s"),
    ]


def _prompt_of(read: Callable[[], str]) -> float:
    return measure(lambda: until(read, PROMPT))


class _Terminal:
    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def type(self, text: str) -> None:
        os.write(self._descriptor, text.encode())

    def read(self) -> str:
        readable, _, _ = select.select([self._descriptor], [], [], PATIENCE)
        if not readable:
            raise MeasureError("nothing came")
        return os.read(self._descriptor, 65_536).decode("utf-8", "replace")


@contextmanager
def _in_terminal(command: list[str], environment: dict[str, str]) -> Iterator[_Terminal]:
    pid, descriptor = pty.fork()
    if pid == 0:
        os.execve(command[0], command, environment)  # noqa: S606 -- words of our own
    try:
        yield _Terminal(descriptor)
    finally:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(descriptor)


# ── terminado ──
def measure_terminado() -> list[Figure]:
    """A terminal of this machine, with no Heroku between: what a browser's terminal can be at its best."""
    port = free_port()
    command = [sys.executable, "-m", "tests.bench.terminal_server", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:  # noqa: S603 -- our own
        try:
            assert server.stdout is not None
            server.stdout.readline()
            with connect(f"ws://127.0.0.1:{port}/terminal", max_size=None, compression=None) as socket:
                return _terminado(socket)
        finally:
            server.kill()


def _terminado(socket: ClientConnection) -> list[Figure]:
    def read() -> str:
        while True:
            kind, *more = json.loads(socket.recv(PATIENCE))
            if kind == "stdout":
                return str(more[0])

    def send(text: str) -> None:
        socket.send(json.dumps(["stdin", text]))

    until(read, PROMPT)
    echoes = [_echo(send, read) for _ in range(KEYS)]
    send("\x15")
    send(PRINT_MUCH)
    return [
        Figure("terminado : d’une touche à son écho", echoes, "ms"),
        Figure("  terminado : 50 Mo", [_speed(read)], "Mo/s"),
    ]


def compare(figures: list[Figure]) -> str:
    """Say how the console stands beside the others, by what was measured."""
    found: dict[str, Any] = {figure.name.strip(): figure for figure in figures}
    ours, cli = found.get("50 Mo jusqu’au navigateur"), found.get("heroku run : 50 Mo")
    if ours is None or cli is None:
        return ""
    return f"\n50 Mo : {ours.median / cli.median:.2f} fois le débit de « heroku run »."

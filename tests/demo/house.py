"""The demo's two servers in a place and on ports of their own, one at a time: for measurements, and for kill -9."""

import json
import os
import signal
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from opsconsole.demo.child import Child, stop
from opsconsole.demo.place import Place
from opsconsole.demo.servers import (
    prepare_database,
    read_description,
    start_console,
    start_simulator,
    wait_until_ready,
)
from opsconsole.demo.surroundings import surround_console
from tests.demo.launched import PASSWORD
from tests.demo.visitor import Visitor
from tests.ports import keep_port, number_of


class House:
    """`with House(folder) as house:` has both running, the people and the apps in the database."""

    def __init__(self, folder: Path, *, speed: float) -> None:
        self.place = Place(folder)
        self._kept_ports = [keep_port(), keep_port()]
        self.port, rendezvous_port = map(number_of, self._kept_ports)
        self._simulator = start_simulator(
            os.environ, place=self.place, port=0, rendezvous_port=rendezvous_port, speed=speed
        )
        self._console: Child | None = None

    def __enter__(self) -> Self:
        try:
            self.told = read_description(self._simulator)
            self._environment = surround_console(os.environ, place=self.place, port=self.port, told=self.told)
            prepare_database(self._environment, password=PASSWORD)
            self.start()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        stop([child for child in (self._console, self._simulator) if child])
        for kept in self._kept_ports:
            kept.close()

    @property
    def console(self) -> Child:
        assert self._console is not None
        return self._console

    @property
    def pids(self) -> list[int]:
        """The console's processes, its master first."""
        master = self.console.process.pid
        children = Path(f"/proc/{master}/task/{master}/children").read_text(encoding="ascii")
        return [master, *map(int, children.split())]

    def start(self) -> None:
        self._console = start_console(self._environment, place=self.place)
        wait_until_ready(self._console, port=self.port)

    def restart(self) -> None:
        stop([self.console])
        self.start()

    def kill(self) -> None:
        """As a power cut does: nothing of the console runs any more when this returns."""
        os.killpg(self.console.process.pid, signal.SIGKILL)
        self.console.wait(until=time.monotonic() + 10)

    def sign_in(self, username: str = "operateur") -> Visitor:
        visitor = Visitor(self.port)
        visitor.sign_in(username, PASSWORD)
        return visitor

    def control(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Speak to the simulator's control endpoint."""
        parts = urlsplit(self.told.control_url)
        connection = HTTPConnection(parts.netloc, timeout=10)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, f"{parts.path}{path}", text)
            answer = connection.getresponse()
            read = answer.read()
            assert answer.status == 200, read
            return json.loads(read)
        finally:
            connection.close()

    def formation(self, app: str) -> dict[str, int]:
        """The quantities that Heroku has, read from the file in which the simulator keeps its world."""
        path = self.place.simulator_folder / "simulator.json"
        world = json.loads(path.read_text(encoding="utf-8"))["world"]
        found = next(each for each in world["apps"] if each["name"] == app)
        return {each["type"]: each["quantity"] for each in found["process_types"]}

    def count_requests(self) -> int:
        """How many calls the simulator has had so far."""
        return int(self.control("GET", "/")["count"])


def wait_until(condition: Callable[[], bool], *, seconds: float, every: float = 0.05) -> float:
    """Seconds until it held."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError
        time.sleep(every)
    return time.monotonic() - began

"""Runs the sample application under the console's own server settings, and speaks to it over loopback."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 25.0  # seconds; whatever holds a thread of the server up holds it for thirty and more


class ServerGoneError(Exception):
    """Nobody listens where the server did: its own last words say why."""

    def __init__(self, server: Server) -> None:
        code = server.process.poll()
        super().__init__(f"process {server.process.pid} ended with {code}: {server.log.read_text()[-3000:]}")


class Server:
    """The listening socket is made here and handed over: no race for a port, no waiting for readiness."""

    def __init__(self, log: Path, *, send_buffer: int | None = None, **settings: str) -> None:
        """`send_buffer`: what the kernel holds for a reader; left alone, it takes megabytes that hide our bounds."""
        listener = socket.create_server(("127.0.0.1", 0))
        if send_buffer is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, send_buffer)
        self.port: int = listener.getsockname()[1]
        self.log = log
        environment = {
            "PATH": os.environ["PATH"],
            "OPSCONSOLE_BIND": f"fd://{listener.fileno()}",
            **settings,
        }
        with log.open("wb") as output:
            self.process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "-c",
                    "gunicorn.conf.py",
                    "tests.edge.sample_app:application",
                ],
                cwd=ROOT,
                env=environment,
                pass_fds=(listener.fileno(),),
                stdout=output,
                stderr=output,
            )
        listener.close()

    def connect(self, timeout: float = PATIENCE) -> socket.socket:
        try:
            return socket.create_connection(("127.0.0.1", self.port), timeout=timeout)
        except ConnectionError as error:
            raise ServerGoneError(self) from error

    def send(self, raw: bytes) -> socket.socket:
        connection = self.connect()
        connection.sendall(raw)
        return connection

    def ask(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        chunked: bool = False,
    ) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.sock = self.connect()
            connection.request(method, path, body=body, headers=dict(headers or {}), encode_chunked=chunked)
            response = connection.getresponse()
            return response, response.read()

    def control(self, verb: str) -> dict[str, Any]:
        status: dict[str, Any] = json.loads(self.ask("GET", f"/control/{verb}")[1])
        return status

    @contextlib.contextmanager
    def keep_control(self) -> Iterator[Callable[[str], dict[str, Any]]]:
        """`control` over one connection that stays open."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.sock = self.connect()

        def control(verb: str) -> dict[str, Any]:
            connection.request("GET", f"/control/{verb}")
            status: dict[str, Any] = json.loads(connection.getresponse().read())
            return status

        with contextlib.closing(connection):
            yield control

    def stop(self) -> float:
        """Seconds from SIGTERM until the process is gone."""
        began = time.monotonic()
        self.process.terminate()
        self.process.wait(30)
        return time.monotonic() - began

    def interrupt(self) -> None:
        """Ask for an immediate end, as Ctrl-C does."""
        self.process.send_signal(signal.SIGINT)

    def wait(self) -> None:
        try:
            self.process.wait(45)
        finally:
            self.process.kill()


class Stream:
    """An open event stream, read event by event."""

    def __init__(
        self, server: Server, query: str, *, person: str = "anne", headers: Mapping[str, str] | None = None
    ) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
        self._connection.sock = server.connect()
        self._connection.request("GET", f"/stream/?{query}", headers={"X-Person": person, **(headers or {})})
        self.response = self._connection.getresponse()

    def __enter__(self) -> Stream:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self.response.close()
        self._connection.close()

    def read_block(self) -> dict[str, str]:
        """The fields up to the next empty line; a comment under an empty name. Empty at the end."""
        fields: dict[str, str] = {}
        while line := self.response.readline().rstrip(b"\n"):
            name, _colon, value = line.decode().partition(":")
            fields[name] = value.removeprefix(" ")
        return fields

    def read_event(self) -> dict[str, str]:
        """The next block that carries data."""
        while "data" not in (block := self.read_block()):
            if not block:
                raise EOFError
        return block


def wait_until(condition: Callable[[], bool], *, seconds: float = 45) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(0.02)

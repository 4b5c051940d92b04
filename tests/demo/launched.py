"""A demo started as `make demo` starts it, on ports of its own, and what it printed."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.ports import keep_port, number_of

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN = 120.0
STOPS_WITHIN = 45.0
PASSWORD = "quatre-vents-salle-12"


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


class Launched:
    """`python -m opsconsole.demo`; `output` is everything it printed so far."""

    def __init__(self, folder: Path, **environ: str) -> None:
        self._kept_ports = [keep_port(), keep_port(), keep_port()]
        self.port, self.simulator_port, rendezvous_port = map(number_of, self._kept_ports)
        self.folder = folder
        listed = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR") if name in os.environ}
        chosen = {
            "PORT": str(self.port),
            "SIMULATOR_PORT": str(self.simulator_port),
            "RENDEZVOUS_PORT": str(rendezvous_port),
        }
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-m", "opsconsole.demo"],
            cwd=ROOT,
            env={**listed, **chosen, "DEMO_DIR": str(folder), "DEMO_PASSWORD": PASSWORD, **environ},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._lines: list[str] = []
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def output(self) -> str:
        return "".join(self._lines)

    @property
    def children(self) -> dict[str, int]:
        """The processes it started, by what they run."""
        text = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        found = {}
        for pid in map(int, text.split()):
            line = Path(f"/proc/{pid}/cmdline").read_text()
            found["simulator" if "opsconsole.simulator" in line else "console"] = pid
        return found

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + STARTS_WITHIN
        while "Console : http" not in self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, self.output
            time.sleep(0.02)

    def stop(self, number: signal.Signals = signal.SIGTERM) -> float:
        """Seconds until it ended."""
        began = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.wait() - began

    def wait(self) -> float:
        try:
            self.process.wait(STOPS_WITHIN)
        finally:
            self.process.kill()
            self.process.wait()
        self._reader.join(STOPS_WITHIN)
        assert self.process.stdout is not None
        self.process.stdout.close()
        for kept in self._kept_ports:
            kept.close()
        return time.monotonic()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.append(line)


@contextmanager
def launch(folder: Path, **environ: str) -> Iterator[Launched]:
    launched = Launched(folder, **environ)
    try:
        launched.wait_until_ready()
        yield launched
    finally:
        if launched.process.poll() is None:
            launched.stop()

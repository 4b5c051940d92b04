"""The whole console as production runs it: gunicorn with its settings file, a database of its own, an embedded Heroku."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from opsconsole.simulator import Simulator
from tests.ports import keep_port, number_of

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "opsconsole" / "ops" / "ui" / "static" / "build"
PASSWORD = "quatre-vents-salle-12"
PEOPLE = {
    "claire": ("Claire Morel", "operator"),
    "hugo": ("Hugo Petit", "operator"),
    "ines": ("Inès Haddad", "administrator"),
    "lea": ("Léa Roux", "reader"),
    "paul": ("Paul Roche", "administrator"),
}
PREPARE = f"""
from django.core.management import call_command
from opsconsole.ops.access.models import User
call_command("migrate", verbosity=0)
call_command("collectstatic", interactive=False, verbosity=0)
for username, (name, profile) in {PEOPLE!r}.items():
    person = User(username=username, name=name, profile=profile)
    person.set_password({PASSWORD!r})
    person.save()
"""
START_SECONDS = 60
STOP_SECONDS = 30


class NotBuiltError(AssertionError):
    """The front end was not built: `make` does it before the tests."""


def environment(database: Path, **more: str) -> dict[str, str]:
    """What the console may know of this machine, and nothing else that happens to be exported here."""
    return {
        "PATH": os.environ["PATH"],
        "OPSCONSOLE_MODE": "demo",
        "DATABASE_URL": f"sqlite:///{database}",
        "CONSOLE_NAME": "École des Quatre-Vents",
        "CONSOLE_APP_NAME": "console-de-l-ecole",
        **more,
    }


def prepare(folder: Path) -> Path:
    """Collect the static files, and return a database with its tables and its people, to be copied."""
    if not (BUILD / "console.js").exists():
        raise NotBuiltError("the front end is not built: npm ci && npm run build")
    database = folder / "prepared.sqlite3"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", PREPARE]
    subprocess.run(command, cwd=ROOT, env=environment(database), check=True)  # noqa: S603
    return database


class Console:
    """`url` stays the same when it is restarted."""

    def __init__(self, simulator: Simulator, *, database: Path, log: Path) -> None:
        self.simulator = simulator
        self._database = database
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None
        self._kept_port = keep_port()  # while the console is away, too
        self._port = number_of(self._kept_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", self._port))
        heroku = {
            "HEROKU_API_KEY": self.simulator.token,
            "PLATFORM_API_URL": self.simulator.base_url,
            "RENDEZVOUS_CA_FILE": str(self.simulator.ca_file),
            "RENDEZVOUS_ADDRESS": f"127.0.0.1:{self.simulator.rendezvous.port}",
        }
        with listener, self._log.open("ab") as output:
            self._process = subprocess.Popen(  # noqa: S603
                [
                    sys.executable,
                    "-m",
                    "gunicorn",
                    "--config",
                    "gunicorn.conf.py",
                    "opsconsole.asgi:application",
                ],
                cwd=ROOT,
                env=environment(self._database, OPSCONSOLE_BIND=f"fd://{listener.fileno()}", **heroku),
                pass_fds=(listener.fileno(),),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        # The listener was handed over: the first request waits in it until the console answers.
        connection = HTTPConnection("127.0.0.1", self._port, timeout=START_SECONDS)
        connection.request("GET", "/health")
        assert connection.getresponse().status == 200, self._log.read_text()
        connection.close()

    def stop(self) -> None:
        """As a deploy does it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """Master and worker at once: the end of a test is worth no good-bye."""
        assert self._process is not None
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._kept_port.close()

    def trouble(self) -> list[str]:
        """What the console said on its own log that nobody should ever read."""
        lines = self._log.read_text().splitlines()
        return [line for line in lines if line.startswith(("ERROR", "CRITICAL", "Traceback"))]


@contextmanager
def serve(
    prepared: Path,
    folder: Path,
    *,
    speed: float,
    arrange: Callable[[Simulator], None],
    execute: bool = False,
) -> Iterator[Console]:
    """Serve a console whose Heroku was arranged before it was first looked at."""
    database = folder / "console.sqlite3"
    shutil.copy(prepared, database)
    with Simulator(speed=speed, execute=execute) as simulator:
        arrange(simulator)
        console = Console(simulator, database=database, log=folder / "console.log")
        console.start()
        try:
            yield console
        finally:
            console.kill()
    assert console.trouble() == []


def wait_until(condition: Callable[[], object], *, seconds: float = 45.0) -> None:
    """Wait for something that no page shows by itself."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)

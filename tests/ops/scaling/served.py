"""A console in processes of its own, as production runs it, that may be killed at any moment and started again."""

import http.client
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

import pytest

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until

ROOT = Path(__file__).resolve().parents[3]
LONG_AGO = "2001-01-01 00:00:00"
RECONCILED = 60.0  # seconds after a restart
CALL_SECONDS = 20.0  # longer than any test takes to kill it meanwhile
CHANGES = "action NOT IN ('sign_in', 'sign_out')"
PASSWORD = "quatre-vents-salle-12"
MAKE_CLAIRE = f"""
from opsconsole.ops.access.models import User
for name, profile in (("Claire Morel", "manager"), ("Inès Haddad", "administrator")):
    person = User(username=name.split()[0].lower().replace("è", "e"), name=name, profile=profile)
    person.set_password({PASSWORD!r})
    person.save()
"""


def environment(
    database: Path, simulator: Simulator | None, *, call_seconds: float = CALL_SECONDS
) -> dict[str, str]:
    """Listed variables only: nothing that happens to be exported here reaches the console."""
    return {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "tests.ops.scaling.served_settings",
        "OPSCONSOLE_TEST_DATABASE_URL": f"sqlite:///{database}",
        "SERVED_CALL_SECONDS": str(call_seconds),
        "SERVED_HEROKU_API_KEY": simulator.token if simulator else "",
        "SERVED_PLATFORM_API_URL": simulator.base_url if simulator else "https://api.heroku.com",
        "SERVED_CA_FILE": str(simulator.ca_file) if simulator else "",
    }


def prepare(folder: Path) -> Path:
    """Return a database with its tables and Claire in it, to be copied."""
    database = folder / "prepared.sqlite3"
    for command in (["migrate"], ["shell", "-c", MAKE_CLAIRE]):
        subprocess.run(  # noqa: S603
            [sys.executable, "manage.py", *command, "-v0"],
            cwd=ROOT,
            env=environment(database, None),
            check=True,
        )
    return database


class Console:
    """gunicorn with its settings file; its processes are one group, so that all of them die at once.

    `call_seconds`: how long it waits for the answer to a change.
    """

    def __init__(self, database: Path, *, simulator: Simulator, call_seconds: float = CALL_SECONDS) -> None:
        self._call_seconds = call_seconds
        self._database = database
        self._simulator = simulator
        self._log = database.with_suffix(".log")
        self.port = 0
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        self.port = listener.getsockname()[1]
        with self._log.open("ab") as output, closing(listener):
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "opsconsole.asgi:application"],
                cwd=ROOT,
                env={
                    **environment(self._database, self._simulator, call_seconds=self._call_seconds),
                    "OPSCONSOLE_BIND": f"fd://{listener.fileno()}",
                },
                pass_fds=(listener.fileno(),),
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._is_ready, seconds=60)

    def stop(self) -> None:
        """As a deploy does it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(20)
        self._process = None

    def kill(self) -> None:
        """SIGKILL to the whole group: nothing is said, nothing is handed over."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(10)
            self._process = None

    def _is_ready(self) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self._log.read_text()
        try:
            return Visitor(self.port).ask("GET", "/ready").status == http.HTTPStatus.OK
        except OSError:
            return False


@dataclass(frozen=True)
class Reply:
    status: int
    location: str
    text: str


class Visitor:
    """A browser as far as these tests need one: cookies, the token of forms, https said by the proxy in front."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, values: dict[str, str] | None = None) -> Reply:
        headers = {
            "X-Forwarded-Proto": "https",
            "Origin": f"https://127.0.0.1:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items()),
        }
        if values is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=45)
        with closing(connection):
            connection.request(method, path, urlencode(values) if values is not None else None, headers)
            response = connection.getresponse()
            for cookie in response.headers.get_all("Set-Cookie") or []:
                name, _equals, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            return Reply(response.status, response.headers.get("Location", ""), response.read().decode())

    def send(self, path: str, values: dict[str, str], *, form: str = "") -> Reply:
        """Post a form with its token, which is read from the page `form`, by default the one it is posted to."""
        page = self.ask("GET", form or path).text
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, page
        return self.ask("POST", path, {"csrfmiddlewaretoken": found[1], **values})

    def sign_in(self, username: str = "claire") -> None:
        reply = self.send("/accounts/login/", {"login": username, "password": PASSWORD})
        assert reply.status == http.HTTPStatus.FOUND, reply.text


class Kept:
    """What is in the database, read without Django and without the console."""

    def __init__(self, database: Path) -> None:
        self._database = database

    def rows(self, query: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self._database, timeout=20)) as connection, connection:
            return connection.execute(query).fetchall()

    def entries(self) -> list[tuple[str, ...]]:
        """(id, action, actor) of every change, the oldest first."""
        return self.rows(f"SELECT id, action, actor_name FROM ops_entry WHERE {CHANGES} ORDER BY at")  # noqa: S608

    def outcomes(self, entry_id: str = "") -> list[tuple[str, ...]]:
        """(kind, reason) of every outcome of a change, in order, of one entry if it is named."""
        chosen = f"id = '{entry_id}'" if entry_id else CHANGES
        of = f"entry_id IN (SELECT id FROM ops_entry WHERE {chosen})"  # noqa: S608
        return self.rows(f"SELECT kind, reason FROM ops_outcome WHERE {of} ORDER BY id")  # noqa: S608

    def is_settled(self) -> bool:
        return not self.rows("SELECT 1 FROM ops_changeinprogress")

    def let_the_lease_lapse(self) -> None:
        """As if the minute of the lease, and the time that Heroku is given, had gone by."""
        self.rows(f"UPDATE ops_changeinprogress SET lease_until = '{LONG_AGO}'")  # noqa: S608
        self.rows(f"UPDATE ops_changeinprogress SET sent_at = '{LONG_AGO}' WHERE sent_at IS NOT NULL")  # noqa: S608


def sign_in(console: Console, username: str = "claire") -> Visitor:
    visitor = Visitor(console.port)
    visitor.sign_in(username)
    visitor.ask("GET", "/")  # the list of apps is read when somebody first looks
    return visitor


def restart_after_the_lease(console: Console, kept: Kept) -> None:
    kept.let_the_lease_lapse()
    console.start()
    wait_until(kept.is_settled, seconds=RECONCILED)


# Fixtures, made known to a room's tests by its conftest.py.
@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("prepared"))


@pytest.fixture
def database(prepared: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(prepared, tmp_path / "console.sqlite3"))


@pytest.fixture
def kept(database: Path) -> Kept:
    return Kept(database)


@pytest.fixture
def console(database: Path, simulator: Simulator) -> Iterator[Console]:
    served = Console(database, simulator=simulator)
    served.start()
    yield served
    served.kill()

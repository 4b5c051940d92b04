"""The two servers of a demo, and the start that prepares the database: each is ready when its function returns."""

from __future__ import annotations

import http.client
import json
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .child import ROOT, Child
from .place import DemoError
from .surroundings import keep_listed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from .place import Place

STARTS_WITHIN = 60.0  # seconds, on a machine that is busy with something else
LOOK_EVERY = 0.1


@dataclass(frozen=True)
class Described:
    """What the simulator tells when it is ready."""

    base_url: str
    token: str
    control_url: str
    apps: tuple[str, ...]
    ca_file: str
    rendezvous: str


def start_simulator(
    environ: Mapping[str, str],
    *,
    place: Place,
    port: int,
    rendezvous_port: int,
    speed: float,
    traffic: float = 0.0,
) -> Child:
    command = [sys.executable, "-m", "opsconsole.simulator", "--execute", f"--speed={speed}"]
    command += [f"--port={port}", f"--rendezvous-port={rendezvous_port}"]
    command += [f"--traffic={traffic}", f"--state-dir={place.simulator_folder}"]
    environment = keep_listed(environ)
    return Child(
        "Le simulateur s’est arrêté tout seul",
        command,
        environment=environment,
        log=place.log("simulator"),
        tells=True,
    )


def read_description(simulator: Child) -> Described:
    """Wait for the simulator's line; raises DemoError when it ends instead."""
    line = simulator.first_line.readline()
    if not line:
        simulator.process.wait()
        simulator.check()
    told = json.loads(line)
    return Described(
        base_url=told["base_url"],
        token=told["token"],
        control_url=told["control_url"],
        apps=tuple(told["apps"]),
        ca_file=told["ca_file"],
        rendezvous=told["rendezvous"],
    )


def prepare_database(environment: Mapping[str, str], *, password: str) -> None:
    """Migrate, and bring the demo's people and its apps' names in; raises DemoError."""
    ended = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "manage.py", "seed_demo"],
        cwd=ROOT,
        env={**environment, "DEMO_PASSWORD": password},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise DemoError(f"La base de la démonstration n’a pas pu être préparée.\n{ended.stderr.strip()}")


def start_console(environment: Mapping[str, str], *, place: Place) -> Child:
    """Start what the Procfile's `web:` line starts."""
    line = next(
        line
        for line in (ROOT / "Procfile").read_text(encoding="utf-8").splitlines()
        if line.startswith("web:")
    )
    program, *arguments = shlex.split(line.removeprefix("web:"))
    command = [sys.executable, "-m", program, *arguments]
    return Child(
        "La console s’est arrêtée toute seule", command, environment=environment, log=place.log("console")
    )


def wait_until_ready(console: Child, *, port: int) -> None:
    """Wait for the console's own /ready; raises DemoError when it ends, or takes too long."""
    deadline = time.monotonic() + STARTS_WITHIN
    while not _is_ready(port):
        console.check()
        if time.monotonic() > deadline:
            raise DemoError(f"La console ne répond toujours pas.\n{console.last_words()}")
        time.sleep(LOOK_EVERY)


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/ready")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

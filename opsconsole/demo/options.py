"""What a newcomer may choose, in the environment of `make demo`."""

from __future__ import annotations

import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .place import DemoError

if TYPE_CHECKING:
    from collections.abc import Mapping

SPEED = 1.4  # of the simulated dynos: a site of three wakes up in 10 to 15 s
TRAFFIC = 1.0  # of the simulated sites: a visitor every other second or so
HIGHEST_PORT = 65_535


@dataclass(frozen=True)
class Options:
    port: int
    simulator_port: int
    rendezvous_port: int
    folder: Path
    password: str


def read(environ: Mapping[str, str]) -> Options:
    """Raises DemoError for a port that is no port."""
    return Options(
        port=_port(environ, "PORT", 8000),
        simulator_port=_port(environ, "SIMULATOR_PORT", 5099),
        rendezvous_port=_port(environ, "RENDEZVOUS_PORT", 5098),
        folder=Path(environ.get("DEMO_DIR") or ".demo").expanduser().absolute(),
        password=environ.get("DEMO_PASSWORD") or _draw_password(),
    )


def check_ports(options: Options) -> None:
    """Raise DemoError when something else listens where the demo would."""
    ports = {
        "PORT": options.port,
        "SIMULATOR_PORT": options.simulator_port,
        "RENDEZVOUS_PORT": options.rendezvous_port,
    }
    for name, port in ports.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise DemoError(
                    f"Le port {port} est déjà pris : fermez ce qui l’utilise, ou choisissez-en un autre, "
                    f"par exemple « {name}={port % HIGHEST_PORT + 1} make demo »."
                ) from error


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= HIGHEST_PORT):
        raise DemoError(f"{name} vaut « {text} » : il faut un numéro de port, de 1 à {HIGHEST_PORT}.")
    return int(text)


def _draw_password() -> str:
    """Return eight syllables, 50 bits, easy to read and to type."""
    syllables = [secrets.choice("bcdfghjkmnprstvz") + secrets.choice("aeiou") for _ in range(8)]
    return "-".join(first + second for first, second in zip(syllables[::2], syllables[1::2], strict=True))

"""`python -m opsconsole.demo`: the simulator and the console in the foreground, until Ctrl-C or SIGTERM."""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import TYPE_CHECKING

from . import options as chosen
from .child import Child, stop
from .place import DemoError, Place
from .servers import prepare_database, read_description, start_console, start_simulator, wait_until_ready
from .surroundings import surround_console

if TYPE_CHECKING:
    from .options import Options

ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
LOOK_EVERY = 0.2


class LeavingError(Exception):
    """Somebody asked us to end."""


def main() -> int:
    os.umask(0o077)
    for number in ENDINGS:
        signal.signal(number, _leave)
    children: list[Child] = []
    try:
        options = chosen.read(os.environ)
        with Place(options.folder).claim():
            _run(options, children)
    except DemoError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    except LeavingError:
        print("\nLa démonstration est arrêtée ; son état est gardé.", flush=True)
    return 0


def _run(options: Options, children: list[Child]) -> None:
    """Return never: ends by LeavingError, or by DemoError when a server ends."""
    try:
        _start(options, children)
        while True:
            for child in children:
                child.check()
            time.sleep(LOOK_EVERY)
    finally:
        stop(children)


def _start(options: Options, children: list[Child]) -> None:
    chosen.check_ports(options)
    place = Place(options.folder)
    print("La démonstration se prépare…", flush=True)
    simulator = start_simulator(
        os.environ,
        place=place,
        port=options.simulator_port,
        rendezvous_port=options.rendezvous_port,
        speed=chosen.SPEED,
        traffic=chosen.TRAFFIC,
    )
    children.append(simulator)
    told = read_description(simulator)
    environment = surround_console(os.environ, place=place, port=options.port, told=told)
    prepare_database(environment, password=options.password)
    console = start_console(environment, place=place)
    children.append(console)
    wait_until_ready(console, port=options.port)
    print(_welcome(options), flush=True)


def _welcome(options: Options) -> str:
    return f"""
  operateur      Claire Morel     met en veille et réveille
  lecteur        Hugo Petit       voit tout, ne change rien
  responsable    Marc Delaunay    règle aussi le nombre et la taille
  admin          Inès Haddad      règle tout : sites, personnes, jeton

  Leur mot de passe à tous : {options.password}
  Les commandes lancées tournent vraiment sur cet ordinateur, dans une copie temporaire d’une application d’exemple.
  L’état et les journaux techniques sont dans {options.folder}.
  Pour arrêter : Ctrl-C.

Console : http://127.0.0.1:{options.port}/
"""


def _leave(_number: int, _frame: object) -> None:
    for number in ENDINGS:
        signal.signal(number, signal.SIG_IGN)  # once is enough: the end is under way
    raise LeavingError


if __name__ == "__main__":
    sys.exit(main())

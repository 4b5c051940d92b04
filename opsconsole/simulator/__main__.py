"""`python -m opsconsole.simulator`: serve the simulator until SIGTERM or Ctrl-C."""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from pathlib import Path

from .embedded import Simulator
from .store import SnapshotError


def main() -> int:
    options = _parse_arguments()
    # Written by Python's C handler itself: a signal that another thread gets, or that comes just before the main thread
    # begins to wait, would otherwise leave it waiting.
    leaving, leave = os.pipe()
    os.set_blocking(leave, False)
    signal.set_wakeup_fd(leave)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        simulator = Simulator(
            port=options.port,
            speed=options.speed,
            state_dir=options.state_dir,
            rendezvous_port=options.rendezvous_port,
            execute=options.execute,
            traffic=options.traffic,
        )
    except (OSError, SnapshotError) as error:
        print(f"simulator: {error}", file=sys.stderr)
        return 1
    with simulator:
        print(json.dumps(simulator.describe()), flush=True)
        os.read(leaving, 1)
    return 0


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="opsconsole.simulator", description="A stand-in Heroku on 127.0.0.1."
    )
    parser.add_argument("--port", type=int, default=5099, help="the Platform API (0: any free port)")
    parser.add_argument(
        "--rendezvous-port", type=int, default=5098, help="the terminals of attached one-offs"
    )
    parser.add_argument("--state-dir", type=Path, required=True, help="where the world is kept")
    parser.add_argument("--speed", type=_read_speed, default=1.0, help="divides the delays of dynos")
    parser.add_argument(
        "--traffic", type=float, default=0.0, help="how busy the apps are: 1 is a calm school, 0 is silence"
    )
    parser.add_argument(
        "--execute", action="store_true", help="really run one-off commands here, as an unprivileged user"
    )
    return parser.parse_args()


def _read_speed(text: str) -> float:
    speed = float(text)
    if not speed > 0:
        raise argparse.ArgumentTypeError("a number above 0 is expected")
    return speed


if __name__ == "__main__":
    sys.exit(main())

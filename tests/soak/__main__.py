"""`make soak`: play random rounds of faults, and stop at the first in which the console breaks a promise."""

import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from opsconsole.demo.place import DemoError
from tests.demo.house import House
from tests.soak.plan import draw
from tests.soak.promises import BrokenPromiseError
from tests.soak.rounds import Site

ROUNDS = 100
SPEED = 40  # of the simulated dynos
LATENCY = 0.15  # seconds a call, so that a kill meets every step of a change


def main(environ: Mapping[str, str]) -> int:
    for ending in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending, leave)
    rounds = int(environ.get("SOAK_ROUNDS") or ROUNDS)
    seed = environ.get("SOAK_SEED") or str(int(time.time()))
    print(f"SOAK_SEED={seed} SOAK_ROUNDS={rounds}", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="opsconsole-soak-"))
    broken = run(folder, seed=seed, rounds=rounds)
    if broken:
        print(f"\nBROKEN: {broken}\nDatabase and logs are kept in {folder}.")
    return 1 if broken else 0


def run(folder: Path, *, seed: str, rounds: int) -> str:
    """Return the promise that was broken, "" when none was; the folder goes unless somebody has to look into it."""
    counts: Counter[str] = Counter()
    began, broken = time.monotonic(), ""
    try:
        with House(folder, speed=SPEED) as house:
            house.control("POST", "/settings", {"latency": LATENCY})
            site = Site(house)
            try:
                for number in range(rounds):
                    play(site, seed, number, counts)
            except (BrokenPromiseError, DemoError) as error:
                broken = str(error)
            finally:
                site.close()
                print(conclude(site, seed, counts, seconds=time.monotonic() - began), flush=True)
    finally:
        if not broken:
            shutil.rmtree(folder)
    return broken


def leave(number: int, _frame: object) -> NoReturn:
    """End in order: what was started is stopped on the way out."""
    sys.exit(f"\nInterrupted: {signal.Signals(number).name}.")


def play(site: Site, seed: str, number: int, counts: Counter[str]) -> None:
    plan, began = draw(seed, number), time.monotonic()
    print(f"{number:4} {plan}", end="", flush=True)
    told = site.play(plan)
    print(f" → {told} ({time.monotonic() - began:.0f} s)", flush=True)
    counts["rounds"] += 1
    counts["killed"] += plan.killed_after is not None
    counts["scaled elsewhere"] += plan.scaled_after is not None
    counts["clicks"] += told.clicks
    counts["sent"] += told.sent
    counts.update(f"{each.action} {each.kind}" for each in told.entries)


def conclude(site: Site, seed: str, counts: Counter[str], *, seconds: float) -> str:
    answers = [answer for person in site.people for answer in person.answers]
    longest = max((each.seconds for each in answers), default=0.0)
    told = ", ".join(f"{name} {count}" for name, count in counts.items())
    return f"\nSOAK_SEED={seed}: {told}; {len(answers)} pages, the longest {longest:.1f} s; {seconds:.0f} s in all."


if __name__ == "__main__":
    sys.exit(main(os.environ))

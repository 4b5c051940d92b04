"""`make soak`, second part: 200 launches of one-off dynos under faults and kill -9; none may run twice."""

import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()  # what the tests of the rooms share knows their models

from opsconsole.simulator import Simulator  # noqa: E402
from tests.ops.oneoffs.rounds import Rounds  # noqa: E402
from tests.ops.scaling.served import Console, Kept, prepare  # noqa: E402

LAUNCHES = 200
SPEED = 200  # of the simulated dynos


def main(environ: Mapping[str, str]) -> int:
    """`SOAK_ROUNDS` launches, 200 where nothing is said; a broken promise ends them with an AssertionError."""
    seed = environ.get("SOAK_SEED") or str(int(time.time()))
    count = int(environ.get("SOAK_ROUNDS") or LAUNCHES)
    print(f"SOAK_SEED={seed} SOAK_ROUNDS={count}, launches", flush=True)
    folder = Path(tempfile.mkdtemp(prefix="opsconsole-launches-"))
    database = Path(shutil.copy(prepare(folder), folder / "console.sqlite3"))
    with Simulator(speed=SPEED) as simulator:
        console = Console(database, simulator=simulator)
        console.start()
        kept = Kept(database)
        rounds = Rounds(console, kept, simulator, seed=seed)
        try:
            rounds.play(count)
        finally:
            console.kill()
            print("\n".join(rounds.told))
    states = Counter(state for (state,) in kept.rows("SELECT state FROM ops_run"))
    told = ", ".join(f"{state} {times}" for state, times in states.items())
    print(f"{len(simulator.launched)} launched for {states.total()} confirmed: {told}.")
    shutil.rmtree(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main(os.environ))

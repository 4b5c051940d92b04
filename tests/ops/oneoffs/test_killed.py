"""kill -9 around a launch: after the console is back each run has a true end, and nothing was launched twice."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.oneoffs.launching import launches
from tests.ops.oneoffs.rounds import Rounds, check_command
from tests.ops.scaling.served import LONG_AGO, Console, Kept, sign_in


@pytest.fixture
def hasty(database: Path, simulator: Simulator) -> Iterator[Console]:
    """A console that waits for an answer that was lost for a moment only."""
    served = Console(database, simulator=simulator, call_seconds=3)
    served.start()
    yield served
    served.kill()


def test_twenty_launches_under_faults_and_kills_run_at_most_once_and_end_truly(
    hasty: Console, kept: Kept, simulator: Simulator
) -> None:
    rounds = Rounds(hasty, kept, simulator, seed="twenty")
    rounds.play(20)
    states = {state for (state,) in kept.rows("SELECT DISTINCT state FROM ops_run")}
    assert states >= {"done", "unknown"}, rounds.told


@pytest.mark.parametrize(("fault", "end"), [("lost", "done"), ("blackhole", "unknown")])
def test_killed_while_heroku_s_answer_is_awaited(
    console: Console, kept: Kept, simulator: Simulator, fault: str, end: str
) -> None:
    visitor = sign_in(console)
    simulator.faults.add(fault, method="POST", path="/dynos$")
    assert visitor.send(check_command(kept), {"key": str(uuid.uuid4())}).status == 302
    wait_until(lambda: launches(simulator))
    console.kill()
    assert kept.outcomes() == []
    kept.rows(f"UPDATE ops_run SET lease_until = '{LONG_AGO}'")  # noqa: S608
    simulator.faults.clear()
    console.start()
    wait_until(lambda: kept.rows("SELECT state FROM ops_run") == [(end,)], seconds=60)
    assert len(launches(simulator)) == 1
    assert kept.outcomes()[0] == ("unknown", "interrupted")

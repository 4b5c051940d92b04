"""kill -9 in the middle of a restart or a stop: after the console is back it is judged by the dynos, never sent again."""

import pytest

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import RESTART, STOP, orders
from tests.ops.scaling.changes import slow_down
from tests.ops.scaling.served import Console, Kept, restart_after_the_lease, sign_in

INTERRUPTED = ("unknown", "interrupted")


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        ("lost", [INTERRUPTED, ("done", "")]),  # Heroku does it and never answers
        ("blackhole", [INTERRUPTED, ("failed", "not_applied")]),  # Heroku never hears of it
    ],
)
def test_killed_in_the_middle_of_a_restart(
    console: Console, kept: Kept, simulator: Simulator, fault: str, end: list[tuple[str, str]]
) -> None:
    visitor = sign_in(console)
    simulator.faults.add(fault, method="DELETE")
    assert visitor.send(RESTART, {}).status == 302
    wait_until(lambda: orders(simulator))
    console.kill()
    assert [entry[1:] for entry in kept.entries()] == [("restart", "Claire Morel")]
    assert kept.outcomes() == []
    restart_after_the_lease(console, kept)
    assert kept.outcomes() == end
    assert orders(simulator) == ["DELETE dynos"]


def test_killed_in_the_middle_of_a_stop(console: Console, kept: Kept, simulator: Simulator) -> None:
    copy = simulator.world.app("inscriptions").run("python manage.py shell", seconds=100_000)
    visitor = sign_in(console)
    simulator.faults.add("lost", method="POST")
    assert visitor.send(STOP, {"dyno": copy}, form=f"{STOP}?dyno={copy}").status == 302
    wait_until(lambda: orders(simulator))
    console.kill()
    assert [entry[1:] for entry in kept.entries()] == [("stop", "Claire Morel")]
    restart_after_the_lease(console, kept)
    assert kept.outcomes() == [INTERRUPTED, ("done", "")]
    assert len(orders(simulator)) == 1


def test_killed_while_the_dynos_start(console: Console, kept: Kept, simulator: Simulator) -> None:
    """Heroku is known to have taken the order: what remains is to watch."""
    slow_down(simulator)
    visitor = sign_in(console)
    assert visitor.send(RESTART, {}).status == 302
    wait_until(
        lambda: any(
            '"accepted"' in str(row[0]) for row in kept.rows("SELECT steps FROM ops_changeinprogress")
        )
    )
    console.kill()
    simulator.advance(2500)
    restart_after_the_lease(console, kept)
    assert kept.outcomes() == [("done", "")]
    assert orders(simulator) == ["DELETE dynos"]

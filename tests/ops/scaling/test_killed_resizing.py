"""kill -9 in the middle of a change of size: after the restart it is judged by number and size, never sent again."""

import pytest

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.scaling.changes import patches
from tests.ops.scaling.resizing import AWAKE, LARGER, SCALING, Formation, typed
from tests.ops.scaling.served import Console, Kept, restart_after_the_lease, sign_in

INTERRUPTED = ("unknown", "interrupted")


@pytest.mark.parametrize(
    ("fault", "end", "formation"),
    [
        ("lost", [INTERRUPTED, ("done", "")], LARGER),  # Heroku does it and never answers
        ("blackhole", [INTERRUPTED, ("failed", "not_applied")], AWAKE),  # Heroku never hears of it
    ],
)
def test_killed_in_the_middle_of_a_change_of_size(
    console: Console,
    kept: Kept,
    simulator: Simulator,
    fault: str,
    end: list[tuple[str, str]],
    formation: Formation,
) -> None:
    visitor = sign_in(console)
    simulator.faults.add(fault, method="PATCH", path="/formation$")
    assert visitor.send(SCALING, typed(LARGER)).status == 302
    wait_until(lambda: patches(simulator))
    console.kill()
    assert [entry[1:] for entry in kept.entries()] == [("scale", "Claire Morel")]
    assert kept.outcomes() == []
    restart_after_the_lease(console, kept)
    assert kept.outcomes() == end
    assert simulator.world.app("inscriptions").formation == formation
    assert len(patches(simulator)) == 1

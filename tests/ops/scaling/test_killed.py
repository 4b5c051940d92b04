"""kill -9 in the middle of a sleep or a wake: the entry is there, and after the restart it is judged, never sent again."""

import random
import threading
import time

import pytest

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.scaling.changes import patches
from tests.ops.scaling.pages import SITE, SLEEP, WAKE
from tests.ops.scaling.served import Console, Kept, restart_after_the_lease, sign_in

AWAKE = {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}
ASLEEP = {"web": (0, "Standard-1X"), "worker": (0, "Standard-1X")}
CONFIRMED = {"page": "error", "confirmation": "inscriptions"}
ROUNDS = 20
DONE_THOUGH_LOST = "lost"  # Heroku does it and never answers
NEVER_DONE = "blackhole"


@pytest.mark.parametrize(
    ("fault", "end", "formation"),
    [
        (DONE_THOUGH_LOST, [("unknown", "interrupted"), ("done", "")], ASLEEP),
        (NEVER_DONE, [("unknown", "interrupted"), ("failed", "not_applied")], AWAKE),
    ],
)
def test_killed_in_the_middle_of_a_sleep(
    console: Console,
    kept: Kept,
    simulator: Simulator,
    fault: str,
    end: list[tuple[str, str]],
    formation: dict[str, tuple[int, str]],
) -> None:
    visitor = sign_in(console)
    simulator.faults.add(fault, method="PATCH", path="/formation$")
    assert visitor.send(SLEEP, CONFIRMED).status == 302
    wait_until(lambda: patches(simulator))
    console.kill()
    assert [entry[1:] for entry in kept.entries()] == [("sleep", "Claire Morel")]
    assert kept.outcomes() == []
    restart_after_the_lease(console, kept)
    assert kept.outcomes() == end
    assert simulator.world.app("inscriptions").formation == formation
    assert len(patches(simulator)) == 1


def test_killed_in_the_middle_of_a_wake(console: Console, kept: Kept, simulator: Simulator) -> None:
    visitor = sign_in(console)
    assert visitor.send(SLEEP, CONFIRMED).status == 302
    wait_until(kept.is_settled)
    simulator.clear_requests()
    simulator.faults.add(DONE_THOUGH_LOST, method="PATCH", path="/formation$")
    assert visitor.send(WAKE, {}).status == 302
    wait_until(lambda: patches(simulator))
    console.kill()
    wake = kept.entries()[-1]
    assert wake[1] == "wake"
    assert kept.outcomes(wake[0]) == []
    restart_after_the_lease(console, kept)
    assert kept.outcomes(wake[0]) == [("unknown", "interrupted"), ("done", "")]
    assert simulator.world.app("inscriptions").formation == AWAKE
    assert len(patches(simulator)) == 1


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_killed_at_any_moment(console: Console, kept: Kept, simulator: Simulator) -> None:
    """Twenty rounds: a click, kill -9 at a random moment around it, the restart; each round must leave the truth behind."""
    seed = random.randrange(10**6)  # noqa: S311
    chance = random.Random(seed)  # noqa: S311 -- a moment, not a secret
    for number in range(ROUNDS):
        told = f"seed {seed}, round {number}"
        before = kept.entries()
        is_asleep = simulator.world.app("inscriptions").formation == ASLEEP
        simulator.clear_requests()
        simulator.faults.clear()
        mode = chance.choice(["latency", "lost", "reset_after", "reset_before", "slow_drip", "warning"])
        simulator.faults.add(mode, method="PATCH", path="/formation$", seconds=0.2)
        answered = click_and_kill(console, asleep=is_asleep, after=chance.uniform(0.0, 0.25))
        simulator.faults.clear()
        written = kept.entries()[len(before) :]
        assert written or not answered, told
        restart_after_the_lease(console, kept)
        assert len(patches(simulator)) <= len(written) <= 1, told
        for entry in written:
            hold_the_end(kept, simulator, entry, was_asleep=is_asleep, told=told)


def click_and_kill(console: Console, *, asleep: bool, after: float) -> bool:
    """Return whether the click was answered before the kill."""
    visitor, answers = sign_in(console), list[int]()

    def click() -> None:
        try:
            answers.append(visitor.send(*((WAKE, {}) if asleep else (SLEEP, CONFIRMED)), form=SITE).status)
        except OSError:
            return

    clicking = threading.Thread(target=click)
    clicking.start()
    time.sleep(after)  # the random moment itself
    console.kill()
    clicking.join()
    return answers == [302]


def hold_the_end(
    kept: Kept, simulator: Simulator, entry: tuple[str, ...], *, was_asleep: bool, told: str
) -> None:
    outcomes = kept.outcomes(entry[0])
    assert outcomes, told
    is_asleep = simulator.world.app("inscriptions").formation == ASLEEP
    assert is_asleep or simulator.world.app("inscriptions").formation == AWAKE, told
    assert outcomes[-1][0] == ("done" if is_asleep != was_asleep else "failed"), told

"""What becomes of a launch whose answer was lost: looked for, never sent again, and unknown where it cannot be found."""

from dataclasses import replace

import pytest
from pytest_django import Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Kind
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.oneoffs.launching import CHECK, ask, ended, launches, now, outcomes_of, printed, run_to_the_end

LOST = ["lost", "reset_after", "truncated_json", "wrong_types", "html", "500", "503"]
LONG = replace(CHECK, line="python manage.py countvisits")


SHORT = 0.6  # seconds, in which no answer comes


@pytest.fixture(autouse=True)
def _patient(settings: Settings) -> None:
    settings.SCALING_CALL_SECONDS = 20.0


def make_fault(simulator: Simulator, settings: Settings, mode: str, *, done: bool) -> None:
    if mode in {"lost", "blackhole"}:
        settings.SCALING_CALL_SECONDS = SHORT
    simulator.faults.add(mode, method="POST", path="/dynos$", times=1, done=done)


@pytest.mark.parametrize("mode", LOST)
def test_a_launch_that_heroku_made_without_saying_so_is_found_and_followed(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor, mode: str
) -> None:
    make_fault(simulator, settings, mode, done=True)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.exit_status) == (State.DONE, 0)
    assert outcomes_of(run) == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(launches(simulator)) == 1


def test_one_that_goes_on_is_found_among_the_dynos(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    simulator.world.configure({"one_off_seconds": 100_000.0})
    make_fault(simulator, settings, "reset_after", done=True)
    run = ask(fleet, claire, site, LONG)
    wait_until(lambda: now(run).state == State.RUNNING)
    [dyno] = [each for each in fleet.client.dynos.list("inscriptions") if each.name == now(run).dyno_name]
    assert run.tag in dyno.command


def test_one_that_is_over_is_found_in_the_log(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    simulator.world.configure({"one_off_seconds": 0.0})
    make_fault(simulator, settings, "lost", done=True)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.exit_status) == (State.DONE, 0)
    assert run.dyno_name.startswith("run.")


@pytest.mark.parametrize("mode", ["reset_before", "blackhole", "500", "503", "html"])
def test_a_launch_that_heroku_never_made_stays_unknown_once_it_had_time(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor, mode: str
) -> None:
    make_fault(simulator, settings, mode, done=False)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.reason) == (State.UNKNOWN, "launch_lost")
    assert outcomes_of(run) == [(Kind.UNKNOWN, "lost"), (Kind.UNKNOWN, "launch_lost")]
    assert len(launches(simulator)) == 1


@pytest.mark.parametrize(
    ("mode", "word"), [("401", "UnauthorizedError"), ("two_factor", "TwoFactorRequiredError")]
)
def test_a_launch_that_heroku_refuses_surely_was_not_made(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor, mode: str, word: str
) -> None:
    make_fault(simulator, settings, mode, done=False)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.detail["error"]) == (State.REFUSED, word)
    assert outcomes_of(run) == [(Kind.FAILED, "heroku_refused")]


def test_too_many_at_once_are_refused_with_heroku_s_own_words(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add(
        "error",
        method="POST",
        path="/dynos$",
        times=1,
        status=422,
        id="cannot_run_above_limit",
        message="Cannot run more than 1 Eco size dynos.",
    )
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.detail["error"]) == (State.REFUSED, "CannotRunAboveLimitError")
    assert run.detail["message"] == "Cannot run more than 1 Eco size dynos."


@pytest.mark.parametrize(("conflicts", "state"), [(2, State.DONE), (3, State.REFUSED)])
def test_a_release_that_has_not_spread_yet_is_asked_again_at_most_twice(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, conflicts: int, state: State
) -> None:
    simulator.faults.add(
        "error", method="POST", path="/dynos$", times=conflicts
    )  # 409, which says that nothing began
    assert run_to_the_end(fleet, claire, site).state == state
    assert len(launches(simulator)) == 3


def test_a_heroku_that_is_silent_afterwards_is_waited_for(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    simulator.world.configure({"one_off_seconds": 100_000.0})
    fleet.look(site.heroku_id, patience=5)
    make_fault(simulator, settings, "reset_after", done=True)
    silent = simulator.faults.add("503", method="GET", path="/dynos$")
    run = ask(fleet, claire, site, LONG)
    wait_until(lambda: outcomes_of(run) == [(Kind.UNKNOWN, "lost")])
    wait_until(lambda: sum(each.fault == "503" for each in simulator.requests) >= 2)
    assert now(run).state == State.ASKED
    simulator.faults.remove(silent.id)
    wait_until(lambda: now(run).state == State.RUNNING, seconds=30)


def test_another_run_of_the_same_line_is_never_taken_for_it(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    simulator.world.configure({"one_off_seconds": 100_000.0})
    first = ask(fleet, claire, site)
    wait_until(lambda: now(first).state == State.RUNNING)
    make_fault(simulator, settings, "500", done=False)
    second = ended(ask(fleet, claire, site))
    assert second.state == State.UNKNOWN


def test_what_a_program_prints_is_never_taken_for_a_start(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    """Whoever guesses the mark of a launch could else make the console follow another dyno."""
    run = _lost_with(fleet, simulator, settings, claire, site)
    simulator.world.app("inscriptions").log(
        f"Starting process with command `: {run.tag} ; python manage.py check`", dyno="web.1"
    )
    assert ended(run).state == State.UNKNOWN


def _lost_with(fleet: Fleet, simulator: Simulator, settings: Settings, claire: Actor, site: App) -> Run:
    make_fault(simulator, settings, "500", done=False)
    return ask(fleet, claire, site)


def test_the_output_of_one_that_was_found_late_is_whole(
    fleet: Fleet, site: App, simulator: Simulator, settings: Settings, claire: Actor
) -> None:
    simulator.world.script([f"line {number}" for number in range(20)])
    make_fault(simulator, settings, "lost", done=True)
    assert printed(run_to_the_end(fleet, claire, site)) == [f"line {number}" for number in range(20)]

"""Launching a one-off dyno, over the wire against the embedded Heroku: once, and followed to its end."""

import json
import shlex
import uuid
from dataclasses import replace

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.oneoffs.launch import AlreadyLaunchedError
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.tag import LineError
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.oneoffs.launching import (
    CHECK,
    ask,
    end_by_itself,
    ended,
    keep_running,
    launches,
    outcomes_of,
    run_to_the_end,
)


def test_a_run_is_launched_once_and_followed_to_its_end(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.exit_status) == (State.DONE, 0)
    assert len(launches(simulator)) == 1
    assert outcomes_of(run) == [(Kind.DONE, "")]


def test_the_journal_has_the_line_that_one_would_have_typed(fleet: Fleet, site: App, claire: Actor) -> None:
    run_to_the_end(fleet, claire, site, replace(CHECK, size="Standard-2X"))
    entry = Entry.objects.get()
    assert entry.action == Action.RUN
    assert (
        entry.command_line
        == "heroku run:detached --size=Standard-2X -a inscriptions -- python manage.py check"
    )


def test_heroku_gets_the_line_its_size_and_its_time_to_live(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = run_to_the_end(fleet, claire, site, replace(CHECK, size="Standard-2X", time_to_live=600))
    [request] = [
        each for each in simulator.requests if each.method == "POST" and each.path.endswith("/dynos")
    ]
    assert json.loads(request.body) == {
        "attach": False,
        "command": f": {run.tag} ; python manage.py check",
        "size": "Standard-2X",
        "time_to_live": 600,
    }


def test_the_same_form_sent_twice_is_one_run(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    key = uuid.uuid4()
    run = ask(fleet, claire, site, key=key)
    with pytest.raises(AlreadyLaunchedError) as told:
        ask(fleet, claire, site, key=key)
    assert (told.value.run.id, told.value.same_form) == (run.id, True)
    ended(run)
    assert len(launches(simulator)) == 1


def test_what_must_be_alone_is_not_launched_beside_itself(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, hugo: Actor
) -> None:
    alone = replace(CHECK, alone="check")
    first = keep_running(fleet, simulator, claire, site, alone)
    with pytest.raises(AlreadyLaunchedError) as told:
        ask(fleet, replace(hugo, profile=claire.profile), site, alone)
    assert (told.value.run.actor_name, told.value.same_form) == ("Claire Morel", False)
    end_by_itself(simulator, first)
    ask(fleet, claire, site, alone)
    wait_until(lambda: len(launches(simulator)) == 2)


def test_who_may_not_run_commands_launches_nothing(
    fleet: Fleet, site: App, simulator: Simulator, hugo: Actor
) -> None:
    with pytest.raises(RefusedError, match="right"):
        ask(fleet, hugo, site)
    assert launches(simulator) == []
    assert not Run.objects.exists()


def test_nothing_is_launched_in_the_app_that_the_console_runs_in(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    own = Own(name="inscriptions", app_id="", on_heroku=True, hosts=frozenset())
    with pytest.raises(RefusedError, match="own_app_run"):
        ask(fleet, claire, site, own=own)
    assert launches(simulator) == []


@pytest.mark.parametrize(
    "line", ["", "echo 'a", "echo a\nrm b", "echo \x1b[0m", "echo " + "a" * 8192, "( echo a"]
)
def test_a_line_that_no_shell_would_take_is_not_launched(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, line: str
) -> None:
    with pytest.raises(LineError):
        ask(fleet, claire, site, replace(CHECK, line=line))
    assert launches(simulator) == []
    assert not Entry.objects.exists()


# ── Fir ──
@pytest.fixture
def notes(fleet: Fleet, transactional_db: None) -> App:  # noqa: ARG001
    """« plateforme-notes », of the Fir generation: its image is Cloud Native Buildpacks', and no log is kept."""
    note_apps(fleet)
    app = App.objects.get(name="plateforme-notes")
    fleet.look(app.heroku_id, patience=5)
    return app


def test_on_fir_the_launcher_starts_the_line_as_it_is(
    fleet: Fleet, notes: App, simulator: Simulator, claire: Actor
) -> None:
    line = "python manage.py check --tag 'a b'"
    run = ended(
        ask(fleet, claire, notes, replace(CHECK, line=line))
    )  # how is another matter: Fir keeps no log
    [command] = simulator.launched
    assert command == f": {run.tag} ; launcher -- sh -c {shlex.quote(line)}"


def test_on_fir_what_is_over_before_it_is_looked_for_stays_unknown(
    fleet: Fleet, notes: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure({"one_off_seconds": 0.0})
    simulator.faults.add("lost", method="POST", path="/dynos$", times=1)
    assert ended(ask(fleet, claire, notes)).state == State.UNKNOWN

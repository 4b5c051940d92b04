"""Launching for the tests of the rooms that stand on one-off dynos, and reading what became of it."""

import uuid

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Kind, Outcome
from opsconsole.ops.oneoffs.launch import Order, launch
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.output import lines_of
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until

CHECK = Order(title="Vérifier le site", line="python manage.py check", time_to_live=3600)


def ask(
    fleet: Fleet,
    actor: Actor,
    app: App,
    order: Order = CHECK,
    *,
    key: uuid.UUID | None = None,
    own: Own = NOWHERE,
    right: Right = Right.RUN,
) -> Run:
    return launch(fleet, actor=actor, right=right, app=app, order=order, key=key or uuid.uuid4(), own=own)


def keep_running(fleet: Fleet, simulator: Simulator, actor: Actor, app: App, order: Order = CHECK) -> Run:
    """Launch something that does not end by itself, and wait until it runs."""
    simulator.world.configure({"one_off_seconds": 100_000.0})
    run = ask(fleet, actor, app, order)
    wait_until(lambda: now(run).state == State.RUNNING)
    return run


def end_by_itself(simulator: Simulator, run: Run) -> Run:
    """Let the platform say that a run has ended well, and wait until that was heard."""
    told = ("Process exited with status 0", "State changed from up to complete")
    simulator.world.app("inscriptions").log(*told, dyno=now(run).dyno_name, source="heroku")
    return ended(run)


def run_to_the_end(fleet: Fleet, actor: Actor, app: App, order: Order = CHECK) -> Run:
    return ended(ask(fleet, actor, app, order))


def ended(run: Run, *, seconds: float = 45.0) -> Run:
    """Wait until a run has its last state, and return it."""
    wait_until(lambda: now(run).lease_until is None, seconds=seconds)
    return now(run)


def now(run: Run) -> Run:
    return Run.objects.get(id=run.id)


def printed(run: Run) -> list[str]:
    """Return what is kept of a run's output; a hole is told as « … »."""
    return [text if text is not None else "…" for _at, text in lines_of(run)]


def launches(simulator: Simulator) -> list[str]:
    """Return the requests for a dyno that the simulator got."""
    return [
        each.path for each in simulator.requests if each.method == "POST" and each.path.endswith("/dynos")
    ]


def outcomes_of(run: Run) -> list[tuple[str, str]]:
    found = Outcome.objects.filter(entry_id=run.entry_id).values_list("kind", "reason")
    return [(Kind(kind), reason) for kind, reason in found]

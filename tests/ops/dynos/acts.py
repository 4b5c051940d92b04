"""Small acts that the tests of restarting and stopping are written in."""

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.dynos.judge import Target
from opsconsole.ops.dynos.restart import restart
from opsconsole.ops.dynos.stop import stop
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE
from tests.ops.scaling.changes import wait_for_the_end

SITE = "/apps/inscriptions/"
RESTART = SITE + "dynos/restart/"
STOP = SITE + "dynos/stop/"
ALL = Target(scope="app")


def orders(simulator: Simulator) -> list[str]:
    """Return what Heroku was asked to restart or to stop: « DELETE dynos/web.1 »."""
    return [
        f"{request.method} {request.path.split('/', 3)[-1]}"
        for request in simulator.requests
        if request.method in {"DELETE", "POST"}
    ]


def begin_restart(fleet: Fleet, actor: Actor, app: App, target: Target = ALL, *, own: Own = NOWHERE) -> None:
    restart(fleet, actor=actor, app=app, target=target, own=own)


def begin_stop(fleet: Fleet, actor: Actor, app: App, dyno: str, *, own: Own = NOWHERE) -> None:
    stop(fleet, actor=actor, app=app, dyno=dyno, own=own)


def restart_and_wait(fleet: Fleet, actor: Actor, app: App, target: Target = ALL) -> None:
    """Restart and wait for what became of it."""
    begin_restart(fleet, actor, app, target)
    wait_for_the_end(app)


def stop_and_wait(fleet: Fleet, actor: Actor, app: App, dyno: str) -> None:
    """Stop a one-off dyno and wait for what became of it."""
    begin_stop(fleet, actor, app, dyno)
    wait_for_the_end(app)


def identities(fleet: Fleet, app: App) -> dict[str, str]:
    """Return the id of each dyno by its name: another id is another life."""
    return {dyno.name: dyno.id for dyno in fleet.client.dynos.list(str(app.heroku_id))}


def moved(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """Return the names of the dynos that live another life than before."""
    return {name for name in before if after.get(name) != before[name]}

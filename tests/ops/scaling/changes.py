"""Small acts that the tests of sleeping and waking are written in."""

import json

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry
from opsconsole.ops.scaling.sleep import sleep
from opsconsole.ops.scaling.wake import wake
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until


def patches(simulator: Simulator, path: str = "/formation") -> list[object]:
    """Return the bodies of the formation changes that Heroku was asked for."""
    return [
        json.loads(request.body)
        for request in simulator.requests
        if request.method == "PATCH" and request.path.endswith(path)
    ]


def go_to_sleep(fleet: Fleet, actor: Actor, app: App, *, with_page: bool = False, own: Own = NOWHERE) -> None:
    sleep(fleet, actor=actor, app=app, with_page=with_page, own=own)


def wake_up(
    fleet: Fleet, actor: Actor, app: App, *, site_quantity: int | None = None, own: Own = NOWHERE
) -> None:
    wake(fleet, actor=actor, app=app, site_quantity=site_quantity, own=own)


def fall_asleep(fleet: Fleet, actor: Actor, app: App, *, with_page: bool = False) -> None:
    """Put an app to sleep and wait until Heroku has confirmed it."""
    go_to_sleep(fleet, actor, app, with_page=with_page)
    wait_for_the_end(app)


def slow_down(simulator: Simulator) -> None:
    """From now on no start and no stop is over before the test moves Heroku's clock, however slow this machine is."""
    simulator.world.configure({"speed": 0.05})  # a stop takes 40 s at least


def wait_until_accepted(app: App) -> None:
    """Wait until Heroku has made the change that is under way: a request that came in may not be answered yet."""
    wait_until(lambda: "accepted" in _codes(app))


def _codes(app: App) -> set[str]:
    steps = ChangeInProgress.objects.get(app_id=app.heroku_id).steps
    return {step["code"] for step in steps}


def let_it_end(simulator: Simulator, app: App) -> None:
    """Move Heroku's clock to where what it has accepted is over, and wait until that was seen."""
    wait_until_accepted(app)
    simulator.advance(2500)
    wait_for_the_end(app)


def wait_for_the_end(app: App) -> None:
    wait_until(lambda: not ChangeInProgress.objects.filter(app_id=app.heroku_id).exists())


def last_outcome() -> tuple[str, str]:
    """Return (kind, reason) of the last word on the newest entry."""
    outcome = Entry.objects.latest("at").outcomes.last()
    assert outcome is not None
    return outcome.kind, outcome.reason


def outcomes() -> list[tuple[str, str]]:
    """Return every (kind, reason) of the newest entry, in order."""
    return [(outcome.kind, outcome.reason) for outcome in Entry.objects.latest("at").outcomes.all()]

"""Each way in which Heroku can fail × reading, sleeping, waking, resizing: quick pages, one change at most, a true journal.

One app is awake and is put to sleep, another sleeps and is woken, while somebody opens pages: all at the same moment.
A third leaves Eco, at another.
"""

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.scaling.models import RememberedType
from opsconsole.ops.scaling.plan import Scaled
from opsconsole.simulator import Simulator
from opsconsole.simulator.faults import MODES
from tests.ops.access.conftest import Browser
from tests.ops.changes.test_lease import all_at_once
from tests.ops.conftest import wait_until
from tests.ops.journal.entries import plain
from tests.ops.scaling.interruptions import remember
from tests.ops.scaling.pages import SITE, SLEEP, confirmed
from tests.ops.scaling.resizing import ECO, typed

LONGEST_PAGE = 3.0  # seconds, on a machine that has nothing else to do
QUIET = "/journal/"
SHOP = "boutique-solidaire"
ROOMS = "agenda-salles"
ROOMS_SIZE = f"/apps/{ROOMS}/scaling/"
BASIC = {"web": (1, "Basic"), "worker": (1, "Basic")}
SHOP_AWAKE = {"clock": (0, "Standard-1X"), "web": (2, "Standard-2X"), "worker": (1, "Standard-1X")}
SITE_AWAKE = {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}
PARAMETERS: dict[str, dict[str, Any]] = {"latency": {"seconds": 1.2}, "huge": {"bytes": 8_000_000}}
ANSWERS_IN_THE_END = {"latency", "warning"}

Page = tuple[int, str, float]


@pytest.fixture
def shop(site: App, simulator: Simulator) -> App:  # noqa: ARG001
    """Another app, which our own console has put to sleep long ago."""
    app = App.objects.get(name=SHOP)
    awake = [
        Scaled(type=kind, quantity=each[0], size=each[1]) for kind, each in SHOP_AWAKE.items() if each[0]
    ]
    remember(app, *awake, entry_id=uuid4())
    simulator.world.app(SHOP).scale(web=0, worker=0)
    return app


@pytest.fixture
def short(settings: Settings) -> None:
    settings.SCALING_CALL_SECONDS = 1.5


def timed(ask: Callable[[], object]) -> Page:
    began = time.monotonic()
    response = ask()
    content = getattr(response, "content", b"").decode()
    return getattr(response, "status_code", 0), content, time.monotonic() - began


def open_and_click(operator: Browser, site: App, *, paths: tuple[str, ...]) -> dict[str, Page]:
    """Open pages, put one app to sleep and wake the other, all at once; return what came back, and when."""
    acts: dict[str, Callable[[], object]] = {
        "sleep": partial(_same_person(operator).post, SLEEP, confirmed(site)),
        "wake": partial(_same_person(operator).post, f"/apps/{SHOP}/scaling/wake/"),
        **{path: partial(_same_person(operator).get, path) for path in paths},
    }
    return all_together(acts, of=operator)


def open_and_resize(manager: Browser, *, paths: tuple[str, ...]) -> dict[str, Page]:
    """Open pages and let an app leave Eco, all at once."""
    acts: dict[str, Callable[[], object]] = {
        "resize": partial(_same_person(manager).post, ROOMS_SIZE, typed(BASIC, seen=ECO)),
        **{path: partial(_same_person(manager).get, path) for path in paths},
    }
    return all_together(acts, of=manager)


def all_together(acts: Mapping[str, Callable[[], object]], *, of: Browser) -> dict[str, Page]:
    """Act all at once; under QUIET is the slowest of the pages opened meanwhile that ask Heroku nothing."""
    pages: dict[str, Page] = {}
    left = set(acts)
    quiet = _same_person(of)

    def run(name: str) -> None:
        try:
            pages[name] = timed(acts[name])
        finally:
            left.discard(name)

    def look_beside() -> None:
        beside = [timed(lambda: quiet.get(QUIET))]
        while left:
            beside.append(timed(lambda: quiet.get(QUIET)))
        pages[QUIET] = max(beside, key=lambda page: page[2])

    together: list[Callable[[], None]] = [look_beside, *(partial(run, name) for name in acts)]
    for result in all_at_once(together):
        assert result is None, result
    return pages


def _same_person(browser: Browser) -> Browser:
    tab = Browser()
    tab.cookies = browser.cookies
    return tab


def hold(pages: dict[str, Page]) -> None:
    """Nothing of it broke, and nobody waited for Heroku for longer than three seconds."""
    longest = LONGEST_PAGE + 2 * pages[QUIET][2]  # as slow as this machine is, before the wait and after it
    assert {name: status for name, (status, _page, _spent) in pages.items() if status >= 500} == {}
    assert [name for name, (_status, page, _spent) in pages.items() if "Traceback" in page] == []
    assert {name: spent for name, (_status, _page, spent) in pages.items() if spent >= longest} == {}


def changes_of(simulator: Simulator, app: App) -> int:
    path = f"/apps/{app.heroku_id}/formation"
    return len([each for each in simulator.requests if (each.method, each.path) == ("PATCH", path)])


def end_of(app: App) -> Kind:
    outcome = Entry.objects.filter(app_id=str(app.heroku_id)).latest("at").outcomes.last()
    assert outcome is not None
    return Kind(outcome.kind)


def hold_the_journal(simulator: Simulator, site: App, shop: App) -> None:
    """What the journal says last is what Heroku has."""
    sleeping = all(quantity == 0 for quantity, _size in simulator.world.app(site.name).formation.values())
    awake = simulator.world.app(SHOP).formation == SHOP_AWAKE
    assert end_of(site) == (Kind.DONE if sleeping else Kind.FAILED)
    assert end_of(shop) == (Kind.DONE if awake else Kind.FAILED)
    assert sleeping or simulator.world.app(site.name).formation == SITE_AWAKE
    assert RememberedType.objects.filter(app_id=site.heroku_id).exists() == sleeping
    assert RememberedType.objects.filter(app_id=shop.heroku_id).exists() != awake


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.usefixtures("short")
def test_when_every_answer_fails(
    fleet: Fleet,  # noqa: ARG001
    site: App,
    shop: App,
    simulator: Simulator,
    operator: Browser,
    mode: str,
) -> None:
    fault = simulator.faults.add(mode, **PARAMETERS.get(mode, {}))
    pages = open_and_click(operator, site, paths=("/", SITE, SLEEP))
    simulator.faults.remove(fault.id)
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert changes_of(simulator, site) <= 1
    assert changes_of(simulator, shop) <= 1
    hold_the_journal(simulator, site, shop)
    if mode not in ANSWERS_IN_THE_END:
        assert "Tout va bien" not in plain(pages[SITE][1])


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.usefixtures("short")
def test_when_only_the_change_fails(
    fleet: Fleet,  # noqa: ARG001
    site: App,
    shop: App,
    simulator: Simulator,
    operator: Browser,
    mode: str,
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", **PARAMETERS.get(mode, {}))
    pages = open_and_click(operator, site, paths=(SITE,))
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert changes_of(simulator, site) == 1
    assert changes_of(simulator, shop) == 1
    hold_the_journal(simulator, site, shop)


# ── another size ──
def hold_the_size(simulator: Simulator, rooms: App) -> None:
    """It has left Eco with everything or with nothing, and the journal's last word says which."""
    formation = simulator.world.app(ROOMS).formation
    assert formation in (BASIC, ECO)
    assert end_of(rooms) == (Kind.DONE if formation == BASIC else Kind.FAILED)


@pytest.fixture
def rooms(site: App) -> App:  # noqa: ARG001
    return App.objects.get(name=ROOMS)


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.usefixtures("fleet", "short")
def test_when_every_answer_fails_while_a_size_changes(
    rooms: App, simulator: Simulator, manager: Browser, mode: str
) -> None:
    fault = simulator.faults.add(mode, **PARAMETERS.get(mode, {}))
    pages = open_and_resize(manager, paths=(ROOMS_SIZE, f"/apps/{ROOMS}/"))
    simulator.faults.remove(fault.id)
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert changes_of(simulator, rooms) <= 1
    hold_the_size(simulator, rooms)


@pytest.mark.parametrize("mode", sorted(MODES))
@pytest.mark.usefixtures("fleet", "short")
def test_when_only_the_change_of_size_fails(
    rooms: App, simulator: Simulator, manager: Browser, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", **PARAMETERS.get(mode, {}))
    pages = open_and_resize(manager, paths=())
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert changes_of(simulator, rooms) == 1
    hold_the_size(simulator, rooms)

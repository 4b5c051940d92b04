"""Each way in which Heroku can fail × reading, sleeping, waking: pages within three seconds, one change at most, a true journal.

One app is awake and is put to sleep, another sleeps and is woken, while somebody opens pages: all at the same moment.
"""

import time
from collections.abc import Callable
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

LONGEST_PAGE = 3.0  # seconds
SHOP = "boutique-solidaire"
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
    pages: dict[str, Page] = {}

    def run(name: str) -> None:
        pages[name] = timed(acts[name])

    for result in all_at_once([partial(run, name) for name in acts]):
        assert result is None, result
    return pages


def _same_person(browser: Browser) -> Browser:
    tab = Browser()
    tab.cookies = browser.cookies
    return tab


def hold(pages: dict[str, Page]) -> None:
    """Nothing of it broke, and nobody waited for longer than three seconds."""
    assert {name: status for name, (status, _page, _spent) in pages.items() if status >= 500} == {}
    assert [name for name, (_status, page, _spent) in pages.items() if "Traceback" in page] == []
    assert {name: spent for name, (_status, _page, spent) in pages.items() if spent >= LONGEST_PAGE} == {}


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
    pages = open_and_click(operator, site, paths=("/", SITE, SLEEP, "/journal/"))
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

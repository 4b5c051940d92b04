"""Each way in which Heroku can fail × restarting: pages within three seconds, one order at most, a true journal.

One person restarts everything of an app while others open its pages and the sheet: all at the same moment.
"""

from functools import partial
from typing import Any

import pytest
from pytest_django import Settings

from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.simulator import Simulator
from opsconsole.simulator.faults import MODES
from tests.ops.access.conftest import Browser
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import RESTART, SITE, identities, moved, orders
from tests.ops.scaling.test_fault_table import Page, all_together, end_of, hold

PARAMETERS: dict[str, dict[str, Any]] = {"latency": {"seconds": 1.2}, "huge": {"bytes": 8_000_000}}
EVERYTHING = {"web.1", "web.2", "worker.1"}


@pytest.fixture(autouse=True)
def _short(settings: Settings) -> None:
    settings.SCALING_CALL_SECONDS = 1.5


def open_and_click(operator: Browser, *, paths: tuple[str, ...]) -> dict[str, Page]:
    """Open pages and restart, all at once; return what came back, and when."""
    acts = {"restart": partial(_same_person(operator).post, RESTART)}
    acts |= {path: partial(_same_person(operator).get, path) for path in paths}
    return all_together(acts, of=operator)


def _same_person(browser: Browser) -> Browser:
    tab = Browser()
    tab.cookies = browser.cookies
    return tab


def hold_the_journal(site: App, *, restarted: set[str]) -> None:
    """What the journal says last is what Heroku has done: all of it, or nothing."""
    assert restarted in (EVERYTHING, set())
    assert end_of(site) == (Kind.DONE if restarted else Kind.FAILED)
    assert Entry.objects.count() == 1


@pytest.mark.parametrize("mode", sorted(MODES))
def test_when_every_answer_fails(
    fleet: Fleet, site: App, simulator: Simulator, operator: Browser, mode: str
) -> None:
    before = identities(fleet, site)
    simulator.clear_requests()
    fault = simulator.faults.add(mode, **PARAMETERS.get(mode, {}))
    pages = open_and_click(operator, paths=("/", SITE, SITE + "dynos/", RESTART))
    simulator.faults.remove(fault.id)
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert len(orders(simulator)) <= 1
    hold_the_journal(site, restarted=moved(before, identities(fleet, site)))


@pytest.mark.parametrize("mode", sorted(MODES))
def test_when_only_the_restart_fails(
    fleet: Fleet, site: App, simulator: Simulator, operator: Browser, mode: str
) -> None:
    before = identities(fleet, site)
    simulator.faults.add(mode, method="DELETE", **PARAMETERS.get(mode, {}))
    pages = open_and_click(operator, paths=(SITE,))
    wait_until(lambda: not ChangeInProgress.objects.exists())
    hold(pages)
    assert orders(simulator) == ["DELETE dynos"]
    hold_the_journal(site, restarted=moved(before, identities(fleet, site)))

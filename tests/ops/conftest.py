"""What the tests of the rooms share: the fleet of an embedded Heroku, its apps, and people with a browser each."""

import threading
import time
from collections.abc import Callable, Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from opsconsole.live import runtime
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.fleet import current
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.logs import topics as logs
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser

NOWHERE = Own(name="console-de-l-ecole", app_id="", on_heroku=False, hosts=frozenset())


def wait_until(condition: Callable[[], object], *, seconds: float = 45.0) -> None:
    """Wait for something that other threads bring about; fails loudly when it does not come."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.01)


@pytest.fixture
def fleet(request: pytest.FixtureRequest, simulator: Simulator, settings: Settings) -> Iterator[Fleet]:
    """The process's fleet, pointed at the embedded Heroku."""
    if "transactional_db" in request.fixturenames:
        request.getfixturevalue(
            "transactional_db"
        )  # whose tables are emptied only once the followers have left
    settings.HEROKU_API_KEY = simulator.token
    settings.PLATFORM_API_URL = simulator.base_url
    current.fleet.cache_clear()
    runtime.hub.cache_clear()
    cache.clear()
    running = current.fleet()
    logs.register(runtime.hub(), running)
    yield running
    running.close()
    runtime.hub().shutdown(5)
    runtime.hub.cache_clear()
    simulator.stop()  # so that no follower waits for an answer, and then writes into the next test's database
    wait_until(lambda: not any(thread.name == "follower" for thread in threading.enumerate()))
    current.fleet.cache_clear()


@pytest.fixture
def site(fleet: Fleet, transactional_db: None) -> App:  # noqa: ARG001
    """« inscriptions »: two web dynos and a worker, in Standard-1X."""
    note_apps(fleet)
    return App.objects.get(name="inscriptions")


def make_browser(username: str, profile: Profile, name: str) -> Browser:
    person = User.objects.create(username=username, name=name, profile=profile)
    browser = Browser()
    browser.force_login(person)
    return browser


@pytest.fixture
def operator(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("claire", Profile.OPERATOR, "Claire Morel")


@pytest.fixture
def reader(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("hugo", Profile.READER, "Hugo Petit")


@pytest.fixture
def claire() -> Actor:
    return Actor(
        id="1", name="Claire Morel", profile=Profile.OPERATOR, address="192.0.2.14", session_ref="abc"
    )


@pytest.fixture
def hugo() -> Actor:
    return Actor(id="2", name="Hugo Petit", profile=Profile.READER, address="192.0.2.15", session_ref="def")

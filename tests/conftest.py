"""What every test of the console may use: an embedded Heroku, and a database whose journal refuses to be changed."""

from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django.plugin import blocking_manager_key

from opsconsole.ops.journal import guard
from opsconsole.simulator import Simulator

# How long an example takes says how busy this machine is, and nothing of what is tested.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """A Heroku of its own for each test, quick enough that dynos start and stop within a tenth of a second."""
    with Simulator(speed=200) as running:
        yield running


# A hook rather than a fixture: whatever order a test's fixtures come in, this is around the emptying of its tables.
@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A transactional test ends by emptying its tables, which the journal's triggers refuse: lift them for that moment only."""
    if not isinstance(item, pytest.Function) or not _is_transactional(item):
        return (yield)
    blocker = item.config.stash[blocking_manager_key]
    with blocker.unblock():
        guard.remove(connection)
    try:
        return (yield)
    finally:
        if nextitem is not None:  # after the last one the database is gone
            with blocker.unblock():
                guard.install(connection)
                connection.close()


def _is_transactional(item: pytest.Function) -> bool:
    marker = item.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        return True
    return bool({"transactional_db", "live_server"} & set(item.fixturenames))

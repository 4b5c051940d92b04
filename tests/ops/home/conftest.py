"""A home that was read once, so that a test begins with a page that is warm."""

import pytest

from opsconsole.ops.access.models import Profile
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser


# A page alone needs no transactions of its own; a test that starts a change asks for `site`, which does.
@pytest.fixture
def operator(db: None) -> Browser:  # noqa: ARG001
    return make_browser("claire", Profile.OPERATOR, "Claire Morel")


@pytest.fixture
def reader(db: None) -> Browser:  # noqa: ARG001
    return make_browser("hugo", Profile.READER, "Hugo Petit")


@pytest.fixture
def home(fleet: Fleet, db: None) -> Fleet:  # noqa: ARG001
    """Every app listed and read."""
    known = fleet.look_at(note_apps(fleet), patience=20)
    assert all(each.reading for each in known.values())
    return fleet


@pytest.fixture
def read_again(home: Fleet, simulator: Simulator) -> object:
    """Call it to let the console see what the test has just changed at Heroku."""

    def read(name: str) -> None:
        known = home.refresh(App.objects.get(name=name).heroku_id)
        assert known.failure is None
        simulator.clear_requests()

    return read

"""Small acts that the tests of quantity and size are written in."""

from collections.abc import Mapping

import pytest

from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.scaling.formation_form import data_of
from opsconsole.ops.scaling.plan import Scaled
from opsconsole.ops.scaling.resize import resize
from tests.ops.access.conftest import Browser
from tests.ops.conftest import NOWHERE, make_browser
from tests.ops.journal.entries import plain

SCALING = "/apps/inscriptions/scaling/"
AWAKE = {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}
LARGER = {"web": (2, "Standard-2X"), "worker": (1, "Standard-1X")}
ECO = {"web": (1, "Eco"), "worker": (1, "Eco")}

Formation = Mapping[str, tuple[int, str]]


def scaled(formation: Formation) -> tuple[Scaled, ...]:
    return tuple(Scaled(type=kind, quantity=each[0], size=each[1]) for kind, each in formation.items())


def ask_for(fleet: Fleet, actor: Actor, app: App, wanted: Formation, *, seen: Formation = AWAKE) -> None:
    resize(fleet, actor=actor, app=app, wanted=scaled(wanted), seen=scaled(seen), own=NOWHERE)


def typed(wanted: Formation, *, seen: Formation = AWAKE) -> dict[str, str]:
    """What a browser posts once somebody has filled in the form."""
    return data_of(scaled(seen), scaled(wanted))


def apply(browser: Browser, wanted: Formation, *, seen: Formation = AWAKE, path: str = SCALING) -> str:
    """Post the form; return the page that comes back, "" where the change was accepted."""
    response = browser.post(path, typed(wanted, seen=seen))
    if response.status_code == 302:
        assert response["Location"] == path.removesuffix("scaling/")
        return ""
    assert response.status_code == 200
    return str(response.content.decode())


def errors_in(page: str) -> list[str]:
    """Return what is wrong, as it stands beside the fields."""
    return [plain(part.partition("</p>")[0]) for part in page.split('<p class="error">')[1:]]


@pytest.fixture
def manager(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("jeanne", Profile.MANAGER, "Jeanne Roy")


@pytest.fixture
def jeanne() -> Actor:
    return Actor(id="9", name="Jeanne Roy", profile=Profile.MANAGER, address="192.0.2.19", session_ref="jkl")

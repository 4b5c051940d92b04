"""What two processes of the console tell each other: two fleets here, and the cache that they share."""

import pytest
from django.core.cache import cache
from django.utils import timezone
from pytest_django import Settings

from opsconsole import heroku
from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet import token as tokens
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.neighbours import Neighbours
from opsconsole.simulator import Simulator

ADMINISTRATOR = Actor(
    id="9", name="Awa", profile=Profile.ADMINISTRATOR, address="192.0.2.9", session_ref="ghi"
)


class Wall:
    """A clock on the wall, which both processes see."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def wall() -> Wall:
    cache.clear()
    return Wall()


def make_fleet(simulator: Simulator, wall: Wall) -> Fleet:
    client = heroku.Client(simulator.token, base_url=simulator.base_url)
    return Fleet(client, announce=lambda _name, _event: None, now=timezone.now, clock=wall)


@pytest.fixture
def here(simulator: Simulator, wall: Wall) -> Fleet:
    return make_fleet(simulator, wall)


@pytest.fixture
def there(simulator: Simulator, wall: Wall) -> Fleet:
    return make_fleet(simulator, wall)


def test_what_one_process_spends_the_other_no_longer_has(here: Fleet, there: Fleet, wall: Wall) -> None:
    ours, theirs = Neighbours(here, clock=wall), Neighbours(there, clock=wall)
    assert here.budget.take(20, purpose="page")
    ours.exchange()
    theirs.exchange()
    assert there.budget.room("page") == 5


def test_its_own_calls_are_counted_once(here: Fleet, wall: Wall) -> None:
    ours = Neighbours(here, clock=wall)
    assert here.budget.take(10, purpose="page")
    ours.exchange()
    ours.exchange()
    assert here.budget.room("page") == 15


def test_a_minute_later_what_the_other_spent_is_forgotten(here: Fleet, there: Fleet, wall: Wall) -> None:
    ours, theirs = Neighbours(here, clock=wall), Neighbours(there, clock=wall)
    here.budget.spend(20)
    ours.exchange()
    theirs.exchange()
    wall.seconds += 70
    theirs.exchange()
    assert there.budget.room("page") == 25


@pytest.mark.django_db
def test_a_token_stored_by_one_process_is_used_by_the_other(
    here: Fleet, there: Fleet, wall: Wall, simulator: Simulator, settings: Settings
) -> None:
    settings.PLATFORM_API_URL = simulator.base_url
    there.use(None)
    theirs = Neighbours(there, clock=wall)
    tokens.store(here, actor=ADMINISTRATOR, token=simulator.token, now=timezone.now())
    theirs.exchange()
    assert there.account is not None
    assert there.account.email == simulator.account


@pytest.mark.django_db
def test_the_process_that_stored_a_token_does_not_read_it_again(
    here: Fleet, wall: Wall, simulator: Simulator, settings: Settings
) -> None:
    settings.PLATFORM_API_URL = simulator.base_url
    ours = Neighbours(here, clock=wall)
    tokens.store(here, actor=ADMINISTRATOR, token=simulator.token, now=timezone.now())
    used = here.client
    ours.exchange()
    assert here.client is used


@pytest.mark.django_db
def test_a_process_that_starts_later_reads_the_token_as_it_is_kept_and_not_once_more(
    here: Fleet, there: Fleet, wall: Wall, simulator: Simulator, settings: Settings
) -> None:
    settings.PLATFORM_API_URL = simulator.base_url
    tokens.store(here, actor=ADMINISTRATOR, token=simulator.token, now=timezone.now())
    used = there.client
    Neighbours(there, clock=wall).exchange()
    assert there.client is used

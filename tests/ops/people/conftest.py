"""An administrator with a browser, somebody else to change, and two sites that Heroku need not know."""

from uuid import UUID

import pytest
from django.utils import timezone

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.models import App
from tests.ops.access.conftest import Browser

SCHOOL = UUID("8c9e5d10-0000-4000-8000-000000000001")
SHOP = UUID("8c9e5d10-0000-4000-8000-000000000002")


def make_user(username: str, profile: Profile, name: str, **values: object) -> User:
    return User.objects.create(username=username, name=name, profile=profile, **values)


def actor_for(person: User) -> Actor:
    return Actor(
        id=str(person.pk), name=str(person), profile=person.profile, address="192.0.2.1", session_ref="abc"
    )


def browser_of(person: User) -> Browser:
    """Somebody who has just typed their password."""
    browser = Browser()
    browser.force_login(person)
    browser.prove_password()
    return browser


@pytest.fixture
def apps(db: None) -> list[App]:  # noqa: ARG001
    now = timezone.now()
    return [
        App.objects.create(heroku_id=SCHOOL, name="inscriptions", label="Inscriptions", seen_at=now),
        App.objects.create(heroku_id=SHOP, name="boutique", label="Boutique", position=200, seen_at=now),
    ]


@pytest.fixture
def ines(db: None) -> User:  # noqa: ARG001
    return make_user("ines", Profile.ADMINISTRATOR, "Inès Haddad")


@pytest.fixture
def hugo(db: None) -> User:  # noqa: ARG001
    return make_user("hugo", Profile.READER, "Hugo Petit")


@pytest.fixture
def admin(ines: User) -> Browser:
    return browser_of(ines)

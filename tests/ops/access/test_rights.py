"""The table of rights, cell by cell, and who acts."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.test import RequestFactory

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import PROFILE_RIGHTS, Actor, Right, actor_of, may, require

APP = "01234567-89ab-cdef-0123-456789abcdef"
FROM_PROFILE = {
    Right.SEE: Profile.READER,
    Right.SLEEP: Profile.OPERATOR,
    Right.WAKE: Profile.OPERATOR,
    Right.RESTART: Profile.OPERATOR,
    Right.RUN: Profile.OPERATOR,
    Right.SCALE: Profile.MANAGER,
    Right.PROTECT: Profile.MANAGER,
    Right.REVEAL: Profile.MANAGER,
    Right.SCHEDULE: Profile.MANAGER,
    Right.FREE_COMMAND: Profile.ADMINISTRATOR,
    Right.COMMANDS: Profile.ADMINISTRATOR,
    Right.CONSOLE: Profile.ADMINISTRATOR,
    Right.RECORDINGS: Profile.ADMINISTRATOR,
    Right.PEOPLE: Profile.ADMINISTRATOR,
    Right.APPS: Profile.ADMINISTRATOR,
    Right.EXPORT: Profile.ADMINISTRATOR,
    Right.HEALTH: Profile.ADMINISTRATOR,
    Right.TOKEN: Profile.ADMINISTRATOR,
}
RISING = list(Profile)


def actor(profile: str) -> Actor:
    return Actor(id="1", name="Claire", profile=profile, address="192.0.2.1", session_ref="abc")


@pytest.mark.parametrize("profile", RISING)
@pytest.mark.parametrize("right", list(Right))
def test_a_right_begins_at_its_profile(profile: Profile, right: Right) -> None:
    expected = RISING.index(profile) >= RISING.index(FROM_PROFILE[right])
    assert may(User(profile=profile), right) is expected
    assert may(User(profile=profile), right, APP) is expected
    assert may(actor(profile), right, APP) is expected


def test_every_profile_has_its_line() -> None:
    assert set(PROFILE_RIGHTS) == set(Profile.values)


@pytest.mark.parametrize("right", list(Right))
def test_nobody_has_a_right_before_signing_in_once_disabled_or_with_a_profile_that_we_do_not_know(
    right: Right,
) -> None:
    assert not may(AnonymousUser(), right)
    assert not may(User(profile=Profile.ADMINISTRATOR, is_active=False), right)
    assert not may(User(profile="emperor"), right)
    assert not may(actor("emperor"), right)


def test_a_view_refuses_who_has_not_the_right(rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User(profile=Profile.READER)
    require(request, Right.SEE)
    with pytest.raises(PermissionDenied):
        require(request, Right.SLEEP, APP)


def test_the_actor_tells_who_from_where_without_the_key_of_the_session(
    claire: User, rf: RequestFactory
) -> None:
    request = rf.get("/", REMOTE_ADDR="192.0.2.9")
    request.user = claire
    request.session = type("Session", (), {"session_key": "s3cret-key"})()
    found = actor_of(request)
    assert (found.id, found.name, found.profile, found.address) == (
        str(claire.pk),
        "Claire Martin",
        "operator",
        "192.0.2.9",
    )
    assert len(found.session_ref) == 12
    assert found.session_ref not in "s3cret-key"


@pytest.mark.parametrize("person", [AnonymousUser(), User(is_active=False)])
def test_nobody_acts_without_being_signed_in(rf: RequestFactory, person: User | AnonymousUser) -> None:
    request = rf.get("/")
    request.user = person
    with pytest.raises(PermissionDenied):
        actor_of(request)


class TestSomebodyLimitedToSomeApps:
    OTHER = "89abcdef-0123-4567-89ab-cdef01234567"

    @pytest.fixture
    def limited(self) -> Actor:
        return Actor(
            id="1",
            name="Claire",
            profile=Profile.OPERATOR,
            address="192.0.2.1",
            session_ref="abc",
            apps=frozenset({APP}),
        )

    def test_has_the_rights_of_their_profile_on_those(self, limited: Actor) -> None:
        assert may(limited, Right.SLEEP, APP)

    @pytest.mark.parametrize("right", list(Right))
    def test_has_no_right_on_any_other(self, limited: Actor, right: Right) -> None:
        assert not may(limited, right, self.OTHER)

    @pytest.mark.django_db
    def test_is_limited_by_what_was_granted(self) -> None:
        person = User.objects.create(username="lea", name="Léa", profile=Profile.READER, limited=True)
        assert not may(person, Right.SEE, APP)
        person.grants.create(app_id=APP)
        again = User.objects.get(pk=person.pk)
        assert may(again, Right.SEE, APP)
        assert not may(again, Right.SEE, self.OTHER)

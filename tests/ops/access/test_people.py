"""Making a person, the one way for invitations and for the demo."""

import pytest
from django.core.exceptions import ValidationError

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.people import create_person
from tests.ops.access.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def test_the_username_is_kept_under_one_spelling() -> None:
    person = create_person(" \uff23laire ", name=" Claire ", profile=Profile.READER, password=PASSWORD)
    person.refresh_from_db()
    assert (person.username, person.name) == ("claire", "Claire")


def test_somebody_without_a_shown_name_is_shown_by_their_username() -> None:
    assert create_person("claire", name="", profile=Profile.READER, password=PASSWORD).name == "claire"


@pytest.mark.parametrize(
    ("username", "profile", "password"),
    [
        ("CLAIRE", Profile.READER, PASSWORD),
        ("avec espace", Profile.READER, PASSWORD),
        ("", Profile.READER, PASSWORD),
        ("paul", "emperor", PASSWORD),
        ("paul", Profile.READER, "court"),
    ],
)
@pytest.mark.usefixtures("claire")
def test_what_does_not_fit_makes_nobody(username: str, profile: str, password: str) -> None:
    with pytest.raises(ValidationError):
        create_person(username, name="Paul", profile=profile, password=password)
    assert User.objects.count() == 1


@pytest.mark.parametrize("profile", Profile)
def test_djangos_administration_is_for_administrators_who_may_see_every_app(profile: Profile) -> None:
    person = create_person("anne", name="Anne", profile=profile, password=PASSWORD)
    enters = profile == Profile.ADMINISTRATOR
    assert (person.is_staff, person.has_module_perms("ops"), person.has_perm("ops.view_entry")) == (
        enters,
    ) * 3
    assert not person.has_perm("ops.change_entry")
    assert not person.has_module_perms("auth")
    person.limited = True
    assert not person.is_staff
    person.limited, person.is_active = False, False
    assert not person.is_staff

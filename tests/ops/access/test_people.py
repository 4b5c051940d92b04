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


def test_nobody_enters_djangos_own_administration() -> None:
    person = create_person("anne", name="Anne", profile=Profile.ADMINISTRATOR, password=PASSWORD)
    assert not person.is_staff

"""« Que peut faire … ? » tells what the table of rights says, all of it."""

import pytest

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.access.rights import PROFILE_RIGHTS, Right
from opsconsole.ops.fleet.models import App
from opsconsole.ops.people import can
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain
from tests.ops.people.conftest import SCHOOL, make_user

pytestmark = pytest.mark.django_db


def told(answers: list[can.Answer]) -> tuple[set[str], set[str]]:
    return {text for answer in answers for text in answer.may}, {
        text for answer in answers for text in answer.may_not
    }


def sentences(rights: object) -> set[str]:
    assert isinstance(rights, set | frozenset)
    return {can.sentence(right) for right in rights}


def test_every_right_has_a_sentence_of_its_own() -> None:
    assert len({can.sentence(right) for right in Right}) == len(Right)


@pytest.mark.parametrize("profile", list(Profile))
def test_every_right_is_told_as_the_table_has_it(apps: list[App], profile: Profile) -> None:
    person = make_user("hugo", profile, "Hugo Petit")
    has = PROFILE_RIGHTS[profile]
    assert told([can.of_the_console(person), *can.of_the_apps(person, apps)]) == (
        sentences(has),
        sentences(frozenset(Right) - has),
    )


def test_a_closed_account_may_nothing(apps: list[App]) -> None:
    person = make_user("anne", Profile.ADMINISTRATOR, "Anne Roy", is_active=False)
    assert told([can.of_the_console(person), *can.of_the_apps(person, apps)])[0] == set()


def test_sites_that_are_alike_are_told_together(hugo: User, apps: list[App]) -> None:
    [answer] = can.of_the_apps(hugo, apps)
    assert answer.about == ("Inscriptions", "Boutique")


def test_a_protected_site_is_told_apart_for_who_would_otherwise_touch_it(hugo: User, apps: list[App]) -> None:
    apps[0].protected = True
    assert len(can.of_the_apps(hugo, apps)) == 1
    hugo.profile = Profile.OPERATOR
    shielded, other = can.of_the_apps(hugo, apps)
    assert (shielded.about, other.about) == (("Inscriptions",), ("Boutique",))
    assert shielded.note.startswith("Protégé")
    assert not other.note


@pytest.mark.usefixtures("apps")
def test_the_page_names_what_does_not_exist_for_them(admin: Browser, hugo: User) -> None:
    User.objects.filter(pk=hugo.pk).update(limited=True)
    Grant.objects.create(user=hugo, app_id=SCHOOL)
    page = plain(admin.get(f"/settings/people/{hugo.pk}/rights/").content.decode())
    assert "Que peut faire Hugo Petit ?" in page
    assert "Dans ce site Inscriptions Peut voir son état" in page
    assert "Dans les autres sites Boutique Rien" in page
    assert "Dans la console Ne peut pas inviter des personnes" in page

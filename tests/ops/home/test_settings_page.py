"""Where settings begin: only what somebody may open, and only for who may set something."""

import pytest
from django.urls import reverse

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.home.settings_index import doors_of
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.home.pages import Page

pytestmark = pytest.mark.django_db


def somebody(profile: Profile) -> Browser:
    return make_browser("marc", profile, "Marc Delaunay")


def titles(browser: Browser) -> list[str]:
    return [heading.words for heading in Page(browser.get("/settings/")).all("h2")]


def test_an_administrator_finds_everything_that_there_is_to_set() -> None:
    found = titles(somebody(Profile.ADMINISTRATOR))
    assert found[:2] == ["Sites", "Personnes"]
    assert found[-2:] == ["Exporter le journal", "Administration Django"]


def test_a_manager_finds_the_sites_and_nothing_else() -> None:
    assert titles(somebody(Profile.MANAGER)) == ["Sites"]


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR])
def test_who_sets_nothing_has_no_settings(profile: Profile) -> None:
    browser = somebody(profile)
    assert browser.get("/settings/").status_code == 403
    assert 'href="/settings/"' not in browser.get("/").content.decode()


def test_every_page_leads_to_the_settings_for_who_has_some() -> None:
    assert 'href="/settings/"' in somebody(Profile.MANAGER).get("/").content.decode()


@pytest.mark.parametrize("profile", [Profile.MANAGER, Profile.ADMINISTRATOR])
def test_every_door_opens(profile: Profile) -> None:
    browser = somebody(profile)
    browser.prove_password()
    doors = doors_of(User.objects.get())
    assert {door.url: browser.get(door.url).status_code for door in doors} == {
        door.url: 200 for door in doors
    }


def test_a_sentence_stands_beside_each() -> None:
    page = Page(somebody(Profile.ADMINISTRATOR).get(reverse("settings")))
    assert all(chapter.words.endswith(".") for chapter in page.all("li", "chapter"))

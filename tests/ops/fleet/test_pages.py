"""The pages of sites: who opens them, what is saved, what is said of new names and of apps that vanished."""

import re
from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.home.pages import Page

pytestmark = pytest.mark.django_db
LIST = "/settings/apps/"


@pytest.fixture
def admin(db: None) -> Browser:  # noqa: ARG001
    return make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")


@pytest.fixture
def manager(db: None) -> Browser:  # noqa: ARG001
    return make_browser("marc", Profile.MANAGER, "Marc Delaunay")


@pytest.fixture
def app(fleet: Fleet, db: None) -> App:  # noqa: ARG001
    """« inscriptions »: a site and a worker, read over the wire."""
    note_apps(fleet)
    app = App.objects.get(name="inscriptions")
    assert fleet.refresh(app.pk).reading
    return app


def page_of(app: App) -> str:
    return reverse("settings_app", args=[app.pk])


def fields(page: Page) -> dict[str, str]:
    """What a browser would send if nothing were touched: the boxes that are ticked, and every other field."""
    inputs = [each.attributes for each in page.all("input") if "name" in each.attributes]
    sent = [each for each in inputs if each.get("type") != "checkbox" or "checked" in each]
    return {each["name"]: each.get("value", "on" if each.get("type") == "checkbox" else "") for each in sent}


def send(browser: Browser, url: str, **changes: str | None) -> Any:
    """Open a page, change some of its fields (None unticks) and send it."""
    values = {**fields(Page(browser.get(url))), **changes}
    if url != LIST and "label" in values:
        values.setdefault("environment", Environment.PRODUCTION)
    return browser.post(url, {name: value for name, value in values.items() if value is not None})


# ── Who opens them ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR])
def test_who_protects_nothing_has_no_settings(app: App, profile: Profile) -> None:
    browser = make_browser("hugo", profile, "Hugo Petit")
    urls = [LIST, page_of(app)]
    assert [browser.get(url).status_code for url in urls] == [403, 403]
    assert [browser.post(url, {"protected": "on"}).status_code for url in urls] == [403, 403]
    app.refresh_from_db()
    assert not app.protected


@pytest.mark.parametrize("name", ["rename_noted", "forget_app"])
def test_only_an_administrator_takes_note_and_forgets(app: App, manager: Browser, name: str) -> None:
    App.objects.update(listed=False, former_name="avant")
    assert manager.post(reverse(name, args=[app.pk])).status_code == 403
    assert App.objects.filter(pk=app.pk, former_name="avant").exists()


def test_a_manager_limited_to_some_apps_finds_no_other(app: App) -> None:
    browser = make_browser("marc", Profile.MANAGER, "Marc Delaunay")
    marc = User.objects.get(username="marc")
    User.objects.update(limited=True)
    other = App.objects.get(name="bibliotheque")
    Grant.objects.create(user=marc, app_id=other.pk)
    assert browser.get(page_of(app)).status_code == 404
    assert browser.get(page_of(other)).status_code == 200
    assert "inscriptions" not in Page(browser.get(LIST)).words


def test_an_app_that_nobody_knows_is_not_found(admin: Browser) -> None:
    assert admin.get(reverse("settings_app", args=[UUID(int=7)])).status_code == 404


# ── One app ─────────────────────────────────────────────────────────────────────────────────────────────
def test_an_administrator_says_what_an_app_and_its_types_are_called(app: App, admin: Browser) -> None:
    changes = {
        "label": "Inscriptions",
        "environment": "staging",
        "label-worker": "Les courriels",
        "position-worker": "1",
        "position-web": "2",
        "protected-worker": "on",
    }
    answer = send(admin, page_of(app), **changes)
    assert (answer.status_code, answer["Location"]) == (302, page_of(app))
    app.refresh_from_db()
    assert (app.label, app.environment, app.shown, app.protected) == ("Inscriptions", "staging", True, False)
    assert app.process_names() == {"worker": "Les courriels", "web": ""}
    assert list(app.process_types.filter(protected=True).values_list("name", flat=True)) == ["worker"]
    entry = Entry.objects.get(action="describe_app")
    assert entry.after.keys() == {"label", "environment", "process_types"}
    assert "Les courriels" in Page(admin.get(reverse("dynos", args=[app.name]))).words


def test_saving_what_is_already_so_says_it_and_journals_nothing(app: App, admin: Browser) -> None:
    send(admin, page_of(app))
    assert "rien n’a changé" in Page(admin.get(page_of(app))).words
    assert not Entry.objects.filter(action="describe_app").exists()


def test_what_cannot_be_saved_is_said_beside_its_field(app: App, admin: Browser) -> None:
    page = Page(send(admin, page_of(app), **{"position-worker": "0", "label": "x" * 81}))
    errors = [error.words for error in page.all(css_class="error")]
    assert errors == ["80 signes au plus.", "La première place est 1."]
    assert not Entry.objects.filter(action="describe_app").exists()


def test_a_manager_protects_and_whatever_else_is_posted_has_no_effect(app: App, manager: Browser) -> None:
    page = Page(manager.get(page_of(app)))
    named = {each.attributes.get("name") for each in page.all("input")}
    assert named - {None, "csrfmiddlewaretoken", "next"} == {"protected", "protected-web", "protected-worker"}
    changes = {"label": "Autre", "environment": "staging", "label-web": "Autre", "position": "1"}
    send(manager, page_of(app), protected="on", **{"protected-web": "on"}, **changes)
    app.refresh_from_db()
    assert (app.protected, app.label, app.environment, app.position) == (True, "", "production", 100)
    assert app.process_names() == {"web": "", "worker": ""}
    entry = Entry.objects.get(action="describe_app")
    assert entry.after == {"protected": True, "process_types": {"web": {"protected": True}}}


def test_who_was_given_an_app_is_named_to_who_may_know(app: App, admin: Browser, manager: Browser) -> None:
    hugo = User.objects.create(username="hugo", name="Hugo Petit", profile=Profile.READER, limited=True)
    nina = User.objects.create(username="nina", name="Nina Roche", profile=Profile.READER, limited=True)
    Grant.objects.create(user=hugo, app_id=app.pk)
    page = Page(admin.get(page_of(app)))
    assert "Hugo Petit" in page.words
    assert nina.name not in page.words
    assert reverse("person", args=[hugo.pk]) in {link.attributes.get("href") for link in page.all("a")}
    assert "Hugo Petit" not in Page(manager.get(page_of(app))).words


def test_an_app_that_heroku_has_not_told_is_not_called_empty(
    app: App, admin: Browser, simulator: Simulator
) -> None:
    assert app.listed
    empty = App.objects.get(name="nouveau-site")
    assert "Rien n’est encore déployé" in Page(admin.get(page_of(empty))).words
    unread = App.objects.get(name="bibliotheque")
    simulator.faults.add("503", path=f"/apps/{unread.pk}/formation")
    assert "Heroku n’a pas encore dit" in Page(admin.get(page_of(unread))).words


# ── All of them ─────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("fleet")
def test_the_list_is_what_the_token_sees_now(admin: Browser, simulator: Simulator) -> None:
    simulator.world.add_app("cantine")
    page = Page(admin.get(LIST))
    assert "cantine" in page.words
    assert "Liste lue chez Heroku" in page.words


def test_without_an_answer_the_list_is_the_one_that_was_kept(admin: Browser) -> None:
    page = Page(admin.get(LIST))
    assert "Heroku n’a pas encore dit quels sites le jeton voit" in page.words


def test_a_hidden_app_exists_for_nobody_but_here(app: App, admin: Browser) -> None:
    assert send(admin, LIST, **{f"shown-{app.pk}": None}).status_code == 302
    assert admin.get(reverse("app", args=[app.name])).status_code == 404
    assert 'id="site-inscriptions"' not in admin.get("/").content.decode()
    assert admin.get(page_of(app)).status_code == 200
    assert Entry.objects.get(action="describe_app").after == {"shown": False}


def test_only_the_apps_that_got_another_place_are_journaled(app: App, admin: Browser) -> None:
    send(admin, LIST, **{f"position-{app.pk}": "1"})
    entry = Entry.objects.get(action="describe_app")
    assert (entry.app_name, entry.before, entry.after) == ("inscriptions", {"position": 100}, {"position": 1})


def test_a_place_that_is_none_is_said_and_nothing_is_saved(app: App, admin: Browser) -> None:
    page = Page(send(admin, LIST, **{f"position-{app.pk}": "mille", f"shown-{app.pk}": None}))
    assert [error.words for error in page.all(css_class="error")] == ["Un nombre entier, par exemple 1."]
    app.refresh_from_db()
    assert app.shown


def test_a_manager_arranges_nothing(app: App, manager: Browser) -> None:
    assert manager.get(LIST).status_code == 200
    assert manager.post(LIST, {f"position-{app.pk}": "1"}).status_code == 403
    app.refresh_from_db()
    assert (app.position, app.shown) == (100, True)


@pytest.mark.usefixtures("fleet")
def test_two_hundred_apps_cost_no_more_queries_than_two(
    admin: Browser, simulator: Simulator, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(200):
        simulator.world.add_app(f"site-{number}")
    admin.get(LIST)
    with django_assert_max_num_queries(15):
        assert len(Page(admin.get(LIST)).all("li", "setting")) == 207


# ── New names, and apps that vanished ───────────────────────────────────────────────────────────────────
def listed_again(fleet: Fleet, simulator: Simulator) -> None:
    """Read the list as the pump does when its time has come."""
    assert fleet.list_apps(max_age=0) is not None
    simulator.clear_requests()
    note_apps(fleet)


def test_a_renamed_app_is_told_to_administrators_until_one_takes_note(
    app: App, fleet: Fleet, simulator: Simulator, admin: Browser, manager: Browser
) -> None:
    simulator.world.app("inscriptions").rename("inscriptions-2027")
    listed_again(fleet, simulator)
    own_page = "/apps/inscriptions-2027/"
    for url in (own_page, page_of(app), LIST):
        assert re.search(r"s’appelait inscriptions\b", Page(admin.get(url)).words), url
    assert "s’appelait" not in Page(manager.get(own_page)).words
    answer = admin.post(reverse("rename_noted", args=[app.pk]), {"app_page": "1"})
    assert answer["Location"] == own_page
    assert "s’appelait" not in Page(admin.get(own_page)).words
    entry = Entry.objects.get(action="describe_app")
    assert (entry.before, entry.after) == ({"former_name": "inscriptions"}, {"former_name": ""})


def test_a_vanished_app_keeps_its_settings_until_it_is_forgotten(
    app: App, fleet: Fleet, simulator: Simulator, admin: Browser
) -> None:
    send(admin, page_of(app), label="Inscriptions")
    simulator.world.remove_app("inscriptions")
    listed_again(fleet, simulator)
    assert "Heroku ne le montre plus au jeton depuis" in Page(admin.get(LIST)).words
    assert "Heroku ne le montre plus au jeton depuis" in Page(admin.get(page_of(app))).words
    assert admin.get("/apps/inscriptions/").status_code == 404
    assert admin.post(reverse("forget_app", args=[app.pk])).status_code == 302
    assert "Inscriptions est oublié" in Page(admin.get(LIST)).words
    assert not App.objects.filter(pk=app.pk).exists()


def test_an_app_that_the_token_sees_cannot_be_forgotten(app: App, admin: Browser) -> None:
    admin.post(reverse("forget_app", args=[app.pk]))
    assert App.objects.filter(pk=app.pk).exists()
    assert not Outcome.objects.exists()

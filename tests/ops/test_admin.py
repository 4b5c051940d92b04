"""Django's administration: who looks around in it, that the journal is whole, and that the token is not in it."""

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.utils import timezone

from opsconsole.ops.access.models import Grant, Invitation, Profile, User
from opsconsole.ops.admin import TABLES, administration
from opsconsole.ops.fleet.models import App, StoredToken
from opsconsole.ops.journal.models import Entry, Kind, Outcome
from opsconsole.ops.models import ChangeInProgress, RememberedType, Sleep
from tests.ops.access.conftest import SIGN_IN, Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.entries import SCHOOL, SLEEP, plain, write

# Django's templates ask for variables that are not always there.
pytestmark = [pytest.mark.django_db, pytest.mark.ignore_template_errors]

LISTS = [f"/admin/ops/{model._meta.model_name}/" for model in TABLES]  # noqa: SLF001 -- Django's public one
PAGES = ["/admin/", "/admin/ops/", *LISTS]
JOURNAL = "/admin/ops/entry/"


@pytest.fixture
def technician(db: None) -> Browser:  # noqa: ARG001
    return make_browser("amelie", Profile.ADMINISTRATOR, "Amélie Roux")


@pytest.fixture
def entry(db: None) -> Entry:  # noqa: ARG001
    return write(SLEEP, Kind.DONE)


def change(row: Any) -> str:
    return f"/admin/ops/{row._meta.model_name}/{row.pk}/change/"  # noqa: SLF001 -- Django's public one


# ── who enters ──
@pytest.mark.parametrize("page", [*PAGES, "/admin/anything/", "/admin/jsi18n/"])
def test_a_stranger_is_sent_to_our_own_sign_in(page: str) -> None:
    answer = Browser().get(page)
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)


@pytest.mark.parametrize(
    "page", ["/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/autocomplete/"]
)
def test_django_has_no_second_way_in_out_or_around(technician: Browser, page: str) -> None:
    assert Browser().get(page)["Location"].startswith(SIGN_IN)
    assert [technician.get(page).status_code, technician.post(page).status_code] == [404, 404]


@pytest.mark.parametrize("page", [*PAGES, "/admin/anything/", "/admin/jsi18n/"])
@pytest.mark.parametrize("profile", sorted(set(Profile) - {Profile.ADMINISTRATOR}))
def test_it_is_closed_to_every_other_profile(db: None, profile: Profile, page: str) -> None:  # noqa: ARG001
    browser = make_browser("x", profile, "X")
    assert [browser.get(page).status_code, browser.post(page).status_code] == [403, 403]


def test_it_is_closed_to_an_administrator_limited_to_some_apps(technician: Browser) -> None:
    User.objects.update(limited=True)
    Grant.objects.create(user=User.objects.get(), app_id=SCHOOL.app_id)
    assert {technician.get(page).status_code for page in PAGES} == {403}


def test_somebody_disabled_is_out(technician: Browser) -> None:
    User.objects.update(is_active=False)
    assert technician.get("/admin/").status_code in {302, 403}


@pytest.mark.parametrize("page", PAGES)
def test_an_administrator_looks_around(technician: Browser, entry: Entry, page: str) -> None:  # noqa: ARG001
    answer = technician.get(page)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]


def test_its_links_lead_to_the_pages_of_the_console(technician: Browser) -> None:
    page = technician.get("/admin/").content.decode()
    assert {"/", "/journal/", "/accounts/password/change/"} <= set(re.findall(r'href="([^"?#]*)"', page))
    assert 'action="/accounts/logout/"' in page


def test_no_link_of_it_is_dead(technician: Browser, entry: Entry) -> None:
    App.objects.create(heroku_id=SCHOOL.app_id, name="inscriptions", seen_at=timezone.now())
    for page in [*PAGES, change(entry), change(App.objects.get()), change(User.objects.get())]:
        links = set(re.findall(r'href="(/[^"#]*|\?[^"]*)"', technician.get(page).content.decode()))
        paths = {link.replace("&amp;", "&") if link.startswith("/") else page + link for link in links}
        dead = [
            path
            for path in paths
            if not path.startswith("/static/") and technician.get(path).status_code >= 400
        ]
        assert dead == [], page


# ── nothing is written ──
def test_no_table_may_be_written_by_anybody_but_that_of_the_apps(technician: Browser) -> None:
    request: Any = technician.get("/admin/").wsgi_request
    for model, table in administration()._registry.items():  # noqa: SLF001
        may = table.get_model_perms(request)
        assert may == {"add": False, "change": model is App, "delete": False, "view": True}
        assert table.get_actions(request) == {}
        for inline in table.get_inline_instances(request):
            below = [inline.has_add_permission(request, None), inline.has_change_permission(request)]
            assert [*below, inline.has_delete_permission(request)] == [False, False, False]


WAYS: dict[str, tuple[str, dict[str, str]]] = {
    "add": ("add/", {"actor_name": "Personne"}),
    "delete": ("{id}/delete/", {"post": "yes"}),
    "change": ("{id}/change/", {"actor_name": "Personne", "_save": "1"}),
    "outcome below": (
        "{id}/change/",
        {"outcomes-TOTAL_FORMS": "1", "outcomes-INITIAL_FORMS": "1", "outcomes-0-DELETE": "on"},
    ),
    "bulk delete": ("", {"action": "delete_selected", "_selected_action": "{id}", "post": "yes"}),
    "edit in the list": (
        "",
        {"form-TOTAL_FORMS": "1", "form-0-id": "{id}", "form-0-actor_name": "P", "_save": "1"},
    ),
    "save as new": ("{id}/change/", {"_saveasnew": "1"}),
    "history": ("{id}/history/", {}),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("model", [Entry, Outcome])
def test_the_journal_is_neither_edited_nor_deleted(
    technician: Browser, entry: Entry, model: Any, way: str
) -> None:
    row = model.objects.get()
    path, values = WAYS[way]
    path = f"/admin/ops/{model._meta.model_name}/" + path.format(id=row.pk)  # noqa: SLF001
    posted = {name: value.format(id=row.pk) for name, value in values.items()}
    assert technician.post(path, posted).status_code in {200, 403, 404}  # never on to « saved »
    kept = Entry.objects.get(pk=entry.pk)
    assert (kept.actor_name, kept.outcomes.get().kind) == (entry.actor_name, Kind.DONE)


@pytest.mark.parametrize("model", [App, User, Invitation, Sleep, RememberedType, ChangeInProgress])
def test_no_other_row_is_added_from_here(technician: Browser, model: Any) -> None:
    before = model.objects.count()
    path = f"/admin/ops/{model._meta.model_name}/add/"  # noqa: SLF001
    assert [technician.get(path).status_code, technician.post(path).status_code] == [404, 404]
    assert model.objects.count() == before


def test_nobody_is_raised_from_here(technician: Browser) -> None:
    hugo = User.objects.create(username="hugo", name="Hugo Petit", profile=Profile.READER)
    assert technician.post(change(hugo), {"profile": Profile.ADMINISTRATOR, "_save": "1"}).status_code == 403
    assert technician.post(f"/admin/ops/user/{hugo.pk}/password/", {"password1": "x"}).status_code == 404
    hugo.refresh_from_db()
    assert hugo.profile == Profile.READER


def test_django_keeps_no_journal_of_its_own(technician: Browser, entry: Entry) -> None:
    technician.post(change(entry), {"actor_name": "Personne"})
    assert not LogEntry.objects.exists()


# ── what people say of an app ──
@pytest.fixture
def app(db: None) -> App:  # noqa: ARG001
    app = App.objects.create(heroku_id=SCHOOL.app_id, name="inscriptions", seen_at=timezone.now())
    app.process_types.create(name="web", label="Vitrine", position=1)
    return app


SAID = {"label": "Inscriptions", "environment": "staging", "shown": "on", "position": "3", "_save": "1"}
BELOW = {"process_types-TOTAL_FORMS": "1", "process_types-INITIAL_FORMS": "1"}


def test_what_is_said_of_an_app_is_changed_by_the_use_case_and_noted(technician: Browser, app: App) -> None:
    assert technician.post(change(app), SAID | BELOW).status_code == 302
    app.refresh_from_db()
    assert (app.label, app.environment, app.position, app.name) == (
        "Inscriptions",
        "staging",
        3,
        "inscriptions",
    )
    noted = Entry.objects.get()
    assert (noted.action, noted.actor_name, noted.app_id) == ("describe_app", "Amélie Roux", SCHOOL.app_id)
    assert noted.before == {"label": "", "environment": "production", "position": 100}
    assert noted.outcomes.get().kind == Kind.DONE
    assert not LogEntry.objects.exists()


def test_what_heroku_says_of_an_app_and_its_process_types_are_left_alone(
    technician: Browser, app: App
) -> None:
    forged = {
        "name": "boutique",
        "listed": "",
        "heroku_id": "x",
        "process_types-0-label": "Robot",
        "process_types-0-DELETE": "on",
    }
    technician.post(change(app), SAID | BELOW | forged)
    app.refresh_from_db()
    assert (app.name, app.listed, app.process_types.get().label) == ("inscriptions", True, "Vitrine")


def test_nothing_new_said_is_nothing_noted(technician: Browser, app: App) -> None:
    same = {"label": "", "environment": "production", "shown": "on", "position": "100"}
    assert technician.post(change(app), same | BELOW).status_code == 302
    assert not Entry.objects.exists()


def test_what_does_not_fit_is_refused_beside_its_field(technician: Browser, app: App) -> None:
    answer = technician.post(change(app), SAID | BELOW | {"label": "x" * 81, "environment": "moon"})
    assert answer.status_code == 200
    assert not Entry.objects.exists()


def test_an_app_is_not_deleted_from_here(technician: Browser, app: App) -> None:
    technician.post(change(app).replace("/change/", "/delete/"), {"post": "yes"})
    technician.post(
        "/admin/ops/app/", {"action": "delete_selected", "_selected_action": str(app.pk), "post": "yes"}
    )
    assert App.objects.filter(pk=app.pk).exists()


# ── what is shown ──
def test_an_entry_is_shown_with_its_outcomes(technician: Browser, entry: Entry) -> None:
    page = plain(technician.get(change(entry)).content.decode())
    assert "heroku ps:scale web=0 -a inscriptions" in page
    assert "abc-123" in page


def test_the_token_is_not_there(technician: Browser) -> None:
    StoredToken.objects.create(secret="canary", account_id="1", stored_at=timezone.now())
    assert StoredToken not in administration()._registry  # noqa: SLF001
    assert technician.get("/admin/ops/storedtoken/").status_code == 404
    assert technician.get("/admin/ops/storedtoken/1/change/").status_code == 404
    assert not any("canary" in technician.get(page).content.decode() for page in PAGES)


def test_neither_a_password_nor_the_key_of_an_invitation_is_there(technician: Browser) -> None:
    person = User.objects.get()
    person.set_password("la mer est calme ce soir")
    person.save()
    technician.force_login(person)
    token = "a" * 43
    invited = Invitation.objects.create(
        token_hash=token,
        profile=Profile.READER,
        created_at=timezone.now(),
        expires_at=timezone.now(),
    )
    pages = [technician.get(page).content.decode() for page in (change(person), change(invited), *LISTS)]
    assert not any(person.password in page or "token_hash" in page or token in page for page in pages)


@pytest.mark.parametrize(
    "path", ["user/?password__startswith=md5", "invitation/?token_hash__startswith=a", "entry/?actor_id=1"]
)
def test_an_address_asks_for_no_field_that_is_not_offered(technician: Browser, path: str) -> None:
    assert technician.get(f"/admin/ops/{path}").status_code == 400


def test_people_are_filtered_by_what_is_offered(technician: Browser) -> None:
    assert technician.get("/admin/ops/user/?profile__exact=reader").status_code == 200

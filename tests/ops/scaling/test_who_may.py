"""Who may sleep, wake and reopen: the server decides, and every refused change is in the journal."""

import pytest
from pytest_django import Settings

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import SIGN_IN, Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.entries import plain
from tests.ops.scaling.changes import last_outcome, patches, wait_for_the_end
from tests.ops.scaling.pages import REOPEN, SITE, SLEEP, WAKE, confirmed, messages_of

POSTS = [
    (SLEEP, {"page": "error", "confirmation": "inscriptions"}),
    (SLEEP, {"page": "error", "confirmation": "another"}),
    (SLEEP, {}),
    (WAKE, {}),
    (WAKE, {"quantity": "1"}),
    (WAKE, {"quantity": "many"}),
    (REOPEN, {}),
]


def writes(simulator: Simulator) -> list[str]:
    return [request.method for request in simulator.requests if request.method != "GET"]


@pytest.mark.parametrize("path", [SLEEP, WAKE])
def test_a_reader_does_not_even_see_the_sheets(reader: Browser, site: App, path: str) -> None:
    response = reader.get(path)
    assert response.status_code == 403
    entry = Entry.objects.get()
    assert (entry.action, entry.app_id, entry.after["path"]) == ("open_page", str(site.heroku_id), path)
    assert last_outcome() == (Kind.REFUSED, "right")


@pytest.mark.parametrize(("path", "values"), POSTS)
def test_what_a_reader_sends_is_refused_and_written_down(
    reader: Browser, site: App, simulator: Simulator, path: str, values: dict[str, str]
) -> None:
    response = reader.post(path, values)
    assert response.status_code == 403
    entry = Entry.objects.get()
    assert (entry.actor_name, entry.action, entry.app_id) == (
        "Hugo Petit",
        path.strip("/").split("/")[-1],
        str(site.heroku_id),
    )
    assert last_outcome() == (Kind.REFUSED, "right")
    assert writes(simulator) == []


@pytest.mark.parametrize(("path", "values"), POSTS)
def test_a_stranger_is_led_to_the_door(
    site: App,  # noqa: ARG001
    simulator: Simulator,
    path: str,
    values: dict[str, str],
) -> None:
    response = Browser().post(path, values)
    assert response.status_code == 302
    assert response.headers["Location"].startswith(SIGN_IN)
    assert writes(simulator) == []


def test_who_was_disabled_meanwhile_changes_nothing(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    User.objects.update(is_active=False)
    assert operator.post(SLEEP, confirmed(site)).status_code == 302
    assert writes(simulator) == []
    assert not Entry.objects.exists()


def test_who_became_a_reader_meanwhile_is_refused(operator: Browser, site: App, simulator: Simulator) -> None:
    User.objects.update(profile=Profile.READER)
    assert operator.post(SLEEP, confirmed(site)).status_code == 403
    assert writes(simulator) == []


@pytest.mark.parametrize("profile", [Profile.OPERATOR, Profile.MANAGER, Profile.ADMINISTRATOR])
def test_who_operates_may(site: App, simulator: Simulator, profile: Profile) -> None:
    person = make_browser("somebody", profile, "Somebody")
    assert person.post(SLEEP, confirmed(site)).status_code == 302
    wait_for_the_end(site)
    assert len(patches(simulator)) == 1


# ── which app ──
@pytest.mark.parametrize("name", ["no-such-app", "INSCRIPTIONS", "inscriptions-", "8c9e5d10"])
@pytest.mark.parametrize("gesture", ["sleep", "wake", "reopen"])
def test_an_app_that_is_not_ours_is_not_there(
    operator: Browser, site: App, simulator: Simulator, name: str, gesture: str
) -> None:
    response = operator.post(f"/apps/{name}/scaling/{gesture}/", confirmed(site))
    assert response.status_code == 404
    assert writes(simulator) == []
    assert not Entry.objects.exists()


@pytest.mark.parametrize("path", [SLEEP, WAKE, REOPEN])
def test_an_app_that_heroku_lists_no_more_is_not_there(operator: Browser, site: App, path: str) -> None:
    App.objects.filter(pk=site.pk).update(listed=False)
    assert operator.post(path, confirmed(site)).status_code == 404


@pytest.mark.parametrize("path", [SLEEP, WAKE, REOPEN])
def test_a_protected_app_is_refused_with_a_sentence(
    operator: Browser, site: App, simulator: Simulator, path: str
) -> None:
    App.objects.filter(pk=site.pk).update(protected=True)
    operator.post(path, confirmed(site))
    assert messages_of(operator) == ["Ce site est protégé : votre technicien l’a mis à l’abri de ce geste."]
    assert last_outcome() == (Kind.REFUSED, "protected")
    assert writes(simulator) == []


@pytest.mark.parametrize("path", [SLEEP, WAKE, REOPEN])
def test_the_app_that_the_console_runs_in_is_refused_with_a_sentence(
    operator: Browser, site: App, simulator: Simulator, path: str
) -> None:
    App.objects.filter(pk=site.pk).update(name="console-de-l-ecole")
    operator.post(
        path.replace("inscriptions", "console-de-l-ecole"),
        {"page": "error", "confirmation": "console-de-l-ecole"},
    )
    [message] = messages_of(operator)
    assert message.startswith("La console tourne dans ce site")
    assert last_outcome() == (Kind.REFUSED, "own_app")
    assert writes(simulator) == []


def test_the_app_behind_the_host_of_this_page_is_refused_whatever_its_case(
    operator: Browser, fleet: Fleet, site: App, simulator: Simulator, settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = [".herokuapp.com", "testserver"]
    reading = fleet.refresh(site.heroku_id).reading
    assert reading
    host = (reading.app.web_url or "").removeprefix("https://").strip("/").upper()
    operator.post(SLEEP, confirmed(site), headers={"host": host})
    assert last_outcome() == (Kind.REFUSED, "own_app")
    assert writes(simulator) == []


# ── forged ──
@pytest.mark.parametrize("path", [SLEEP, WAKE, REOPEN])
@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"x-csrftoken": "a" * 64},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
    ids=["no token", "another token", "foreign origin", "null origin"],
)
def test_a_forged_post_is_refused(
    site: App,
    simulator: Simulator,
    path: str,
    headers: dict[str, str],
) -> None:
    person = User.objects.create(username="anna", name="Anna", profile=Profile.OPERATOR)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(person)
    assert browser.post(path, confirmed(site), headers=headers).status_code == 403
    assert writes(simulator) == []
    assert not Entry.objects.exists()


def test_a_post_with_its_token_passes(site: App, simulator: Simulator) -> None:
    person = User.objects.create(username="anna", name="Anna", profile=Profile.OPERATOR)
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(person)
    page = browser.get(SLEEP).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    values = confirmed(site, csrfmiddlewaretoken=token)
    assert browser.post(SLEEP, values, headers={"referer": "https://testserver" + SLEEP}).status_code == 302
    wait_for_the_end(site)
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("method", ["put", "patch", "delete", "trace"])
@pytest.mark.parametrize("path", [SLEEP, WAKE, REOPEN])
def test_other_methods_do_nothing(
    operator: Browser,
    site: App,  # noqa: ARG001
    simulator: Simulator,
    path: str,
    method: str,
) -> None:
    assert getattr(operator, method)(path).status_code == 405
    assert writes(simulator) == []


def test_the_page_of_a_refusal_is_in_french(reader: Browser, site: App) -> None:
    page = plain(reader.post(SLEEP, confirmed(site)).content.decode())
    assert "profil" in page.lower()
    assert SITE not in page

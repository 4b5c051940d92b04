"""Somebody limited to some sites: any other is not there, in no page, choice, count, stream or gesture."""

import re
from uuid import UUID

import pytest

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.journal.change import Intent
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import CLAIRE, HUGO, plain, read, sentences, write
from tests.ops.people.conftest import browser_of

OURS, OTHER = "inscriptions", "agenda-salles"


@pytest.fixture
def apps(fleet: Fleet, transactional_db: None) -> dict[str, App]:  # noqa: ARG001
    note_apps(fleet)
    App.objects.filter(name=OTHER).update(label="Agenda des salles")
    return {app.name: app for app in App.objects.all()}


@pytest.fixture
def lea(apps: dict[str, App]) -> User:
    person = User.objects.create(username="lea", name="Léa", profile=Profile.OPERATOR, limited=True)
    Grant.objects.create(user=person, app_id=apps[OURS].heroku_id)
    return person


@pytest.fixture
def limited(lea: User) -> Browser:
    return browser_of(lea)


def note(app: App, *, by: Actor = CLAIRE, action: Action = Action.SLEEP) -> Entry:
    intent = Intent(
        action=action,
        subject=subject_of(app),
        before={"formation": [{"type": "web", "quantity": 1, "size": "Basic"}]},
        after={"formation": [{"type": "web", "quantity": 0, "size": "Basic"}]},
    )
    return write(intent, Kind.DONE, by=by)


def traces(page: str, apps: dict[str, App]) -> list[str]:
    """Return what a page tells of any app but ours."""
    others = [app for app in apps.values() if app.name != OURS]
    words = {word for app in others for word in (app.name, app.title, str(app.heroku_id), app.heroku_id.hex)}
    return [word for word in words if re.search(rf"\b{re.escape(word)}\b", page)]


PAGES = [
    *("/", "/journal/", "/journal/?geste=tout", "/quota/", "/settings/", "/settings/apps/"),
    *(f"/apps/{OURS}/", f"/apps/{OURS}/dynos/", f"/apps/{OURS}/scaling/"),
    *(f"/apps/{OURS}/scaling/sleep/", f"/apps/{OURS}/scaling/wake/"),
]


@pytest.mark.parametrize("path", PAGES)
def test_no_page_tells_of_another_site(apps: dict[str, App], lea: User, path: str) -> None:
    """A manager: of those that can be limited, the profile with most pages."""
    User.objects.filter(pk=lea.pk).update(profile=Profile.MANAGER)
    note(apps[OURS])
    note(apps[OTHER])
    answer = browser_of(lea).get(path)
    assert answer.status_code == 200
    assert traces(answer.content.decode(), apps) == []


def test_the_traces_would_be_found(apps: dict[str, App], lea: User) -> None:
    User.objects.filter(pk=lea.pk).update(limited=False)
    note(apps[OTHER])
    for path in ("/", "/journal/"):
        assert traces(browser_of(lea).get(path).content.decode(), apps)


def test_the_first_page_counts_only_theirs(limited: Browser) -> None:
    page = limited.get("/").content.decode()
    assert page.count('<article class="card"') == 1


GESTURES = ["", "dynos/", "scaling/sleep/", "scaling/wake/", "scaling/reopen/"]


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("method", ["get", "post"])
def test_another_site_answers_as_one_that_is_not_there(
    limited: Browser, simulator: Simulator, gesture: str, method: str
) -> None:
    values = {"page": "error", "confirmation": OTHER}
    hidden, missing = (
        getattr(limited, method)(f"/apps/{name}/{gesture}", values) for name in (OTHER, "nowhere")
    )
    assert hidden.status_code == missing.status_code
    assert hidden.status_code in {404, 405}
    assert plain(hidden.content.decode()) == plain(missing.content.decode())
    assert [request.method for request in simulator.requests if request.method != "GET"] == []
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "spelling", ["AGENDA-SALLES", "agenda%2Dsalles", "%61genda-salles", "inscriptions%2F..%2Fagenda-salles"]
)
def test_no_spelling_of_its_name_finds_it(limited: Browser, spelling: str) -> None:
    assert limited.get(f"/apps/{spelling}/").status_code == 404


def test_its_number_finds_nothing_either(limited: Browser, apps: dict[str, App]) -> None:
    assert limited.get(f"/apps/{apps[OTHER].heroku_id}/").status_code == 404


# ── the journal ──
def offered(page: str, name: str) -> list[str]:
    """Return what a choice of the journal offers, but everything."""
    [choice] = re.findall(rf'<select id="{name}".*?</select>', page, re.DOTALL)
    return re.findall(r'<option value="([^"]+)"', choice)


def test_the_journal_shows_and_offers_only_what_is_theirs(limited: Browser, apps: dict[str, App]) -> None:
    note(apps[OURS], by=CLAIRE)
    note(apps[OTHER], by=HUGO)
    page = read(limited, geste="tout")
    assert len(sentences(page)) == 1
    assert "Claire Morel" in page
    assert "Hugo Petit" not in page
    assert offered(page, "site") == [str(apps[OURS].heroku_id)]
    assert offered(page, "qui") == [CLAIRE.id]


@pytest.mark.parametrize("value", ["id", "hex", "name"])
def test_asking_the_journal_for_another_site_finds_nothing(
    limited: Browser, apps: dict[str, App], value: str
) -> None:
    note(apps[OTHER])
    asked = {"id": str(apps[OTHER].heroku_id), "hex": apps[OTHER].heroku_id.hex, "name": OTHER}[value]
    assert sentences(read(limited, site=asked, geste="tout")) == []


def test_asking_the_journal_for_a_person_finds_only_what_they_did_to_theirs(
    limited: Browser, apps: dict[str, App]
) -> None:
    note(apps[OURS], by=HUGO)
    note(apps[OTHER], by=HUGO)
    assert len(sentences(read(limited, qui=HUGO.id))) == 1


def test_what_is_done_to_the_console_itself_is_not_theirs_to_read(limited: Browser) -> None:
    write(
        Intent(action=Action.INVITE, after={"person": "Anne", "profile": "reader", "apps": None}), Kind.DONE
    )
    assert sentences(read(limited, geste="tout")) == []


def test_only_their_own_can_be_undone(limited: Browser, apps: dict[str, App]) -> None:
    note(apps[OURS])
    note(apps[OTHER])
    page = read(limited)
    assert re.findall(r'<p class="entry__undo"><a class="textlink" href="([^"]+)"', page) == [
        f"/apps/{OURS}/scaling/wake/"
    ]


def test_without_any_site_there_is_nothing_and_no_error(apps: dict[str, App], lea: User) -> None:
    Grant.objects.all().delete()
    note(apps[OURS])
    browser = browser_of(lea)
    assert '<article class="card"' not in browser.get("/").content.decode()
    assert sentences(read(browser, geste="tout")) == []


def test_a_grant_of_an_app_that_nobody_knows_any_more_harms_nothing(limited: Browser, lea: User) -> None:
    Grant.objects.create(user=lea, app_id=UUID(int=1))
    assert limited.get("/").status_code == 200

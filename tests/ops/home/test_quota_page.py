"""The page of the Eco hours: the account's, each site's share, when they end, what happens then."""

import re

import pytest

from opsconsole import heroku
from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.home.hours import shares
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.fleet.readings import NOW
from tests.ops.home.pages import Page

pytestmark = pytest.mark.django_db
HOUR = 3600


@pytest.fixture
def reader(db: None) -> Browser:  # noqa: ARG001
    return make_browser("hugo", Profile.READER, "Hugo Petit")


@pytest.fixture
def hungry(fleet: Fleet, simulator: Simulator, db: None) -> Simulator:  # noqa: ARG001
    """Three sites of ours use the hours: 500, 200 and 40 of 812; the rest is nobody's that we know."""
    note_apps(fleet)
    for name, hours in (("bibliotheque", 40), ("agenda-salles", 500), ("inscriptions", 200)):
        simulator.world.set_quota(app=name, used=hours * HOUR)
    simulator.world.set_quota(used=812 * HOUR)
    return simulator


def lines(page: Page) -> list[str]:
    return [item.words for item in page.all("li", "item")]


def test_the_hungriest_site_comes_first_under_the_name_that_people_know(
    hungry: Simulator, reader: Browser
) -> None:
    App.objects.filter(name="agenda-salles").update(label="Agenda des salles")
    page = Page(reader.get("/quota/"))
    assert hungry.apps
    assert [re.split(r" (?=\d+ h)", line)[0] for line in lines(page)] == [
        "Agenda des salles agenda-salles",
        "inscriptions inscriptions",
        "bibliotheque bibliotheque",
        "Des sites que la console ne montre pas",
    ]
    assert lines(page)[0].endswith("500 h 62 % de ce qui est utilisé")
    assert "/apps/agenda-salles/" in {link.attributes.get("href") for link in page.all("a")}


def test_the_account_s_hours_have_their_age_and_add_up(hungry: Simulator, reader: Browser) -> None:
    words = Page(reader.get("/quota/")).words
    assert hungry.apps
    assert "Lu chez Heroku" in words
    assert "Utilisé : 812 h" in words
    assert "Reste : 188 h" in words


def test_somebody_limited_reads_of_the_others_only_their_sum(hungry: Simulator, reader: Browser) -> None:
    hugo = User.objects.get(username="hugo")
    User.objects.update(limited=True)
    Grant.objects.create(user=hugo, app_id=App.objects.get(name="inscriptions").pk)
    page = Page(reader.get("/quota/"))
    assert hungry.apps
    assert [line.split(" h ")[0] for line in lines(page)] == [
        "inscriptions inscriptions 200",
        "Les autres sites 612",
    ]
    assert not re.search("agenda|bibliotheque", page.words)


def test_what_will_happen_at_zero_is_said(hungry: Simulator, reader: Browser) -> None:
    assert hungry.apps
    words = Page(reader.get("/quota/")).words
    assert "Quand il n’y a plus d’heures, tous les sites Eco du compte s’endorment jusqu’au 1er" in words


def test_what_has_happened_at_zero_is_said(hungry: Simulator, reader: Browser) -> None:
    hungry.world.exhaust_quota()
    words = Page(reader.get("/quota/")).words
    assert "Il ne reste plus d’heures" in words
    assert "Tous les sites Eco du compte dorment jusqu’au 1er" in words


@pytest.mark.parametrize("shape", ["missing", "not_found"])
def test_an_account_without_a_subscription_is_told_so_and_has_no_link(
    hungry: Simulator, reader: Browser, shape: str
) -> None:
    hungry.world.set_quota(shape=shape)
    page = Page(reader.get("/quota/"))
    assert "n’a pas d’abonnement Eco" in page.words
    assert "Heures Eco" not in page.one("nav").words


def test_what_heroku_has_not_told_is_called_unknown(hungry: Simulator, reader: Browser) -> None:
    hungry.faults.add("503", path="get-quota")
    words = Page(reader.get("/quota/")).words
    assert "Heroku n’a pas encore dit combien d’heures il reste" in words
    assert "abonnement" not in words


def test_every_page_leads_to_the_hours_once_they_are_known(hungry: Simulator, reader: Browser) -> None:
    assert hungry.apps
    assert 'href="/quota/"' not in reader.get("/journal/").content.decode()
    reader.get("/quota/")
    assert 'href="/quota/"' in reader.get("/journal/").content.decode()


def test_the_gauge_of_a_site_leads_to_the_hours(fleet: Fleet, reader: Browser) -> None:
    note_apps(fleet)
    assert fleet.refresh(App.objects.get(name="agenda-salles").pk).reading
    links = Page(reader.get("/apps/agenda-salles/")).all("a")
    assert "Qui les utilise, et que faire" in [
        link.words for link in links if link.attributes["href"] == "/quota/"
    ]


# ── Shares, without Heroku ──────────────────────────────────────────────────────────────────────────────
def test_less_than_an_hour_of_others_is_only_rounding() -> None:
    app = App(heroku_id="0b0b0b0b-0000-4000-8000-00000000000a", name="inscriptions", seen_at=NOW)
    quota = heroku.EcoQuota(account_quota=1000 * HOUR, used=7300, apps={str(app.heroku_id): 7200})
    assert [share.title for share in shares(quota, apps=[app], is_limited=False)] == ["inscriptions"]


def test_hours_that_nobody_has_used_have_no_share() -> None:
    quota = heroku.EcoQuota(account_quota=1000 * HOUR, used=0, apps={})
    assert shares(quota, apps=[], is_limited=False) == []

"""The first page: a fact, then every site with its sentence, its age and its one button."""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from opsconsole.ops.fleet import current
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.home.overview import PATIENCE
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.home.pages import Card, Page

ReadAgain = Callable[[str], None]
SLEEP, WAKE, REOPEN = "Mettre en veille {}", "Réveiller {}", "Rouvrir le site {}"


# ── The cards ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "state", "sentence", "button"),
    [
        ("inscriptions", "awake", "Tout va bien.", SLEEP),
        ("agenda-salles", "awake", "Tout va bien.", SLEEP),
        ("nouveau-site", "empty", "Rien n’est encore déployé.", ""),
        ("plateforme-notes", "awake", "Tout va bien.", SLEEP),
        ("journal-des-eleves", "maintenance", "En maintenance.", REOPEN),
        ("boutique-solidaire", "awake", "Tout va bien.", SLEEP),
    ],
)
def test_each_site_has_its_sentence_and_its_one_button(
    operator: Browser, name: str, state: str, sentence: str, button: str
) -> None:
    card = Card(operator.get("/"), name)
    assert (card.state, card.sentence, card.button) == (state, sentence, button.format(name))


@pytest.mark.usefixtures("home")
def test_a_crashed_site_says_since_when_and_offers_to_understand(operator: Browser) -> None:
    card = Card(operator.get("/"), "bibliotheque")
    assert card.state == "down"
    assert card.sentence.startswith("En panne depuis ")
    assert card.button == "Redémarrer bibliotheque"
    assert "Comprendre" in card.one("article").words
    assert card.one(css_class="card__see").words == "Les visiteurs voient une page d’erreur."


@pytest.mark.usefixtures("home")
def test_a_sleeping_site_offers_to_wake_it(
    operator: Browser, simulator: Simulator, read_again: ReadAgain
) -> None:
    simulator.world.app("plateforme-notes").scale(web=0)
    simulator.advance(60)
    read_again("plateforme-notes")
    card = Card(operator.get("/"), "plateforme-notes")
    assert (card.state, card.button) == ("asleep", WAKE.format("plateforme-notes"))
    assert card.sentence.startswith("En veille depuis ")


@pytest.mark.usefixtures("home")
def test_an_eco_site_that_dozes_says_so(
    operator: Browser, simulator: Simulator, read_again: ReadAgain
) -> None:
    simulator.world.app("agenda-salles").idle()
    read_again("agenda-salles")
    assert Card(operator.get("/"), "agenda-salles").sentence == "Assoupi, se réveille à la première visite."


@pytest.mark.usefixtures("fleet")
def test_an_eco_site_without_hours_says_so_and_offers_nothing(
    operator: Browser, simulator: Simulator
) -> None:
    simulator.world.exhaust_quota()
    card = Card(operator.get("/"), "agenda-salles")
    assert (card.state, card.button) == ("quota", "")
    assert card.sentence == "Quota Eco épuisé jusqu’au 1er du mois prochain."


@pytest.mark.usefixtures("home")
def test_each_site_shows_its_age_its_kind_and_the_way_to_its_page(operator: Browser) -> None:
    App.objects.filter(name="inscriptions").update(label="Inscriptions", environment=Environment.STAGING)
    card = Card(operator.get("/"), "inscriptions")
    assert card.one(css_class="card__age").words.startswith("Lu chez Heroku ")
    assert card.one("time").attributes["datetime"]
    assert card.one(css_class="kind").words == "Recette"
    assert card.one(css_class="card__name").words == "Inscriptions"
    assert "/apps/inscriptions/" in [link.attributes.get("href") for link in card.all("a")]


@pytest.mark.usefixtures("home")
def test_broken_sites_come_first(operator: Browser) -> None:
    names = [card.attributes["id"].removeprefix("site-") for card in Page(operator.get("/")).all("article")]
    assert names == [
        *("bibliotheque", "journal-des-eleves"),
        *("agenda-salles", "boutique-solidaire", "inscriptions", "plateforme-notes", "nouveau-site"),
    ]


@pytest.mark.usefixtures("home")
def test_a_reader_sees_every_site_and_no_button(reader: Browser) -> None:
    page = Page(reader.get("/"))
    assert len(page.all("article")) == 7
    assert page.all(css_class="button") == []
    assert not [form for form in page.all("form") if "scaling" in form.attributes.get("action", "")]


@pytest.mark.usefixtures("home")
def test_a_button_that_the_console_refuses_is_off_and_says_why(operator: Browser, settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, console_app_name="inscriptions")
    App.objects.filter(name="plateforme-notes").update(protected=True)
    response = operator.get("/")
    own, protected = Card(response, "inscriptions"), Card(response, "plateforme-notes")
    for card in (own, protected):
        assert card.one("button").attributes["aria-disabled"] == "true"
        assert card.one("button").attributes["aria-describedby"] == card.one(css_class="why").attributes["id"]
        assert card.all("form") == []
    assert "la console tourne dans ce site" in own.one(css_class="why").words.lower()
    assert protected.one(css_class="why").words.startswith("Ce site est protégé")
    assert Card(response, "boutique-solidaire").one("a", "button").attributes["href"]


@pytest.mark.usefixtures("home")
def test_nobody_sees_the_page_without_signing_in() -> None:
    response = Browser().get("/")
    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


# ── What a page costs ───────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("home")
def test_a_warm_page_asks_heroku_nothing_and_the_database_little(
    operator: Browser,
    simulator: Simulator,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    simulator.clear_requests()
    with django_assert_max_num_queries(9):
        operator.get("/")
    assert simulator.requests == []


@pytest.mark.usefixtures("fleet")
def test_more_sites_cost_no_more_queries(
    operator: Browser,
    simulator: Simulator,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(30):
        simulator.world.add_app(f"site-{number}")
    operator.get("/")
    with django_assert_max_num_queries(9):
        assert len(Page(operator.get("/")).all("article")) == 37


@pytest.mark.usefixtures("home")
def test_a_page_is_never_kept_by_anybody(operator: Browser) -> None:
    assert "no-store" in operator.get("/")["Cache-Control"]


# ── The first visit, and a Heroku that does not answer ──────────────────────────────────────────────────
@pytest.mark.usefixtures("fleet")
def test_the_first_visit_finds_every_site(operator: Browser) -> None:
    page = Page(operator.get("/"))
    assert len(page.all("article")) == 7
    assert page.one("h1").words == "Bonjour Claire, un site est en panne."


@pytest.mark.usefixtures("fleet")
@pytest.mark.parametrize("mode", ["500", "html", "wrong_types", "reset_before"])
def test_a_heroku_that_fails_at_the_first_visit_is_told_as_such(
    operator: Browser, simulator: Simulator, mode: str
) -> None:
    simulator.faults.add(mode)
    page = Page(operator.get("/"))
    assert page.one("h1").words == "Bonjour Claire, Heroku ne répond pas."
    assert page.all("article") == []


@pytest.mark.parametrize("mode", ["429", "503"])
def test_a_young_reading_still_holds_while_heroku_fails(
    home: Fleet, operator: Browser, simulator: Simulator, mode: str
) -> None:
    simulator.faults.add(mode)
    assert home.refresh(App.objects.get(name="inscriptions").heroku_id).failure
    response = operator.get("/")
    card = Card(response, "inscriptions")
    assert (card.state, card.button) == ("awake", SLEEP.format("inscriptions"))
    assert Page(response).one("h1").words == "Bonjour Claire, un site est en panne."


def test_a_refused_token_is_told_at_once_and_takes_every_button(
    home: Fleet, operator: Browser, simulator: Simulator
) -> None:
    simulator.faults.add("401")
    assert home.refresh(App.objects.get(name="inscriptions").heroku_id).failure
    page = Page(operator.get("/"))
    assert page.one("h1").words == "Bonjour Claire, Heroku refuse notre jeton."
    assert {card.attributes["data-state"] for card in page.all("article")} == {"denied"}
    assert page.all(css_class="button") == []


def test_a_rate_limit_at_the_first_visit_is_told_as_such(
    fleet: Fleet, operator: Browser, simulator: Simulator
) -> None:
    simulator.faults.add("429", retry_after=60)
    page = Page(operator.get("/"))
    assert page.one("h1").words == "Bonjour Claire, Heroku nous fait patienter."
    assert fleet.outage


@pytest.mark.usefixtures("fleet")
def test_a_heroku_that_is_slow_then_hangs_does_not_hold_the_first_page(
    operator: Browser, simulator: Simulator
) -> None:
    simulator.faults.add("latency", path="^/apps$", seconds=1.5)
    simulator.faults.add("blackhole", path="^/apps/")
    asked_at = time.monotonic()
    page = Page(operator.get("/"))
    # One patience for the list and the readings: the list has taken 1.5 s of it, and two would be 3.7 s.
    assert time.monotonic() - asked_at < 1.5 + PATIENCE
    # The page left before the readings did: none of them has failed yet.
    assert page.one("h1").words == "Bonjour Claire, nous demandons à Heroku…"
    assert {card.attributes["data-state"] for card in page.all("article")} == {"unreachable"}
    assert page.all(css_class="button") == []
    simulator.stop()


@pytest.mark.usefixtures("fleet")
def test_without_a_token_the_page_says_so(
    operator: Browser, simulator: Simulator, settings: Settings
) -> None:
    settings.HEROKU_API_KEY = ""
    current.fleet.cache_clear()
    App.objects.create(
        heroku_id=simulator.world.app("inscriptions").id, name="inscriptions", seen_at=timezone.now()
    )
    response = operator.get("/")
    assert Page(response).one("h1").words == "Bonjour Claire, la console n’a pas encore de jeton."
    assert Card(response, "inscriptions").sentence == "La console n’a pas encore de jeton."


@pytest.mark.usefixtures("fleet")
def test_a_token_that_sees_no_site_is_no_failure(operator: Browser, simulator: Simulator) -> None:
    for name in simulator.apps:
        simulator.world.remove_app(name)
    page = Page(operator.get("/"))
    assert page.one("h1").words == "Bonjour Claire, aucun site n’est encore suivi."
    assert "il apparaîtra ici" in page.words


def test_what_is_old_is_told_as_old(home: Fleet, operator: Browser, simulator: Simulator) -> None:
    simulator.stop()
    inscriptions = App.objects.get(name="inscriptions").heroku_id
    assert home.refresh(inscriptions).failure
    with time_machine.travel(timezone.now() + timedelta(minutes=4)):
        response = operator.get("/")
    card = Card(response, "inscriptions")
    assert (card.state, card.sentence, card.button) == ("unreachable", "Heroku ne répond pas.", "")
    assert card.one(css_class="card__see").words == "À la dernière lecture : « Tout va bien. »"
    assert Page(response).one("h1").words == "Bonjour Claire, Heroku ne répond pas."

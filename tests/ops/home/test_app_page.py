"""An app's own page and the page of what runs in it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytest_django import DjangoAssertNumQueries, Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import wait_until
from tests.ops.home.pages import Card, Page
from tests.ops.scaling.changes import (
    fall_asleep,
    go_to_sleep,
    let_it_end,
    slow_down,
    wait_for_the_end,
    wake_up,
)

ReadAgain = Callable[[str], None]
INSCRIPTIONS = "/apps/inscriptions/"
BOTH = pytest.mark.parametrize("path", [INSCRIPTIONS, f"{INSCRIPTIONS}dynos/"])


def sentence(page: Page) -> str:
    return page.one(css_class="sentence").words


# ── The state ───────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("home")
def test_the_page_says_how_the_site_is_and_what_visitors_see(operator: Browser) -> None:
    page = Page(operator.get(INSCRIPTIONS))
    assert sentence(page) == "Tout va bien."
    assert (
        page.one(css_class="lead").words == "Le site est ouvert : vos visiteurs voient les pages normalement."
    )
    assert page.one("title").words.startswith("Tout va bien. – inscriptions")
    assert "Lu chez Heroku" in page.one(css_class="age").words


@pytest.mark.usefixtures("home")
def test_the_sentence_names_what_is_broken_as_the_technician_does(
    operator: Browser, simulator: Simulator, read_again: ReadAgain
) -> None:
    App.objects.get(name="inscriptions").process_types.create(name="worker", label="Les courriels")
    simulator.world.app("inscriptions").crash("worker.1")
    read_again("inscriptions")
    page = Page(operator.get(INSCRIPTIONS))
    assert sentence(page) == "Partiellement en panne : les courriels."
    assert "Les courriels" in page.words
    assert Card(operator.get("/"), "inscriptions").sentence == "Partiellement en panne : les courriels."


@pytest.mark.usefixtures("home")
def test_the_page_is_told_of_what_changes_in_its_own_app(operator: Browser) -> None:
    app = App.objects.get(name="inscriptions")
    assert f"app:{app.heroku_id}" in operator.get(INSCRIPTIONS).content.decode()


@pytest.mark.usefixtures("home")
def test_the_one_button_of_an_awake_site_leads_to_what_would_happen(operator: Browser) -> None:
    page = Page(operator.get(INSCRIPTIONS))
    button = page.one(css_class="button--big")
    assert (button.tag, button.words) == ("a", "Mettre en veille")
    assert button.attributes["href"] == "/apps/inscriptions/scaling/sleep/"


@pytest.mark.usefixtures("home")
def test_a_reader_reads_everything_and_may_press_nothing(reader: Browser) -> None:
    page = Page(reader.get(INSCRIPTIONS))
    assert sentence(page) == "Tout va bien."
    assert page.all(css_class="button--big") == []
    assert not [form for form in page.all("form") if "scaling" in form.attributes.get("action", "")]


@pytest.mark.parametrize("name", ["inscriptions", "journal-des-eleves"])
@pytest.mark.usefixtures("home")
def test_the_app_that_the_console_runs_in_has_its_button_off_and_says_why(
    operator: Browser, settings: Settings, name: str
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, console_app_name=name)
    page = Page(operator.get(f"/apps/{name}/"))
    button = page.one(css_class="button--big")
    assert (button.tag, button.attributes["aria-disabled"]) == ("button", "true")
    assert "La console tourne dans ce site" in page.one(css_class="why").words


# ── The link to the site itself ─────────────────────────────────────────────────────────────────────────
def links_to_the_site(page: Page) -> list[str]:
    return [
        link.attributes["href"] for link in page.all("a", "textlink") if link.words.startswith("Voir le site")
    ]


@pytest.mark.usefixtures("home")
def test_a_site_that_answers_can_be_visited(operator: Browser) -> None:
    [link] = links_to_the_site(Page(operator.get(INSCRIPTIONS)))
    assert link.startswith("https://inscriptions-")


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("name", ["bibliotheque", "journal-des-eleves", "nouveau-site"])
def test_a_site_that_does_not_answer_is_not_offered_for_a_visit(operator: Browser, name: str) -> None:
    assert links_to_the_site(Page(operator.get(f"/apps/{name}/"))) == []


# ── What runs ───────────────────────────────────────────────────────────────────────────────────────────
@BOTH
@pytest.mark.usefixtures("home")
def test_each_dyno_has_its_name_size_command_state_and_since(operator: Browser, path: str) -> None:
    items = [item.words for item in Page(operator.get(path)).all("li", "item")]
    assert len(items) == 3
    assert items[0].startswith("Le site 1")
    for part in (
        "web.1",
        "taille Standard-1X",
        "gunicorn ecole.wsgi --log-file -",
        "En marche",
        "depuis",
        "il y a 17 h",
    ):
        assert part in items[0]
    assert items[2].startswith("Les tâches de fond")


@BOTH
def test_one_off_dynos_are_shown_too_and_last(
    home: Fleet, operator: Browser, simulator: Simulator, path: str
) -> None:
    name = simulator.world.app("inscriptions").run("python manage.py shell", seconds=3600)
    home.refresh(App.objects.get(name="inscriptions").heroku_id)
    page = Page(operator.get(path))
    last = page.all("li", "item")[-1].words
    assert name in last
    assert "Copie temporaire" in last
    assert sentence(page) == "Tout va bien."


@BOTH
@pytest.mark.usefixtures("home")
def test_nothing_that_runs_is_told_apart_from_not_knowing(
    operator: Browser, path: str, simulator: Simulator, read_again: ReadAgain
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    simulator.advance(60)
    read_again("inscriptions")
    page = Page(operator.get(path))
    assert "Rien ne tourne en ce moment." in page.words
    assert page.all("li", "item") == []


@BOTH
def test_what_was_never_read_is_not_said_to_be_nothing(
    fleet: Fleet, operator: Browser, site: App, simulator: Simulator, path: str
) -> None:
    simulator.faults.add("500", path="^/apps/")
    assert fleet.refresh(site.heroku_id).failure
    page = Page(operator.get(path))
    assert sentence(page) == "Heroku ne répond pas."
    assert "Nous ne savons pas encore ce qui tourne" in page.words
    assert "Rien ne tourne" not in page.words
    assert page.all(css_class="button--big") == []


# ── The Eco hours ───────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/apps/agenda-salles/", "/apps/agenda-salles/dynos/"])
@pytest.mark.usefixtures("home")
def test_an_eco_app_has_its_gauge(operator: Browser, path: str) -> None:
    page = Page(operator.get(path))
    assert page.one(css_class="gauge__say").words.startswith("Il reste ")
    keys = page.one(css_class="gauge__keys").words
    assert "Ce site : " in keys
    assert "sur 1 000" in keys


@BOTH
@pytest.mark.usefixtures("home")
def test_another_app_has_none(operator: Browser, path: str) -> None:
    assert Page(operator.get(path)).all(css_class="gauge__say") == []


# ── What was done to it ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("home")
def test_an_app_that_nobody_changed_says_so(operator: Browser) -> None:
    assert "Personne n’a encore rien changé ici." in Page(operator.get(INSCRIPTIONS)).words


@pytest.mark.usefixtures("fleet")
def test_the_last_changes_and_their_proof_are_on_the_page(
    fleet: Fleet, operator: Browser, site: App, claire: Actor, read_again: ReadAgain
) -> None:
    read_again("inscriptions")
    fall_asleep(fleet, claire, site)
    page = Page(operator.get(INSCRIPTIONS))
    assert sentence(page).startswith("En veille depuis ")
    assert page.one(css_class="lead").words.endswith("Mis en veille par Claire Morel.")
    assert "Heroku l’a confirmé" in page.one(css_class="notice").words
    [entry] = page.all("li", "entry")
    assert "Claire Morel a mis inscriptions en veille" in entry.words
    assert page.one(css_class="button--big").words == "Réveiller"
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert len(Page(operator.get(INSCRIPTIONS)).all("li", "entry")) == 2


def test_a_change_under_way_tells_its_progress_and_takes_the_button(
    home: Fleet, operator: Browser, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    go_to_sleep(home, claire, site)
    page = Page(operator.get(INSCRIPTIONS))
    assert sentence(page).startswith("S’endort")
    assert "Demandé par Claire Morel" in page.one(css_class="age").words
    assert "Le récit" in page.words
    assert page.all(css_class="button--big") == []
    let_it_end(simulator, site)


def test_the_story_of_a_change_names_process_types_as_the_technician_does(
    home: Fleet, operator: Browser, site: App, simulator: Simulator, claire: Actor
) -> None:
    site.process_types.create(name="worker", label="Les courriels")
    slow_down(simulator)
    go_to_sleep(home, claire, site)
    wait_until(lambda: "Les courriels : arrêt en cours" in Page(operator.get(INSCRIPTIONS)).words)
    let_it_end(simulator, site)


# ── What a page costs, and who may see it ───────────────────────────────────────────────────────────────
@BOTH
@pytest.mark.usefixtures("home")
def test_a_warm_page_asks_heroku_nothing_and_the_database_little(
    operator: Browser, simulator: Simulator, path: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    simulator.clear_requests()
    with django_assert_max_num_queries(14):
        operator.get(path)
    assert simulator.requests == []


@BOTH
def test_a_cold_page_reads_one_app_and_no_other(
    site: App, operator: Browser, simulator: Simulator, path: str
) -> None:
    simulator.clear_requests()
    assert sentence(Page(operator.get(path))) == "Tout va bien."
    asked = {request.path for request in simulator.requests if request.path.startswith("/apps")}
    assert {f"/apps/{site.heroku_id}/dynos", f"/apps/{site.heroku_id}/formation"} <= asked
    assert all(str(site.heroku_id) in path for path in asked)


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("path", ["/apps/inconnue/", "/apps/inconnue/dynos/"])
def test_an_unknown_app_is_not_found(operator: Browser, path: str) -> None:
    assert operator.get(path).status_code == 404


@BOTH
@pytest.mark.usefixtures("home")
def test_an_app_that_the_token_no_longer_sees_is_not_found(operator: Browser, path: str) -> None:
    App.objects.filter(name="inscriptions").update(listed=False)
    assert operator.get(path).status_code == 404


@BOTH
@pytest.mark.usefixtures("home")
def test_a_page_changes_nothing(operator: Browser, path: str) -> None:
    assert operator.post(path).status_code == 405


@pytest.mark.usefixtures("home")
def test_the_place_in_the_app_s_pages_is_marked(operator: Browser) -> None:
    for path, words in ((INSCRIPTIONS, "État"), (f"{INSCRIPTIONS}dynos/", "Ce qui tourne")):
        [current] = [
            link
            for link in Page(operator.get(path)).all("a")
            if link.attributes.get("aria-current") == "page" and link.attributes["href"] == path
        ]
        assert current.words == words


@pytest.mark.usefixtures("home")
def test_a_site_that_is_down_can_be_restarted_and_more_quietly_put_to_sleep(operator: Browser) -> None:
    page = Page(operator.get("/apps/bibliotheque/"))
    assert page.one(css_class="button--big").words == "Redémarrer"
    assert "Mettre en veille" in page.all(css_class="acts")[0].words


@pytest.mark.usefixtures("home")
def test_a_reader_is_offered_neither(reader: Browser) -> None:
    page = Page(reader.get("/apps/bibliotheque/"))
    assert page.all(css_class="button") == []
    assert "Mettre en veille" not in page.words
    assert "Redémarrer" not in page.words

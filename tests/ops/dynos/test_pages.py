"""The quiet buttons beside what runs, the sheets of restarting and stopping, and the story of a change under way."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from pytest_django import Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.scaling.story import progress
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import RESTART, SITE, STOP, begin_restart, begin_stop, orders, restart_and_wait
from tests.ops.home.pages import Page
from tests.ops.scaling.changes import let_it_end, slow_down, wait_for_the_end, wait_until_accepted
from tests.ops.scaling.pages import messages_of

DYNOS = SITE + "dynos/"
BOTH = pytest.mark.parametrize("path", [SITE, DYNOS])
Read = Callable[[], None]


@pytest.fixture
def read(fleet: Fleet, site: App) -> Read:
    """Call it to let the console see what the test has just changed at Heroku."""

    def now() -> None:
        assert fleet.refresh(site.heroku_id).failure is None

    now()
    return now


@pytest.fixture
def copy(site: App, simulator: Simulator, read: Read) -> str:  # noqa: ARG001
    """A one-off dyno that would run for hours."""
    name = simulator.world.app("inscriptions").run("python manage.py shell", seconds=100_000)
    read()
    return name


def gestures(page: Page) -> list[tuple[str, str]]:
    """Return (words, address) of everything that leads to a restart or a stop."""
    return [
        (link.words, link.attributes["href"])
        for link in page.all("a")
        if link.attributes.get("href", "").startswith((RESTART, STOP))
    ]


# ── the buttons ──
@BOTH
def test_each_dyno_each_type_and_everything_may_be_restarted(operator: Browser, copy: str, path: str) -> None:
    assert gestures(Page(operator.get(path))) == [
        ("Redémarrer Le site 1", f"{RESTART}?dyno=web.1"),
        ("Redémarrer Le site 2", f"{RESTART}?dyno=web.2"),
        ("Redémarrer Les tâches de fond", f"{RESTART}?dyno=worker.1"),
        ("Arrêter Copie temporaire", f"{STOP}?dyno={copy}"),
        ("Tout redémarrer", RESTART),
        ("Redémarrer le site", f"{RESTART}?type=web"),
        ("Redémarrer les tâches de fond", f"{RESTART}?type=worker"),
    ]


@BOTH
@pytest.mark.usefixtures("copy")
def test_a_reader_has_none_of_them(reader: Browser, path: str) -> None:
    assert gestures(Page(reader.get(path))) == []


@BOTH
@pytest.mark.usefixtures("copy")
def test_the_app_that_the_console_runs_in_has_none_of_them(
    operator: Browser, settings: Settings, path: str
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, console_app_name="inscriptions")
    assert gestures(Page(operator.get(path))) == []


@BOTH
@pytest.mark.usefixtures("copy")
def test_a_protected_app_has_none_of_them(operator: Browser, site: App, path: str) -> None:
    App.objects.filter(pk=site.pk).update(protected=True)
    assert gestures(Page(operator.get(path))) == []


def test_a_protected_type_has_no_button_and_what_is_beside_it_has(
    operator: Browser, site: App, copy: str
) -> None:
    site.process_types.create(name="web", protected=True)
    assert gestures(Page(operator.get(DYNOS))) == [
        ("Redémarrer Les tâches de fond", f"{RESTART}?dyno=worker.1"),
        ("Arrêter Copie temporaire", f"{STOP}?dyno={copy}"),
    ]


def test_a_site_that_is_down_with_a_protected_type_has_its_button_off(
    operator: Browser, site: App, simulator: Simulator, read: Read
) -> None:
    site.process_types.create(name="web", protected=True)
    simulator.world.app("inscriptions").crash()
    read()
    assert Page(operator.get(SITE)).one("button", "button--big").attributes["aria-disabled"] == "true"


def test_a_dyno_that_is_going_away_has_no_button(operator: Browser, simulator: Simulator, read: Read) -> None:
    simulator.world.configure({"speed": 0.001})
    simulator.world.app("inscriptions").scale(web=1, worker=0)
    read()
    addresses = [address for _words, address in gestures(Page(operator.get(DYNOS)))]
    assert f"{RESTART}?dyno=worker.1" not in addresses
    assert f"{RESTART}?dyno=web.1" in addresses


def test_a_site_that_is_down_has_one_great_button_to_restart(
    operator: Browser, simulator: Simulator, read: Read
) -> None:
    simulator.world.app("inscriptions").crash()
    read()
    button = Page(operator.get(SITE)).one(css_class="button--big")
    assert (button.words, button.attributes["href"]) == ("Redémarrer", RESTART)


def test_what_is_broken_of_a_site_that_answers_is_what_is_restarted(
    operator: Browser, simulator: Simulator, read: Read
) -> None:
    simulator.world.app("inscriptions").crash("worker")
    read()
    button = Page(operator.get(SITE)).one(css_class="button--big")
    assert (button.words, button.attributes["href"]) == (
        "Redémarrer les tâches de fond",
        f"{RESTART}?type=worker",
    )


def test_a_reader_of_a_site_that_is_down_has_no_button(
    reader: Browser, simulator: Simulator, read: Read
) -> None:
    simulator.world.app("inscriptions").crash()
    read()
    assert Page(reader.get(SITE)).all(css_class="button--big") == []


def test_a_crash_is_explained_beside_its_dyno(operator: Browser, simulator: Simulator, read: Read) -> None:
    simulator.world.app("inscriptions").crash("worker")
    read()
    [crashed] = [
        item.words for item in Page(operator.get(DYNOS)).all("li", "item") if "worker.1" in item.words
    ]
    assert "S’est arrêté de lui-même. Heroku le relance" in crashed


def test_a_restart_that_nobody_asked_for_here_is_told_as_the_daily_one(
    operator: Browser, simulator: Simulator, read: Read
) -> None:
    simulator.world.app("inscriptions").restart()
    simulator.advance(60)
    read()
    assert "Redémarrage quotidien normal" in Page(operator.get(DYNOS)).words


def test_a_restart_that_somebody_asked_for_is_not_told_as_the_daily_one(
    fleet: Fleet, site: App, operator: Browser, claire: Actor, read: Read
) -> None:
    restart_and_wait(fleet, claire, site)
    read()
    page = Page(operator.get(SITE))
    assert "Redémarrage quotidien normal" not in page.words
    assert "de nouveau en marche" in page.one(css_class="notice").words


# ── the sheets ──
@pytest.mark.usefixtures("read")
@pytest.mark.parametrize(
    ("query", "title", "point"),
    [
        ("", "Redémarrer tout « inscriptions » ?", "Coupure de quelques secondes pour les visiteurs."),
        ("?type=web", "Redémarrer le site de « inscriptions » ?", "Coupure de quelques secondes"),
        ("?dyno=web.2", "Redémarrer le site 2 de « inscriptions » ?", "Presque rien pour les visiteurs."),
        (
            "?dyno=worker.1",
            "Redémarrer les tâches de fond 1 de « inscriptions » ?",
            "Les visiteurs ne remarqueront rien.",
        ),
    ],
)
def test_the_sheet_says_who_will_notice(operator: Browser, query: str, title: str, point: str) -> None:
    page = Page(operator.get(RESTART + query))
    assert page.one("h1").words == title
    assert point in page.words
    assert "les copies temporaires continuent" in page.words
    assert page.one("button", "button--big").words == "Redémarrer"
    [form] = page.all("form", "sheet")
    assert form.attributes["action"] == RESTART


def test_opening_the_sheet_asks_nothing_of_heroku(operator: Browser, simulator: Simulator, copy: str) -> None:
    for address in (RESTART, f"{RESTART}?dyno=web.1", f"{STOP}?dyno={copy}"):
        assert operator.get(address).status_code == 200
    assert orders(simulator) == []


def test_the_sheet_of_a_stop_says_that_the_work_ends(operator: Browser, copy: str) -> None:
    page = Page(operator.get(f"{STOP}?dyno={copy}"))
    assert "Son travail s’arrête là où il en est." in page.words
    assert page.one("button", "button--big").words == "Arrêter"


@pytest.mark.usefixtures("read")
@pytest.mark.parametrize(
    ("address", "why"),
    [
        (f"{STOP}?dyno=web.1", "l’arrêter ne ferait que le redémarrer"),
        (f"{RESTART}?dyno=web.9", "Rien de tel ne tourne en ce moment."),
    ],
)
def test_what_would_do_nothing_has_its_button_off_and_says_why(
    operator: Browser, address: str, why: str
) -> None:
    page = Page(operator.get(address))
    assert page.one("button", "button--big").attributes["aria-disabled"] == "true"
    assert why in page.one(css_class="why").words


@pytest.mark.parametrize(
    "address", [f"{RESTART}?dyno=../x", f"{RESTART}?type=a%20b", f"{STOP}?dyno=../x", STOP]
)
def test_what_cannot_be_a_name_at_heroku_is_nowhere(
    operator: Browser,
    site: App,  # noqa: ARG001
    address: str,
) -> None:
    assert operator.get(address).status_code == 404


def test_while_heroku_is_silent_the_sheet_opens_and_its_button_is_off(
    operator: Browser,
    site: App,  # noqa: ARG001
    simulator: Simulator,
) -> None:
    simulator.faults.add("500", path="^/apps/")
    page = Page(operator.get(RESTART))
    assert page.one("button", "button--big").attributes["aria-disabled"] == "true"


# ── posting ──
@pytest.mark.parametrize(
    ("values", "order"),
    [
        ({}, "DELETE dynos"),
        ({"dyno": "", "type": "web"}, "DELETE formations/web"),
        ({"dyno": "web.2", "type": ""}, "DELETE dynos/web.2"),
    ],
)
def test_a_posted_restart_leads_back_to_the_site_s_page(
    operator: Browser, site: App, simulator: Simulator, values: dict[str, str], order: str
) -> None:
    answer = operator.post(RESTART, values)
    assert (answer.status_code, answer.headers["Location"]) == (302, SITE)
    wait_for_the_end(site)
    assert orders(simulator) == [order]


def test_a_posted_stop_leads_back_to_the_site_s_page(
    operator: Browser, site: App, simulator: Simulator, copy: str
) -> None:
    answer = operator.post(STOP, {"dyno": copy})
    assert (answer.status_code, answer.headers["Location"]) == (302, SITE)
    wait_for_the_end(site)
    assert orders(simulator) == [f"POST dynos/{copy}/actions/stop"]


@pytest.mark.parametrize(
    ("path", "values", "message"),
    [
        (RESTART, {"dyno": "web.9"}, "Rien de tel ne tourne : rien n’a été demandé."),
        (STOP, {"dyno": "run.1"}, "Cette copie temporaire ne tourne déjà plus : rien n’a été demandé."),
        (
            STOP,
            {"dyno": "web.1"},
            "Heroku relance aussitôt ce dyno-là : l’arrêter ne ferait que le redémarrer. Rien n’a été demandé.",
        ),
    ],
)
def test_what_was_not_done_is_said_in_a_sentence(
    operator: Browser,
    site: App,  # noqa: ARG001
    simulator: Simulator,
    path: str,
    values: dict[str, str],
    message: str,
) -> None:
    assert operator.post(path, values).status_code == 302
    assert messages_of(operator) == [message]
    assert orders(simulator) == []


# ── while it goes on ──
def test_a_restart_under_way_has_its_story_and_takes_every_button(
    fleet: Fleet, site: App, operator: Browser, simulator: Simulator, claire: Actor, read: Read
) -> None:
    slow_down(simulator)
    begin_restart(fleet, claire, site)
    wait_until_accepted(site)
    read()
    page = Page(operator.get(SITE))
    assert page.one(css_class="sentence").words.startswith("Redémarre, 0 dyno")
    assert page.all(css_class="button--big") == []
    assert gestures(page) == []
    assert "Demandé par Claire Morel" in page.one(css_class="age").words
    told = page.one("ol", "story").words
    for part in ("Demande notée au journal", "Heroku a accepté", "Le site 1 : démarrage en cours"):
        assert part in told
    let_it_end(simulator, site)
    assert "Le récit" not in Page(operator.get(SITE)).words


def test_a_stop_under_way_has_its_story(
    fleet: Fleet, site: App, operator: Browser, simulator: Simulator, claire: Actor, copy: str
) -> None:
    slow_down(simulator)
    begin_stop(fleet, claire, site, copy)
    wait_until_accepted(site)
    page = Page(operator.get(SITE))
    assert page.one(css_class="sentence").words == "Tout va bien."
    wait_until(lambda: "arrêt en cours" in Page(operator.get(SITE)).one("ol", "story").words)
    let_it_end(simulator, site)
    assert "La copie temporaire est arrêtée" in Page(operator.get(SITE)).one(css_class="notice").words


def test_a_restart_that_begins_while_a_page_is_drawn_is_told_by_its_own_room(
    fleet: Fleet, site: App, claire: Actor, simulator: Simulator
) -> None:
    simulator.faults.add("latency", method="DELETE", seconds=1)
    begin_restart(fleet, claire, site)
    assert progress(site, reading=fleet.known(site.heroku_id).reading) is None
    wait_for_the_end(site)

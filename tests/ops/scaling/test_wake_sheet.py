"""Waking by one click, and the sheet that asks how large the site shall be when nobody remembers."""

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain
from tests.ops.scaling.changes import fall_asleep, last_outcome, patches, wait_for_the_end
from tests.ops.scaling.pages import REOPEN, SITE, WAKE, messages_of, read

HOW_MANY = "Combien de dynos pour le site ?"


def closed(simulator: Simulator) -> None:
    """Somebody else has put the site to zero: nothing is remembered."""
    simulator.world.app("inscriptions").scale(web=0, worker=0)


def test_one_click_wakes_what_the_console_put_to_sleep(
    operator: Browser, fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    response = operator.post(WAKE)
    assert (response.status_code, response.headers["Location"]) == (302, SITE)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == {
        "web": (2, "Standard-1X"),
        "worker": (1, "Standard-1X"),
    }
    assert last_outcome() == (Kind.DONE, "")


def test_the_sheet_of_a_remembered_sleep_tells_what_comes_back_and_asks_nothing(
    operator: Browser, fleet: Fleet, site: App, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    page = read(operator, WAKE)
    assert "La console rendra ce qui tournait : le site × 2, les tâches de fond × 1, en Standard-1X." in page
    assert HOW_MANY not in page


def test_without_memory_a_click_leads_to_the_question(
    operator: Browser, site: App, simulator: Simulator
) -> None:  # fmt: skip
    closed(simulator)
    response = operator.post(WAKE)
    assert (response.status_code, response.headers["Location"]) == (302, WAKE)
    page = read(operator, WAKE)
    assert HOW_MANY in page
    assert "ce n’est pas elle qui a mis le site en veille" in page
    assert patches(simulator) == []
    assert not Entry.objects.filter(app_id=str(site.heroku_id)).exists()


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Dites combien, par exemple 1."),
        ("deux", "Un nombre entier, par exemple 1."),
        ("1.5", "Un nombre entier, par exemple 1."),
        ("1e3", "Un nombre entier, par exemple 1."),
        ("<script>", "Un nombre entier, par exemple 1."),
        ("0", "Au moins 1, sinon le site resterait fermé."),
        ("-1", "Au moins 1, sinon le site resterait fermé."),
        ("101", "Heroku n’en accepte pas plus de 100."),
        ("9" * 400, "Heroku n’en accepte pas plus de 100."),
    ],
)
def test_a_number_that_cannot_be_is_told_beside_the_field(
    operator: Browser, site: App, simulator: Simulator, typed: str, sentence: str
) -> None:
    closed(simulator)
    response = operator.post(WAKE, {"quantity": typed})
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in plain(page)
    assert 'id="id_quantity_error"' in page
    assert "<script>" not in page.partition("</head>")[2].partition("</form>")[0]
    assert patches(simulator) == []
    assert not Entry.objects.filter(app_id=str(site.heroku_id)).exists()


def test_the_answer_is_what_is_sent(operator: Browser, site: App, simulator: Simulator) -> None:
    closed(simulator)
    operator.post(WAKE, {"quantity": " 3 "})
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation["web"] == (3, "Standard-1X")
    assert simulator.world.app("inscriptions").formation["worker"] == (0, "Standard-1X")
    assert last_outcome() == (Kind.DONE, "")


def test_what_is_awake_is_told_and_left(operator: Browser, site: App, simulator: Simulator) -> None:  # noqa: ARG001
    operator.post(WAKE)
    assert messages_of(operator) == ["Le site est déjà éveillé : rien n’a été demandé."]
    assert patches(simulator) == []


def test_what_sleeps_without_anything_remembered_nor_a_site_is_not_called_awake(
    operator: Browser, site: App, simulator: Simulator
) -> None:  # fmt: skip
    closed(simulator)
    simulator.world.app(site.name).remove_process_type("web")
    operator.post(WAKE)
    [message] = messages_of(operator)
    assert "ne sait pas ce qui tournait" in message
    assert patches(simulator) == []


@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_wakes_nothing(
    operator: Browser, fleet: Fleet, site: App, simulator: Simulator, claire: Actor, method: str
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.clear_requests()
    getattr(operator, method)(WAKE + "?quantity=1")
    assert {request.method for request in simulator.requests} <= {"GET"}
    assert Entry.objects.count() == 1


# ── reopening ──
def test_one_click_reopens(operator: Browser, site: App, simulator: Simulator) -> None:
    simulator.world.app(site.name).set_maintenance(True)
    response = operator.post(REOPEN)
    assert (response.status_code, response.headers["Location"]) == (302, SITE)
    wait_for_the_end(site)
    assert not simulator.world.app(site.name).maintenance
    assert (Entry.objects.get().action, last_outcome()) == ("reopen", (Kind.DONE, ""))


def test_what_is_open_is_told_and_left(operator: Browser, site: App, simulator: Simulator) -> None:
    operator.post(REOPEN)
    assert messages_of(operator) == ["Le site est déjà ouvert : rien n’a été demandé."]
    assert patches(simulator, path=str(site.heroku_id)) == []


@pytest.mark.parametrize("method", ["get", "head"])
def test_reopening_is_never_a_matter_of_looking(operator: Browser, site: App, method: str) -> None:  # noqa: ARG001
    assert getattr(operator, method)(REOPEN).status_code == 405
    assert not Entry.objects.exists()

"""The page on which the console says how it is itself."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError, connection

from opsconsole import __version__
from opsconsole.live import runtime
from opsconsole.live.hub import Hub
from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.access.models import Profile
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal import guard
from opsconsole.ops.journal.models import Entry
from opsconsole.ops.ui.dates import number
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser, wait_until
from tests.ops.journal.entries import plain

PAGE = "/settings/health/"


@pytest.fixture
def ines(site: App) -> Browser:  # noqa: ARG001
    return make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")


def read(browser: Browser) -> str:
    return plain(browser.get(PAGE).content.decode())


def wait_for_the_calls_beside() -> None:
    """One call of a reading may go on when another has failed, and the quota is asked for beside it."""
    calls = {"formation", "dynos", "quota"}
    wait_until(lambda: not calls & {thread.name for thread in threading.enumerate()})


def test_a_console_that_is_well_says_so_with_its_figures(fleet: Fleet, site: App, ines: Browser) -> None:
    fleet.refresh(site.heroku_id)
    wait_for_the_calls_beside()
    said = read(ines)
    assert "La console va bien." in said
    assert "Aucun échec." in said
    assert fleet.remaining is not None
    assert plain(f"{number(fleet.remaining)} sur 4 500") in said
    assert "en place : la base refuse toute modification" in said
    assert f"Lignes du journal {Entry.objects.count()}" in said
    assert f"Appels depuis le démarrage {fleet.calls}" in said
    assert __version__ in said


def test_a_journal_that_may_be_changed_is_not_called_well(site: App, ines: Browser) -> None:  # noqa: ARG001
    guard.remove(connection)
    try:
        said = read(ines)
    finally:
        guard.install(connection)
    assert "Le journal n’est plus protégé" in said
    assert "absente : prévenez votre technicien" in said
    assert "La console va bien." not in said


def test_failures_are_told_by_kind_with_heroku_s_request_id(
    fleet: Fleet, site: App, ines: Browser, simulator: Simulator
) -> None:
    simulator.faults.add("two_factor", path="/formation$")
    failure = fleet.refresh(site.heroku_id).failure
    assert failure
    said = read(ines)
    assert "TwoFactorRequiredError" in said
    assert failure.request_id in said


def test_a_silent_heroku_is_said_to_be_silent_and_the_page_comes_at_once(
    fleet: Fleet, site: App, ines: Browser, simulator: Simulator
) -> None:
    simulator.faults.add("reset_before")
    fleet.refresh(site.heroku_id)
    wait_for_the_calls_beside()
    simulator.clear_requests()
    assert "Heroku ne répond pas." in read(ines)
    assert simulator.requests == []


def test_it_says_who_gave_the_token_and_when(fleet: Fleet, simulator: Simulator, ines: Browser) -> None:
    ines.prove_password()
    ines.post("/settings/token/", {"token": simulator.world.issue_token()})
    assert fleet.account
    said = read(ines)
    assert fleet.account.email in said
    assert "enregistré dans la console. Enregistré par" in said
    assert "à l’instant" in said or "il y a" in said


def test_without_a_token_it_says_that_there_is_none(fleet: Fleet, ines: Browser) -> None:
    fleet.use(None)
    said = read(ines)
    assert "La console n’a pas encore de jeton" in said
    assert "aucun qui soit utilisable" in said


def of_triggers_nothing(execute: Callable[..., Any], sql: str, *query: Any) -> Any:
    if "trigger" in sql:
        raise OperationalError("disk I/O error")
    return execute(sql, *query)


def test_a_database_that_does_not_say_is_told(site: App, ines: Browser) -> None:  # noqa: ARG001
    with connection.execute_wrapper(of_triggers_nothing):
        said = read(ines)
    assert "La base de données ne répond pas." in said
    assert "elle ne répond pas" in said


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR, Profile.MANAGER])
def test_it_is_for_administrators(site: App, profile: Profile) -> None:  # noqa: ARG001
    assert make_browser("lea", profile, "Léa Roux").get(PAGE).status_code == 403


def read_until_told(_topic: Topic, stop: StopSignal) -> None:
    stop.wait_for_end(30)


def die(_topic: Topic, _stop: StopSignal) -> None:
    raise RuntimeError("the reading broke")


@pytest.fixture
def hub(fleet: Fleet) -> Iterator[Hub]:  # noqa: ARG001
    """The process's hub, whose pumps of apps read nothing."""
    running = runtime.hub()
    running.register("app", lambda _name: read_until_told)
    running.register("fleet", lambda _name: die)
    yield running
    running.shutdown(5)


def test_what_is_read_continuously_is_told_by_its_site_with_how_many_look(
    hub: Hub, site: App, ines: Browser
) -> None:
    App.objects.filter(pk=site.pk).update(label="Inscriptions de la rentrée")
    with hub.subscribe(site.topic), hub.subscribe(site.topic):
        said = read(ines)
    assert "Inscriptions de la rentrée en marche, 2 lecteurs" in said


def test_the_logs_that_are_followed_are_told_as_such(fleet: Fleet, site: App, ines: Browser) -> None:  # noqa: ARG001
    with runtime.hub().subscribe(f"log:{site.pk}"):
        assert f"Journaux de {site.title} en marche, 1 lecteur" in read(ines)


def test_a_reading_that_stopped_is_not_called_well(hub: Hub, ines: Browser) -> None:
    with hub.subscribe("fleet"):
        wait_until(lambda: not all(pump.alive for pump in hub.pumps()))
        said = read(ines)
    assert "Une lecture en continu s’est arrêtée." in said
    assert "La console va bien." not in said


def test_a_redis_that_is_away_is_not_called_well(ines: Browser) -> None:
    runtime.hub().shutdown(5)
    runtime.hub.cache_clear()
    runtime.share_through("redis://127.0.0.1:1/0", verify_tls=True)
    try:
        runtime.hub().register("log", lambda _name: read_until_told, is_shared=True)
        with runtime.hub().subscribe("log:1"):
            wait_until(lambda: runtime.hub().is_degraded)
            said = read(ines)
        assert "Redis ne répond pas : chaque processus travaille seul." in said
        assert "Redis ne répond pas : ce processus travaille seul" in said
    finally:
        runtime.share_through("", verify_tls=True)


def test_without_other_processes_nothing_is_said_of_redis(ines: Browser) -> None:
    assert "Redis" not in read(ines)

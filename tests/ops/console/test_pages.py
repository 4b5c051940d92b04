"""The pages of consoles, as people read them, over the wire against the embedded Heroku and its rendezvous."""

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone
from pytest_django import Settings

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.commands.models import Command
from opsconsole.ops.console.kinds import KINDS
from opsconsole.ops.console.models import Console, Phrases
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser, wait_until
from tests.ops.console.conftest import WISH, Desk, Hands
from tests.ops.oneoffs.launching import ended, launches, now
from tests.ops.scaling.pages import messages_of

PAGE = "/apps/inscriptions/consoles/"


@pytest.fixture
def ines(consoles: Desk) -> Browser:  # noqa: ARG001
    ines = make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")
    ines.prove_password()
    return ines


@pytest.fixture
def person(ines: Browser) -> Actor:  # noqa: ARG001
    found = User.objects.get(username="ines")
    return Actor(
        id=str(found.pk), name=found.name, profile=found.profile, address="192.0.2.1", session_ref="ghi"
    )


def read(browser: Browser, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200
    return said(answer)


def said(answer: Any) -> str:
    """What stands on a page, with ordinary blanks."""
    return unescape(answer.content.decode()).replace("\xa0", " ")


def headline(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)
    assert found
    return re.sub(r"<[^>]+>", "", found[1]).strip()


def form(**values: str) -> dict[str, str]:
    return {
        "key": str(uuid4()),
        "kind": "shell",
        "purpose": "corriger un dossier",
        "minutes": "30",
        "screen": "80x24",
        "size": "",
        **values,
    }


def test_opening_one_asks_what_for_and_leads_to_its_page(ines: Browser, simulator: Simulator) -> None:
    answer = ines.post(f"{PAGE}new/", form())
    run = Run.objects.get()
    assert answer.headers["Location"] == f"{PAGE}{run.pk}/"
    console = Console.objects.get()
    assert (console.kind, console.purpose, console.columns, console.rows) == (
        "shell",
        "corriger un dossier",
        80,
        24,
    )
    assert run.time_to_live == 1800
    wait_until(lambda: now(run).state == State.RUNNING)
    assert len(launches(simulator)) == 1


def test_without_a_purpose_nothing_is_opened_and_nothing_is_lost(ines: Browser) -> None:
    page = said(ines.post(f"{PAGE}new/", form(purpose="")))
    assert "Dites en une phrase pour quoi vous l’ouvrez." in page
    assert re.search(r'value="shell"[^>]*checked', page)
    assert not Run.objects.exists()


def test_a_purpose_may_be_made_optional(ines: Browser, settings: Settings) -> None:
    settings.CONSOLE_NEEDS_PURPOSE = False
    assert ines.post(f"{PAGE}new/", form(purpose="")).status_code == 302


def test_the_same_form_sent_twice_is_one_console(ines: Browser, simulator: Simulator) -> None:
    values = form()
    answers = [ines.post(f"{PAGE}new/", values) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{PAGE}{Run.objects.get().pk}/"}
    wait_until(lambda: Run.objects.get().state == State.RUNNING)
    assert len(launches(simulator)) == 1


def test_a_third_one_is_refused_in_words(ines: Browser, consoles: Desk, person: Actor) -> None:
    consoles.open(person)
    consoles.open(person)
    ines.post(f"{PAGE}new/", form())
    [message] = messages_of(ines)
    assert message.startswith("Vous avez déjà deux consoles ouvertes")
    assert "Vous avez déjà deux consoles ouvertes" in read(ines, PAGE)


def test_while_it_is_open_the_page_says_so_and_gives_what_the_browser_needs(
    ines: Browser, consoles: Desk, person: Actor
) -> None:
    hands = consoles.open(person)
    page = read(ines, f"{PAGE}{hands.run.pk}/")
    assert headline(page).startswith("Votre console est ouverte")
    assert f'data-socket="/ws/console/{hands.run.pk}/"' in page
    assert 'data-may-type="1"' in page
    assert 'data-cols="100" data-rows="30"' in page
    assert "Fermer la console" in page
    assert "Vous parlez à la production" in page


def test_no_page_and_no_journal_holds_the_way_into_the_terminal(
    ines: Browser, consoles: Desk, person: Actor, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    hands = consoles.open(person)
    secret = simulator.rendezvous.connections[-1].secret
    assert len(secret) > 30
    pages = [read(ines, address) for address in (PAGE, f"{PAGE}{hands.run.pk}/", "/journal/")]
    hands.type("exit\r")
    ended(hands.run)
    kept = [str(list(Run.objects.values())), str(list(Entry.objects.values())), *pages]
    printed = capsys.readouterr()
    assert not any(secret in text for text in [*kept, printed.out, printed.err])


def test_somebody_else_is_told_that_they_only_watch_and_whose_it_is(consoles: Desk, person: Actor) -> None:
    hands = consoles.open(person)
    marc = make_browser("marc", Profile.ADMINISTRATOR, "Marc Delaunay")
    page = read(marc, f"{PAGE}{hands.run.pk}/")
    assert headline(page).startswith("La console de Inès Haddad est ouverte")
    assert "Vous regardez seulement" in page
    assert 'data-may-type=""' in page
    assert marc.post(f"{PAGE}{hands.run.pk}/keys/", {"keys": "rm -rf /\r"}).status_code == 403


def test_the_list_says_who_since_when_and_what_it_cost_and_lets_it_be_closed(
    ines: Browser, consoles: Desk, person: Actor
) -> None:
    hands = consoles.open(person)
    consoles.fleet.sizes()
    page = read(ines, PAGE)
    assert "Consoles ouvertes" in page
    assert "Ouverte par Inès Haddad" in page
    assert f"{PAGE}{hands.run.pk}/end/" in page
    ines.post(f"{PAGE}{hands.run.pk}/end/")
    run = ended(hands.run)
    assert (run.reason, run.stop_by) == ("console_closed", "Inès Haddad")
    assert "Inès Haddad l’a fermée." in read(ines, f"{PAGE}{run.pk}/")


def test_what_is_typed_by_post_reaches_the_program(ines: Browser, consoles: Desk, person: Actor) -> None:
    hands = consoles.open(person)
    assert ines.post(f"{PAGE}{hands.run.pk}/keys/", {"keys": "echo secours\r"}).status_code == 204
    hands.read("\r\nsecours\r\n")


def test_each_ticket_is_another(ines: Browser, consoles: Desk, person: Actor) -> None:
    hands = consoles.open(person)
    answers = [ines.post(f"{PAGE}{hands.run.pk}/ticket/") for _ in range(2)]
    assert len({json.loads(answer.content)["ticket"] for answer in answers}) == 2
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)


def test_no_way_in_is_told_with_what_to_do_and_another_way(
    ines: Browser, consoles: Desk, person: Actor, simulator: Simulator
) -> None:
    simulator.rendezvous.misbehave("refused")
    run = ended(consoles.ask(person))
    page = read(ines, f"{PAGE}{run.pk}/")
    assert headline(page) == "Heroku ne nous laisse pas entrer (port 5000)."
    assert "votre technicien doit ouvrir ce port vers l’extérieur" in page
    assert "Lancer plutôt une commande" in page


def test_in_a_private_space_it_is_said_and_a_command_is_offered(
    ines: Browser, person: Actor, consoles: Desk, fleet_app: Desk
) -> None:
    run = ended(fleet_app.ask(person))
    page = read(ines, f"/apps/plateforme-notes/consoles/{run.pk}/")
    assert "Ce site est dans un espace privé" in page
    assert consoles is not fleet_app


@pytest.fixture
def fleet_app(consoles: Desk) -> Desk:
    from opsconsole.ops.fleet.models import App  # noqa: PLC0415

    return Desk(consoles.fleet, App.objects.get(name="plateforme-notes"))


# ── commands that ask questions ──
def test_a_command_that_asks_questions_is_opened_in_a_console(ines: Browser, simulator: Simulator) -> None:
    values = {"title": "Ouvrir la base", "purpose": "Lire.", "template": "bash", "interactive": True}
    command = Command.objects.create(**values, changed_at=timezone.now())
    assert "Ouvrir la base" in read(ines, PAGE)
    answer = ines.get(f"/apps/inscriptions/commands/{command.pk}/")
    assert answer.headers["Location"] == f"{PAGE}new/?kind=command-{command.pk}"
    ines.post(f"{PAGE}new/", form(kind=f"command-{command.pk}"))
    run = Run.objects.get()
    assert (run.title, run.line) == ("Ouvrir la base", "bash")
    wait_until(lambda: now(run).state == State.RUNNING)
    assert simulator.launched == [f": {run.tag} ; bash"]


def test_who_may_open_no_console_is_not_offered_it(ines: Browser) -> None:  # noqa: ARG001
    values = {"title": "Ouvrir la base", "purpose": "Lire.", "template": "bash", "interactive": True}
    Command.objects.create(**values, changed_at=timezone.now())
    manager = make_browser("lea", Profile.MANAGER, "Léa Roux")
    assert "Ouvrir la base" not in read(manager, "/apps/inscriptions/commands/")


def test_it_can_ask_for_no_value_before(ines: Browser) -> None:
    values = {
        "title": "Ouvrir",
        "purpose": "Lire.",
        "template": "bash {to}",
        "minutes": "60",
        "risk": "safe",
        "profile": "operator",
        "position": "1",
        "interactive": "on",
        "parameters-TOTAL_FORMS": "1",
        "parameters-INITIAL_FORMS": "0",
        "parameters-0-name": "to",
        "parameters-0-kind": "text",
    }
    page = said(ines.post("/settings/commands/new/", values))
    assert "Ce qui s’ouvre dans une console ne demande pas de valeur avant" in page
    assert not Command.objects.filter(title="Ouvrir").exists()


# ── recordings ──
def test_a_recording_is_an_asciicast_and_reading_it_is_in_the_journal(
    ines: Browser, consoles: Desk, person: Actor
) -> None:
    hands = recorded(consoles, person)
    assert "Revoir l’enregistrement" in read(ines, f"{PAGE}{hands.run.pk}/")
    read(ines, f"{PAGE}{hands.run.pk}/recording/")
    assert not Entry.objects.filter(action=Action.READ_RECORDING).exists()
    answer = ines.get(f"{PAGE}{hands.run.pk}/recording/cast/")
    head, *events = [json.loads(line) for line in answer.getvalue().decode().splitlines()]
    assert (head["version"], head["width"], head["height"]) == (2, 100, 30)
    assert "".join(text for _at, _kind, text in events) == hands.screen
    entry = Entry.objects.get(action=Action.READ_RECORDING)
    assert (entry.actor_name, entry.after["person"]) == ("Inès Haddad", "Inès Haddad")


def test_a_recording_that_was_cut_says_so_where_it_ends(
    ines: Browser, consoles: Desk, person: Actor, settings: Settings
) -> None:
    settings.CONSOLE_RECORDED_CHARACTERS = 10
    hands = recorded(consoles, person)
    answer = ines.get(f"{PAGE}{hands.run.pk}/recording/cast/")
    last = json.loads(answer.getvalue().decode().splitlines()[-1])
    assert "Enregistrement coupé ici" in last[2]


def recorded(consoles: Desk, person: Actor) -> Hands:
    hands = consoles.open(person)
    hands.type("echo bonjour\r")
    hands.read("bonjour\r\n~ $ ")
    hands.type("exit\r")
    ended(hands.run)
    return hands


# ── phrases ──
def test_an_administrator_writes_phrases_and_the_simple_way_offers_them(
    ines: Browser, consoles: Desk, person: Actor
) -> None:
    values = {"python": "Compter : User.objects.count()", "shell": "Voir les fichiers : ls -l"}
    assert ines.post("/settings/consoles/", values).status_code == 302
    assert Entry.objects.filter(action=Action.PHRASES).exists()
    hands = consoles.open(person, replace(WISH, kind=KINDS["python"]))
    page = read(ines, f"{PAGE}{hands.run.pk}/?mode=simple")
    assert 'data-phrase="User.objects.count()"' in page
    assert "ls -l" not in page


def test_a_phrase_that_is_not_one_is_refused_beside_its_field_and_kept_in_it(ines: Browser) -> None:
    before = dict(Phrases.objects.values_list("kind", "text"))
    values = {"python": "Compter : User.objects.count()\nsans rien", "shell": ""}
    page = said(ines.post("/settings/consoles/", values))
    assert "Ligne 2 : il faut un nom" in page
    assert "sans rien" in page
    assert dict(Phrases.objects.values_list("kind", "text")) == before


# ── trying the connection ──
def test_every_way_that_passes_is_told(ines: Browser, simulator: Simulator, settings: Settings) -> None:
    settings.RENDEZVOUS_ADDRESS = f"127.0.0.1:{simulator.rendezvous.port}"
    page = said(ines.post("/settings/health/connection/"))
    assert page.count("La liaison passe.") == 4  # three tried here, one for the ines's own
    assert all(not each.secret for each in simulator.rendezvous.connections)


def test_a_way_that_is_closed_is_told_with_what_to_do(ines: Browser, settings: Settings) -> None:
    settings.RENDEZVOUS_ADDRESS = "127.0.0.1:1"
    page = said(ines.post("/settings/health/connection/"))
    assert "La connexion au port 5000 est refusée" in page

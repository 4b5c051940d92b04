"""« Taille et prix »: who may open it, what it tells, what comes back with what was typed, and the preview."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, ProcessType
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.scaling.models import PriceSettings
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain
from tests.ops.scaling.changes import (
    fall_asleep,
    last_outcome,
    let_it_end,
    patches,
    slow_down,
    wait_for_the_end,
    wait_until_accepted,
)
from tests.ops.scaling.pages import SITE, messages_of, read
from tests.ops.scaling.resizing import AWAKE, ECO, LARGER, SCALING, apply, ask_for, errors_in, typed

PREVIEW = SCALING + "preview/"
ECO_SITE = "/apps/agenda-salles/scaling/"
SHOP = "/apps/boutique-solidaire/scaling/"

pytestmark = pytest.mark.usefixtures("fleet", "site")


# ── who ──
def test_only_who_may_change_a_size_opens_the_page(
    operator: Browser, reader: Browser, manager: Browser
) -> None:
    assert operator.get(SCALING).status_code == 403
    assert reader.get(SCALING).status_code == 403
    assert manager.get(SCALING).status_code == 200


def test_the_tab_is_shown_only_to_who_may_open_it(operator: Browser, manager: Browser) -> None:
    assert f'href="{SCALING}"' not in operator.get(SITE).content.decode()
    assert f'href="{SCALING}"' in manager.get(SITE).content.decode()


def test_posting_without_the_right_is_refused_and_written_down(
    operator: Browser, simulator: Simulator
) -> None:
    assert operator.post(SCALING, typed(LARGER)).status_code == 403
    assert operator.post(PREVIEW, typed(LARGER)).status_code == 403
    assert Entry.objects.filter(action=Action.SCALE).get().outcomes.get().reason == "right"
    assert patches(simulator) == []


# ── what it tells ──
def test_every_type_has_its_number_and_the_sizes_on_offer_with_memory_and_price(manager: Browser) -> None:
    page = read(manager, SCALING)
    assert "3 dynos, pour 75 $ par mois." in page
    assert "Le site web" in page
    assert "Les tâches de fond worker" in page
    assert page.count("Standard-2X · 1 Go · 50 $ par mois") == 2
    assert "Performance-M · 2,5 Go · 250 $ par mois" in page
    assert "Private-S" not in page
    assert "0,104 $ par heure" in page


def test_prices_are_told_in_euros_too_once_a_rate_is_set(manager: Browser) -> None:
    PriceSettings.objects.create(euros_per_dollar="0.92")
    assert "environ 69 € par mois, 0,10 € par heure" in read(manager, SCALING)


def test_an_add_on_that_scales_by_itself_is_warned_of(manager: Browser) -> None:
    assert "Le module judoscale règle la taille tout seul" in read(manager, SHOP)
    assert "règle la taille tout seul" not in read(manager, SCALING)


def test_sizes_that_heroku_does_not_tell_are_not_invented(manager: Browser, simulator: Simulator) -> None:
    simulator.faults.add("500", path="/available-dyno-sizes$")
    page = read(manager, SCALING)
    assert "Heroku n’a pas dit quelles tailles il offre" in page
    assert "Standard-2X" not in page


def test_a_click_needs_no_javascript(manager: Browser, simulator: Simulator, site: App) -> None:
    assert apply(manager, LARGER) == ""
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == LARGER


def test_the_page_loads_htmx_and_no_other_page_does(manager: Browser) -> None:
    assert "htmx" in manager.get(SCALING).content.decode()
    assert "htmx" not in manager.get(SITE).content.decode()


def test_while_a_change_is_under_way_there_is_no_second_button(
    manager: Browser, simulator: Simulator, fleet: Fleet, jeanne: Actor, site: App
) -> None:
    slow_down(simulator)
    ask_for(fleet, jeanne, site, LARGER)
    wait_until_accepted(site)
    assert "Un changement demandé par Jeanne Roy est en cours" in read(manager, SCALING)
    page = read(manager, SITE)
    assert "Demandé par Jeanne Roy" in page
    assert "Mettre en veille" not in page
    apply(manager, {**AWAKE, "worker": (2, "Standard-1X")})
    assert "Un changement de taille est déjà demandé par Jeanne Roy" in " ".join(messages_of(manager))
    let_it_end(simulator, site)
    assert len(patches(simulator)) == 1


def test_what_was_done_is_proved_on_the_page_of_the_app(manager: Browser, site: App) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    assert "a sa nouvelle taille depuis" in read(manager, SITE)


# ── refused before Heroku ──
def test_what_heroku_would_refuse_stands_beside_its_field_and_nothing_typed_is_lost(
    manager: Browser, simulator: Simulator
) -> None:
    page = apply(manager, {"web": (1, "Basic"), "worker": (3, "Basic")})
    assert errors_in(page) == [
        "En Basic, Heroku n’accepte qu’un dyno ici : mettez 1, ou choisissez une taille Standard."
    ]
    assert 'name="quantity_worker" value="3"' in page
    assert '<option value="Basic" selected>' in page
    assert patches(simulator) == []


def test_leaving_eco_with_one_type_only_says_that_all_must_go(manager: Browser, simulator: Simulator) -> None:
    page = apply(manager, {**ECO, "web": (1, "Standard-1X")}, seen=ECO, path=ECO_SITE)
    [error] = errors_in(page)
    assert error.startswith("Un site est tout entier en Eco ou pas du tout.")
    assert patches(simulator) == []


def test_leaving_eco_with_everything_is_announced(manager: Browser) -> None:
    page = plain(manager.post(ECO_SITE + "preview/", typed(AWAKE, seen=ECO)).content.decode())
    assert "Tout le site quitte Eco d’un coup, en une seule demande." in page


@pytest.mark.parametrize("quantity", ["", "-1", "deux", "101", "1.5"])
def test_a_number_that_is_none_is_refused(manager: Browser, simulator: Simulator, quantity: str) -> None:
    response = manager.post(SCALING, {**typed(LARGER), "quantity_web": quantity})
    assert len(errors_in(response.content.decode())) == 1
    assert '<option value="Standard-2X" selected>' in response.content.decode()
    assert patches(simulator) == []


def test_a_size_that_is_not_on_offer_is_refused(manager: Browser, simulator: Simulator) -> None:
    page = apply(manager, {**AWAKE, "web": (1, "Private-S")})
    assert errors_in(page) == ["Heroku n’offre pas cette taille à ce site."]
    assert patches(simulator) == []


def test_a_protected_type_is_refused_beside_its_field(
    manager: Browser, simulator: Simulator, site: App
) -> None:
    ProcessType.objects.create(app=site, name="web", label="La vitrine", protected=True)
    assert "Protégé par votre technicien" in read(manager, SCALING)
    page = apply(manager, LARGER)
    assert errors_in(page) == ["Protégé par votre technicien, à l’abri de ce geste : la vitrine."]
    assert last_outcome() == (Kind.REFUSED, "protected_type")
    assert patches(simulator) == []


def test_an_app_with_a_protected_type_has_no_button_to_sleep(operator: Browser, site: App) -> None:
    ProcessType.objects.create(app=site, name="worker", protected=True)
    page = operator.get(SITE).content.decode()
    assert "à l’abri de ce geste : les tâches de fond" in plain(page)
    assert f'href="{SCALING}sleep/"' not in page
    assert "à l’abri de ce geste : les tâches de fond" in read(operator, f"{SCALING}sleep/")


# ── changed meanwhile ──
def test_what_changed_meanwhile_is_told_and_what_was_typed_is_kept(
    manager: Browser, simulator: Simulator, site: App
) -> None:
    read(manager, SCALING)
    simulator.world.app("inscriptions").scale(worker=3)
    simulator.clear_requests()
    page = apply(manager, LARGER)
    assert "Les tâches de fond : 1 × Standard-1X → 3 × Standard-1X" in plain(page)
    assert '<option value="Standard-2X" selected>' in page
    assert patches(simulator) == []
    seen_now = {**AWAKE, "worker": (3, "Standard-1X")}
    assert apply(manager, {**LARGER, "worker": (3, "Standard-1X")}, seen=seen_now) == ""
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation["worker"] == (3, "Standard-1X")


def test_what_a_person_has_not_touched_follows_what_changed_meanwhile(
    manager: Browser, simulator: Simulator
) -> None:
    simulator.world.app("inscriptions").scale(worker=3)
    page = plain(apply(manager, LARGER))
    assert "2 × Standard-1X → 2 × Standard-2X" in page
    assert "3 × Standard-1X → 1 × Standard-1X" not in page


def test_without_what_the_person_saw_nothing_is_asked(manager: Browser, simulator: Simulator) -> None:
    assert manager.post(SCALING, {**typed(LARGER), "seen": "n’importe quoi"}).status_code == 200
    assert patches(simulator) == []


def test_while_heroku_does_not_say_what_is_there_nothing_typed_is_lost(
    manager: Browser, simulator: Simulator
) -> None:
    read(manager, SCALING)
    simulator.faults.add("500", path="/formation$")
    page = apply(manager, LARGER)
    assert "rien ne lui a été demandé, rien n’a changé" in plain(page)
    assert '<option value="Standard-2X" selected>' in page
    assert patches(simulator) == []


# ── preview ──
def test_the_preview_tells_the_price_and_what_restarts(manager: Browser, simulator: Simulator) -> None:
    read(manager, SCALING)
    simulator.clear_requests()
    page = plain(manager.post(PREVIEW, typed(LARGER)).content.decode())
    assert "125 $ par mois ensuite" in page
    assert "50 $ de plus par mois." in page
    assert "Redémarrage, dyno par dyno, en une minute environ : le site." in page
    assert "2 × Standard-1X → 2 × Standard-2X , soit 100 $ par mois" in page
    assert list(simulator.requests) == []


def test_the_preview_tells_what_would_be_refused(manager: Browser) -> None:
    page = manager.post(PREVIEW, typed({"web": (2, "Basic"), "worker": (1, "Basic")})).content.decode()
    assert "En Basic, Heroku n’accepte qu’un dyno ici" in plain(page)
    assert 'hx-swap-oob="true"' in page


def test_without_javascript_the_same_preview_comes_with_the_page(
    manager: Browser, simulator: Simulator
) -> None:
    response = manager.post(SCALING, {**typed(LARGER), "preview": "1"})
    page = response.content.decode()
    assert "50 $ de plus par mois." in plain(page)
    assert '<option value="Standard-2X" selected>' in page
    assert patches(simulator) == []


def test_a_site_at_zero_is_told_to_show_an_error_and_sleep_is_offered(manager: Browser) -> None:
    page = manager.post(PREVIEW, typed({**AWAKE, "web": (0, "Standard-1X")})).content.decode()
    assert "les visiteurs liront une page d’erreur de Heroku" in plain(page)
    assert f'href="{SCALING}sleep/"' in page
    other = manager.post(PREVIEW, typed({**AWAKE, "worker": (0, "Standard-1X")})).content.decode()
    assert "page d’erreur" not in plain(other)


# ── refused by Heroku ──
def test_what_heroku_refuses_anyway_is_shown_beside_the_fields_with_its_own_words(
    manager: Browser, simulator: Simulator, site: App
) -> None:
    too_many = {**AWAKE, "web": (11, "Performance-M")}
    apply(manager, too_many)
    wait_for_the_end(site)
    assert last_outcome() == (Kind.FAILED, "heroku_refused")
    page = manager.get(SCALING).content.decode()
    request_id = Entry.objects.get().outcomes.get().request_id
    assert request_id
    assert request_id in page
    assert "Les mots de Heroku" in page
    assert 'name="quantity_web" value="11"' in page
    assert errors_in(page) == ["Heroku n’accepte pas autant de dynos de cette taille."]
    assert "Cannot update to more than 10 Performance-M" in page
    assert simulator.world.app("inscriptions").formation == AWAKE
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert "Les mots de Heroku" not in manager.get(SCALING).content.decode()


def test_a_failure_that_somebody_has_gone_beyond_is_no_news(
    manager: Browser, simulator: Simulator, fleet: Fleet, claire: Actor, site: App
) -> None:
    simulator.faults.add("two_factor", method="PATCH", path="/formation$", times=1)
    apply(manager, LARGER)
    wait_for_the_end(site)
    assert "Revoir ce qui était demandé" in read(manager, SITE)
    assert "Rien n’a changé. Voici ce qui avait été demandé" in read(manager, SCALING)
    fall_asleep(fleet, claire, site)
    assert "Voici ce qui avait été demandé" not in read(manager, SCALING)


# ── undo ──
def test_the_journal_offers_to_go_back_and_nothing_is_applied_without_a_click(
    manager: Browser, operator: Browser, simulator: Simulator, site: App
) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    entry = Entry.objects.get()
    link = f"{SCALING}?undo={entry.id}"
    journal = manager.get("/journal/").content.decode()
    assert link in journal
    assert "Annuler, c’est-à-dire revenir à : le site 2 × Standard-1X" in plain(journal)
    assert link not in operator.get("/journal/").content.decode()
    simulator.clear_requests()
    page = manager.get(link).content.decode()
    assert "Voici ce qui était là avant le changement de Jeanne Roy." in plain(page)
    assert "50 $ de moins par mois." in plain(page)
    assert patches(simulator) == []
    assert not ChangeInProgress.objects.exists()
    assert apply(manager, AWAKE, seen=LARGER) == ""
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == AWAKE


def test_an_undo_leaves_alone_what_the_change_had_not_touched(
    manager: Browser, fleet: Fleet, simulator: Simulator, site: App
) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    simulator.world.app("inscriptions").scale(worker=3)
    fleet.refresh(site.heroku_id, max_age=0)
    page = plain(read(manager, f"{SCALING}?undo={Entry.objects.get().id}"))
    assert "2 × Standard-2X → 2 × Standard-1X" in page
    assert "3 × Standard-1X → 1 × Standard-1X" not in page
    assert "Depuis, cela a encore changé" not in page


def test_an_undo_says_what_has_changed_since(
    manager: Browser, fleet: Fleet, simulator: Simulator, site: App
) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    simulator.world.app("inscriptions").scale(web=4)
    fleet.refresh(site.heroku_id, max_age=0)
    page = plain(read(manager, f"{SCALING}?undo={Entry.objects.get().id}"))
    assert "Depuis, cela a encore changé" in page
    assert "Le site : 2 × Standard-2X → 4 × Standard-2X" in page


def test_only_the_last_change_of_an_app_is_offered_to_be_undone(
    manager: Browser, fleet: Fleet, claire: Actor, site: App
) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    fall_asleep(fleet, claire, site)
    assert "?undo=" not in manager.get("/journal/").content.decode()


@pytest.mark.parametrize("value", ["abc", "00000000-0000-4000-8000-000000000000"])
def test_an_undo_of_nothing_is_not_found(manager: Browser, value: str) -> None:
    assert manager.get(f"{SCALING}?undo={value}").status_code == 404


def test_an_undo_of_another_apps_change_is_not_found(manager: Browser, site: App) -> None:
    apply(manager, LARGER)
    wait_for_the_end(site)
    assert manager.get(f"{SHOP}?undo={Entry.objects.get().id}").status_code == 404

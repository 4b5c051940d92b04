"""The sheet before a sleep: what it tells, what it asks, what it sends."""

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.scaling.models import Sleep
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain
from tests.ops.scaling.changes import fall_asleep, patches, slow_down, wait_for_the_end
from tests.ops.scaling.pages import SITE, SLEEP, confirmed, messages_of, read

TYPE_THE_NAME = "Pour confirmer, tapez le nom court du site"


def sheet_of(name: str) -> str:
    return f"/apps/{name}/scaling/sleep/"


# ── what it tells ──
def test_it_tells_who_is_affected_and_what_is_kept(operator: Browser, site: App) -> None:  # noqa: ARG001
    page = read(operator, SLEEP)
    assert "Mettre « inscriptions » en veille ?" in page
    assert "C’est le site de production." in page
    assert "Les visiteurs ne verront plus le site." in page
    assert "Cela arrête aussi : les tâches de fond." in page
    assert "La console note ce qui tourne (le site × 2, les tâches de fond × 1, en Standard-1X)" in page


def test_it_names_and_orders_process_types_as_the_technician_does(operator: Browser, site: App) -> None:
    site.process_types.create(name="worker", label="Les courriels", position=1)
    site.process_types.create(name="web", position=2)
    page = read(operator, SLEEP)
    assert "Cela arrête aussi : les courriels." in page
    assert "La console note ce qui tourne (les courriels × 1, le site × 2, en Standard-1X)" in page


def test_it_tells_the_price_before_and_after_by_month_and_by_hour(operator: Browser, site: App) -> None:  # noqa: ARG001
    page = read(operator, SLEEP)
    assert "Maintenant : 75 $ par mois 0,104 $ par heure" in page
    assert "Ensuite : 0 $ par mois tant que le site dort" in page


def test_prices_are_those_that_heroku_tells(operator: Browser, site: App, simulator: Simulator) -> None:
    simulator.world.app(site.name).resize(web="Standard-2X")
    assert "Maintenant : 125 $ par mois 0,174 $ par heure" in read(operator, SLEEP)


def test_eco_dynos_are_one_subscription(operator: Browser, site: App) -> None:  # noqa: ARG001
    page = read(operator, sheet_of("agenda-salles"))
    assert "Rien : les sites Eco partagent un abonnement." in page
    assert "par mois" not in page


def test_where_heroku_gives_no_price_none_is_told(operator: Browser, site: App, simulator: Simulator) -> None:  # noqa: ARG001
    simulator.faults.add("500", path="^/dyno-sizes")
    page = read(operator, SLEEP)
    assert "facture" not in page
    assert "Les visiteurs ne verront plus le site." in page


def test_a_one_off_dyno_that_runs_now_is_named(operator: Browser, site: App, simulator: Simulator) -> None:
    slow_down(simulator)
    name = simulator.world.app(site.name).run("python manage.py migrate", seconds=3600)
    page = read(operator, SLEEP)
    assert f"La copie temporaire {name} continuera." in page


def test_an_autoscaler_is_warned_about(operator: Browser, site: App) -> None:  # noqa: ARG001
    page = read(operator, sheet_of("boutique-solidaire"))
    assert "Le module judoscale pourrait réveiller le site." in page


def test_an_app_without_autoscaler_is_not_warned_about(operator: Browser, site: App) -> None:  # noqa: ARG001
    page = read(operator, SLEEP)
    assert "pourrait réveiller" not in page
    assert "vérifier les modules" not in page


def test_add_ons_that_cannot_be_read_are_said_to_be_unknown(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    simulator.faults.add("500", path=f"^/apps/{site.heroku_id}/addons")
    assert "Nous n’avons pas pu vérifier les modules du site." in read(operator, SLEEP)


def test_what_was_not_read_is_said_and_not_invented(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    simulator.faults.add("500", path=f"^/apps/{site.heroku_id}")
    page = read(operator, SLEEP)
    assert "Heroku n’a pas encore dit ce qui tourne" in page
    assert "La console note ce qui tourne" not in page
    assert "par mois" not in page


# ── what it asks ──
def test_production_asks_for_the_short_name(operator: Browser, site: App) -> None:  # noqa: ARG001
    assert TYPE_THE_NAME in read(operator, SLEEP)


@pytest.mark.parametrize("environment", [Environment.STAGING, Environment.DEVELOPMENT])
def test_elsewhere_no_name_is_asked(
    operator: Browser, site: App, simulator: Simulator, environment: Environment
) -> None:
    App.objects.update(environment=environment)
    assert TYPE_THE_NAME not in read(operator, SLEEP)
    assert operator.post(SLEEP, {"page": "error"}).status_code == 302
    wait_for_the_end(site)
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Tapez le nom court du site pour confirmer."),
        ("   ", "Tapez le nom court du site pour confirmer."),
        ("boutique-solidaire", "Ce n’est pas le nom court du site : il s’écrit « inscriptions »."),
        ("inscription", "Ce n’est pas le nom court du site : il s’écrit « inscriptions »."),
        ("<b>inscriptions", "Ce n’est pas le nom court du site : il s’écrit « inscriptions »."),
    ],
)
def test_another_name_is_told_beside_the_field_and_nothing_is_sent(
    operator: Browser, site: App, simulator: Simulator, typed: str, sentence: str
) -> None:
    response = operator.post(SLEEP, confirmed(site, confirmation=typed))
    page = response.content.decode()
    assert response.status_code == 200
    assert sentence in plain(page)
    assert 'id="id_confirmation_error"' in page
    assert 'aria-invalid="true"' in page
    assert "id_confirmation_error" in page.partition('aria-describedby="')[2].partition('"')[0]
    assert "<b>inscriptions" not in page
    assert patches(simulator) == []
    assert not Entry.objects.exists()


@pytest.mark.parametrize("choice", ["pause", "error"])
def test_the_choice_of_the_page_is_kept_when_the_name_was_wrong(
    operator: Browser, site: App, choice: str
) -> None:
    page = operator.post(SLEEP, confirmed(site, page=choice, confirmation="x")).content.decode()
    [chosen] = [part for part in page.split("<input ") if 'type="radio"' in part and " checked" in part]
    assert f'value="{choice}"' in chosen


@pytest.mark.parametrize("choice", ["", "both", "pause' OR 1=1"])
def test_a_choice_that_does_not_exist_sends_nothing(
    operator: Browser, site: App, simulator: Simulator, choice: str
) -> None:
    assert operator.post(SLEEP, confirmed(site, page=choice)).status_code == 200
    assert patches(simulator) == []
    assert not Entry.objects.exists()


def test_the_name_may_be_typed_in_capitals_with_spaces_around(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    operator.post(SLEEP, confirmed(site, confirmation=" Inscriptions "))
    wait_for_the_end(site)
    assert len(patches(simulator)) == 1


# ── what it does ──
def test_it_sends_back_at_once_while_heroku_is_still_silent(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    simulator.faults.add("blackhole", method="PATCH")
    response = operator.post(SLEEP, confirmed(site))
    assert (response.status_code, response.headers["Location"]) == (302, SITE)
    assert ChangeInProgress.objects.exists()
    assert not Entry.objects.get().outcomes.exists()


@pytest.mark.parametrize(("choice", "is_on"), [("pause", True), ("error", False)])
def test_the_waiting_page_is_as_it_was_chosen(
    operator: Browser, site: App, simulator: Simulator, choice: str, *, is_on: bool
) -> None:
    operator.post(SLEEP, confirmed(site, page=choice))
    wait_for_the_end(site)
    assert simulator.world.app(site.name).maintenance is is_on
    assert Sleep.objects.get().with_page is is_on


def test_the_journal_has_the_person_the_address_and_the_session(operator: Browser, site: App) -> None:
    operator.post(SLEEP, confirmed(site))
    wait_for_the_end(site)
    entry = Entry.objects.get()
    assert (entry.actor_name, entry.actor_profile, entry.actor_address) == (
        "Claire Morel",
        "operator",
        "127.0.0.1",
    )
    assert entry.session_reference
    assert operator.session_key not in entry.session_reference
    assert entry.outcomes.get().request_id


def test_fields_that_no_form_has_are_ignored(operator: Browser, site: App, simulator: Simulator) -> None:
    more = dict.fromkeys(
        ("user", "actor_name", "profile", "is_staff", "name", "app", "force"), "boutique-solidaire"
    )
    operator.post(SLEEP, {**confirmed(site), **more, "quantity": "9"})
    wait_for_the_end(site)
    assert Entry.objects.get().actor_name == "Claire Morel"
    assert {request.path.split("/")[2] for request in simulator.requests if request.method == "PATCH"} == {
        str(site.heroku_id)
    }
    assert patches(simulator) == [
        {"updates": [{"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0}]}
    ]


def test_what_sleeps_already_is_told_and_left(
    operator: Browser, fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    operator.post(SLEEP, confirmed(site))
    assert messages_of(operator) == ["Le site est déjà en veille : rien n’a été demandé."]
    assert len(patches(simulator)) == 1


def test_where_heroku_does_not_tell_the_formation_nothing_is_asked(
    operator: Browser, site: App, simulator: Simulator
) -> None:
    simulator.faults.add("500", method="GET", path="/formation$")
    operator.post(SLEEP, confirmed(site))
    told = operator.get(f"/apps/{site.name}/").content.decode()
    assert "Heroku n’a pas dit à temps ce qui tourne : rien ne lui a été demandé, rien n’a changé." in told
    assert Entry.objects.get().outcomes.get().kind == Kind.FAILED
    assert patches(simulator) == []


# ── what only looks changes nothing ──
@pytest.mark.parametrize("method", ["get", "head", "options"])
def test_looking_changes_nothing(operator: Browser, site: App, simulator: Simulator, method: str) -> None:
    getattr(operator, method)(SLEEP + "?page=error&confirmation=" + site.name)
    assert {request.method for request in simulator.requests} <= {"GET"}
    assert not Entry.objects.exists()
    assert not ChangeInProgress.objects.exists()


def test_while_heroku_is_silent_the_button_is_off_and_says_why(
    operator: Browser, site: App, fleet: Fleet, simulator: Simulator
) -> None:
    fleet.refresh(site.heroku_id)
    simulator.faults.add("500")
    fleet.refresh(site.heroku_id)
    sheet = operator.get(SLEEP).content.decode()
    assert "Possible dès que Heroku répondra." in sheet
    assert 'aria-disabled="true"' in sheet

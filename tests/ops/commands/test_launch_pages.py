"""The pages where commands are found and launched, as a browser reads and posts them."""

import json
import re
import uuid
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.commands.models import Command
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.commands.conftest import make_command
from tests.ops.conftest import make_browser, wait_until
from tests.ops.journal.entries import CLAIRE, intend, write
from tests.ops.oneoffs.launching import ended, launches, now
from tests.ops.scaling.pages import messages_of, read

COMMANDS = "/apps/inscriptions/commands/"
LINE = COMMANDS + "line/"
REMIND = {
    "template": "python manage.py sendreminders --date {date} {dry}",
    "parameters": [
        {"name": "date", "kind": "date", "label": "Avant le"},
        {"name": "dry", "kind": "flag", "label": "Pour voir", "flag_text": "--dry-run"},
    ],
}
pytestmark = pytest.mark.usefixtures("fleet", "site")


def sheet(command: Command) -> str:
    return f"{COMMANDS}{command.id}/"


def key_of(page: str) -> str:
    found = re.search(r'name="key" value="([0-9a-f-]{36})"', page)
    assert found is not None
    return found[1]


def post(browser: Browser, command: Command, **values: str) -> str:
    """Post a launch's form, and return the address that it leads to, "" where it is shown again."""
    answer = browser.post(sheet(command), {"key": str(uuid.uuid4()), **values})
    return str(answer.headers.get("Location", ""))


def only_run() -> Run:
    return Run.objects.get()


def lines_sent(simulator: Simulator) -> list[str]:
    sent = [each for each in simulator.requests if each.method == "POST" and each.path.endswith("/dynos")]
    return [json.loads(each.body)["command"].partition(" ; ")[2] for each in sent]


# ── what is offered ──
def test_a_command_that_is_ready_is_offered_with_what_it_does(operator: Browser, check_site: Command) -> None:
    page = read(operator, COMMANDS)
    assert f"{check_site.title} Ne change rien. Jamais lancée Lancer" in page


def test_who_only_reads_is_offered_nothing_and_told_why(reader: Browser, check_site: Command) -> None:
    page = read(reader, COMMANDS)
    assert check_site.title not in page
    assert "Votre profil permet de voir ce qui a été lancé, pas de lancer." in page


@pytest.mark.parametrize(
    ("name", "value"),
    [("enabled", False), ("profile", Profile.MANAGER), ("apps", [str(uuid.uuid4())])],
    ids=["switched off", "for managers", "for another site"],
)
def test_what_is_not_for_them_is_neither_offered_nor_launched(
    operator: Browser, simulator: Simulator, name: str, value: Any
) -> None:
    command = make_command(**{name: value})
    assert command.title not in read(operator, COMMANDS)
    assert operator.get(sheet(command)).status_code == 403
    assert operator.post(sheet(command), {"key": str(uuid.uuid4())}).status_code == 403
    assert launches(simulator) == []


def test_what_is_for_managers_is_offered_to_them(manager: Browser) -> None:
    command = make_command(profile=Profile.MANAGER)
    assert command.title in read(manager, COMMANDS)


def test_somebody_limited_to_other_sites_finds_no_page_here(check_site: Command) -> None:
    browser = make_browser("lea", Profile.MANAGER, "Léa Blanc")
    User.objects.filter(username="lea").update(limited=True)
    other = App.objects.exclude(name="inscriptions").first()
    assert other is not None
    Grant.objects.create(user=User.objects.get(username="lea"), app_id=other.pk)
    assert browser.get(COMMANDS).status_code == 404
    assert browser.post(sheet(check_site), {"key": str(uuid.uuid4())}).status_code == 404


# ── the sheet ──
def test_the_sheet_says_what_will_happen_how_long_and_for_how_much(
    operator: Browser, check_site: Command
) -> None:
    page = read(operator, sheet(check_site))
    assert "Les visiteurs ne remarquent rien." in page
    assert "Heroku l’arrêtera après 1 h." in page
    assert "Environ 0,035 $ par heure, comptés à la seconde. Taille Standard-1X." in page


def test_on_fir_it_says_that_no_log_is_kept(operator: Browser, check_site: Command) -> None:
    page = read(operator, f"/apps/plateforme-notes/commands/{check_site.id}/")
    assert "Heroku n’y garde pas les journaux." in page


def test_it_tells_how_long_the_command_usually_takes(
    operator: Browser, check_site: Command, site: App
) -> None:
    for seconds in (10, 40, 700):
        finished_run(site, check_site, seconds=seconds)
    assert "Elle dure d’habitude 40 s." in read(operator, sheet(check_site))


def finished_run(site: App, command: Command, *, seconds: float, state: State = State.DONE) -> Run:
    at = timezone.now() - timedelta(hours=1)
    return Run.objects.create(
        key=uuid.uuid4(),
        entry_id=uuid.uuid4(),
        app_id=site.heroku_id,
        app_name=site.name,
        command_id=str(command.id),
        command=command.as_it_is(),
        title=command.title,
        line=command.template,
        tag=uuid.uuid4().hex,
        time_to_live=60,
        state=state,
        asked_at=at,
        up_at=at,
        ended_at=at + timedelta(seconds=seconds),
        changed_at=at,
        actor_id="7",
        actor_name="Claire Morel",
    )


# ── launching ──
def test_a_launch_leads_to_the_page_of_its_run(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    location = post(operator, check_site)
    assert location == f"/apps/inscriptions/runs/{only_run().id}/"
    assert ended(only_run()).state == State.DONE
    assert lines_sent(simulator) == ["python manage.py check"]


def test_the_run_keeps_the_command_as_it_was(operator: Browser, check_site: Command) -> None:
    post(operator, check_site)
    run = ended(only_run())
    check_site.delete()
    assert run.command["template"] == "python manage.py check"
    assert "Contrôler le site" in read(operator, f"/apps/inscriptions/runs/{run.id}/")


def test_the_values_stand_in_the_line(operator: Browser, simulator: Simulator) -> None:
    command = make_command("Relancer", **REMIND)
    post(operator, command, **{"value-date": "2026-01-31", "value-dry": "on"})
    ended(only_run())
    assert lines_sent(simulator) == ["python manage.py sendreminders --date 2026-01-31 --dry-run"]
    assert only_run().values == {"date": "2026-01-31", "dry": "--dry-run"}


def test_what_is_wrong_is_said_beside_its_field_and_nothing_typed_is_lost(
    operator: Browser, simulator: Simulator
) -> None:
    command = make_command("Relancer", **REMIND)
    key = str(uuid.uuid4())
    answer = operator.post(sheet(command), {"key": key, "value-date": "demain", "value-dry": "on"})
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'id="id_value-date_error"' in page
    assert 'value="demain"' in page
    assert re.search(r'name="value-dry"[^>]*checked', page)
    assert key_of(page) == key
    assert launches(simulator) == []
    assert not Entry.objects.exists()


@pytest.mark.parametrize(
    "value",
    ["-x", "a\nb", "a\x00b", "a\u2028b", "a" * 1001, ""],
    ids=["dash", "LF", "NUL", "LS", "long", "none"],
)
def test_a_value_that_could_be_read_otherwise_is_refused(
    operator: Browser, simulator: Simulator, value: str
) -> None:
    command = make_command(template="prog {who}", parameters=[{"name": "who"}])
    assert post(operator, command, **{"value-who": value}) == ""
    assert launches(simulator) == []


def test_a_parameter_that_nobody_declared_changes_nothing(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    post(
        operator,
        check_site,
        template="rm -rf /",
        line="rm -rf /",
        **{"value-x": "rm -rf /"},
        size="Performance-L",
    )
    ended(only_run())
    assert lines_sent(simulator) == ["python manage.py check"]
    assert only_run().size == ""


def test_a_form_sent_twice_is_one_launch_and_both_lead_to_it(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    key = key_of(operator.get(sheet(check_site)).content.decode())
    first = operator.post(sheet(check_site), {"key": key})
    second = operator.post(sheet(check_site), {"key": key})
    assert first.headers["Location"] == second.headers["Location"]
    ended(only_run())
    assert len(launches(simulator)) == 1


def test_two_people_launch_it_once_and_the_second_reads_who_was_first(
    operator: Browser, manager: Browser, simulator: Simulator, check_site: Command
) -> None:
    simulator.world.configure({"one_off_seconds": 100_000.0})
    first = post(operator, check_site)
    second = post(manager, check_site)
    assert second == first
    [message] = messages_of(manager)
    assert message.startswith("Cette commande est déjà lancée par Claire Morel")
    assert len(launches(simulator)) <= 1


def test_what_goes_on_alone_is_offered_to_be_followed(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    simulator.world.configure({"one_off_seconds": 100_000.0})
    location = post(operator, check_site)
    page = operator.get(COMMANDS).content.decode()
    assert page.count(f'href="{location}"') >= 2
    assert f'href="{sheet(check_site)}"' not in page


def test_without_its_key_a_form_launches_nothing(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    assert operator.post(sheet(check_site), {}).status_code == 200
    assert launches(simulator) == []


def test_what_is_sensitive_is_launched_once_its_box_is_ticked(
    operator: Browser, simulator: Simulator
) -> None:
    command = make_command(risk="sensitive", confirmation="La base change.")
    assert "La base change." in read(operator, sheet(command))
    assert post(operator, command) == ""
    assert launches(simulator) == []
    assert post(operator, command, agreed="on") != ""


def test_what_is_dangerous_asks_for_the_name_of_the_site(
    operator: Browser, simulator: Simulator, site: App
) -> None:
    command = make_command(risk="dangerous")
    assert post(operator, command, typed="autre") == ""
    assert launches(simulator) == []
    assert post(operator, command, typed=site.title.upper()) != ""


def test_a_run_is_launched_again_with_its_values_and_confirmed_anew(
    operator: Browser, simulator: Simulator
) -> None:
    command = make_command("Relancer", **REMIND)
    post(operator, command, **{"value-date": "2026-01-31", "value-dry": "on"})
    run = ended(only_run())
    page = operator.get(f"/apps/inscriptions/runs/{run.id}/").content.decode()
    again = f"{sheet(command)}?again={run.id}"
    assert again in page
    form = operator.get(again).content.decode()
    assert 'value="2026-01-31"' in form
    assert re.search(r'name="value-dry"[^>]*checked', form)
    assert len(launches(simulator)) == 1


# ── a free line ──
def test_an_administrator_launches_a_line_of_their_own(admin: Browser, simulator: Simulator) -> None:
    values = {
        "key": str(uuid.uuid4()),
        "line": "echo 'a  b' | cat",
        "size": "",
        "minutes": "10",
        "agreed": "on",
    }
    answer = admin.post(LINE, values)
    assert answer.status_code == 302
    run = ended(only_run())
    assert lines_sent(simulator) == ["echo 'a  b' | cat"]
    assert (run.command_id, run.time_to_live) == ("", 600)


def test_a_secret_in_a_line_reaches_heroku_and_neither_the_journal_nor_a_page(
    admin: Browser, simulator: Simulator
) -> None:
    line = "prog --password=azerty123 camille@exemple.fr"
    values = {"key": str(uuid.uuid4()), "line": line, "size": "", "minutes": "10", "agreed": "on"}
    admin.post(LINE, values)
    run = ended(only_run())
    assert lines_sent(simulator) == [line]
    entry = Entry.objects.get()
    for shown in (
        entry.command_line,
        str(entry.after),
        admin.get(f"/apps/inscriptions/runs/{run.id}/").content.decode(),
    ):
        assert "azerty123" not in shown
        assert "camille@" not in shown


@pytest.mark.parametrize("line", ["", "echo 'a", "echo a\necho b", "x" * 4001])
def test_a_line_that_cannot_be_run_is_refused_beside_its_field(
    admin: Browser, simulator: Simulator, line: str
) -> None:
    values = {"key": str(uuid.uuid4()), "line": line, "size": "", "minutes": "10", "agreed": "on"}
    answer = admin.post(LINE, values)
    assert answer.status_code == 200
    assert 'id="id_line_error"' in answer.content.decode()
    assert launches(simulator) == []


def test_nobody_else_writes_lines(manager: Browser, simulator: Simulator) -> None:
    values = {"key": str(uuid.uuid4()), "line": "env", "minutes": "10", "agreed": "on"}
    assert manager.post(LINE, values).status_code == 403
    assert launches(simulator) == []


# ── refusals ──
def test_a_refusal_of_heroku_is_told_on_the_page_of_the_run(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    simulator.faults.add(
        "error",
        method="POST",
        path="/dynos$",
        status=422,
        id="cannot_run_above_limit",
        message="Cannot run more than 1.",
    )
    post(operator, check_site)
    run = ended(only_run())
    page = read(operator, f"/apps/inscriptions/runs/{run.id}/")
    assert "Non lancée : rien n’a été fait." in page
    assert "Heroku n’en laisse pas tourner autant de cette taille." in page
    assert "Cannot run more than 1." in page


def test_more_launches_in_a_minute_than_a_hand_can_ask_for_wait(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    by = replace(CLAIRE, id=str(User.objects.get(username="claire").pk))
    for _number in range(20):
        write(intend(Action.RUN), Kind.DONE, by=by)
    assert operator.post(sheet(check_site), {"key": str(uuid.uuid4())}).status_code == 429
    assert launches(simulator) == []


def test_a_page_asks_the_database_little(
    operator: Browser, fleet: Fleet, site: App, check_site: Command
) -> None:
    for _number in range(12):
        finished_run(site, check_site, seconds=10)
    fleet.look(site.heroku_id, patience=5)
    before = len(connection.queries_log)
    connection.force_debug_cursor = True
    try:
        operator.get(COMMANDS)
        asked = len(connection.queries_log) - before
    finally:
        connection.force_debug_cursor = False
    assert asked <= 20


def test_an_unknown_outcome_names_the_risk_of_launching_again(
    operator: Browser, simulator: Simulator, check_site: Command
) -> None:
    simulator.faults.add("500", method="POST", path="/dynos$", times=1)
    post(operator, check_site)
    run = ended(only_run())
    wait_until(lambda: now(run).state == State.UNKNOWN)
    page = read(operator, f"/apps/inscriptions/runs/{run.id}/")
    assert "Personne ne sait si cette commande a été lancée." in page
    assert "La relancer pourrait la faire tourner deux fois" in page
    assert Entry.objects.get().outcomes.last().kind == Kind.UNKNOWN  # type: ignore[union-attr]

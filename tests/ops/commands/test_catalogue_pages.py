"""The pages where commands are written: by administrators only, tried without being run, each change in the journal."""

import re
from typing import Any

import pytest

from opsconsole.ops.commands.models import Command
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.oneoffs.models import Run
from opsconsole.simulator import Simulator
from opsconsole.simulator.scripts import script_of
from tests.ops.access.conftest import Browser
from tests.ops.commands.conftest import make_command
from tests.ops.commands.test_run_pages import make_run
from tests.ops.scaling.pages import read

CATALOGUE = "/settings/commands/"
NEW = CATALOGUE + "new/"
IMPORT = CATALOGUE + "import/"
WRITTEN = {
    "title": "Relancer les dossiers",
    "purpose": "Écrit à chaque famille.",
    "template": "python manage.py sendreminders --date {date} {dry}",
    "minutes": "30",
    "risk": "sensitive",
    "profile": "manager",
    "position": "5",
    "alone": "on",
    "enabled": "on",
    "failures": "2 = Aucun dossier à relancer.",
}
DATE = {"name": "date", "kind": "date", "label": "Avant le"}
DRY = {"name": "dry", "kind": "flag", "flag_text": "--dry-run"}


def posted(*parameters: dict[str, str], **values: str) -> dict[str, str]:
    """What the form sends with these values to be asked for."""
    formset = {
        f"parameters-{number}-{name}": value
        for number, parameter in enumerate(parameters)
        for name, value in parameter.items()
    }
    counts = {"parameters-TOTAL_FORMS": str(len(parameters)), "parameters-INITIAL_FORMS": "0"}
    return {**WRITTEN, **counts, **formset, **values}


def found() -> Command:
    return Command.objects.get(title=WRITTEN["title"])


@pytest.fixture(autouse=True)
def _empty(transactional_db: None) -> None:  # noqa: ARG001
    Command.objects.all().delete()


def test_a_command_is_written_with_the_values_it_asks_for(admin: Browser) -> None:
    assert admin.post(NEW, posted(DATE, DRY)).headers["Location"] == CATALOGUE
    command = found()
    assert [each["name"] for each in command.parameters] == ["date", "dry"]
    assert (command.time_to_live, command.profile, command.risk) == (1800, "manager", "sensitive")
    assert command.failures == {"2": "Aucun dossier à relancer."}
    assert command.apps is None
    entry = Entry.objects.get(action=Action.WRITE_COMMAND)
    assert entry.after["title"] == WRITTEN["title"]


def test_it_is_tried_without_being_run_nor_kept(admin: Browser, simulator: Simulator) -> None:
    page = admin.post(
        NEW, posted(DATE, DRY, **{"parameters-0-default": "2026-03-01"}, **{"try": "1"})
    ).content.decode()
    line = re.search(r'id="tried">([^<]+)<', page)
    assert line is not None
    assert line[1] == "python manage.py sendreminders --date 2026-03-01 --dry-run"
    assert not Command.objects.exists()
    assert not Run.objects.exists()
    assert all(each.method == "GET" for each in simulator.requests)


def test_one_more_value_loses_nothing_and_judges_nothing(admin: Browser) -> None:
    page = admin.post(NEW, posted(DATE, title="", more="1")).content.decode()
    assert 'name="parameters-1-name"' in page
    assert 'value="Avant le"' in page
    assert 'class="error"' not in page


@pytest.mark.parametrize(
    ("parameters", "values", "field"),
    [
        ([], {"title": ""}, "title"),
        ([], {"template": ""}, "template"),
        ([], {"template": "echo {who}"}, "template"),
        ([DATE], {"template": "echo '{date}'"}, "template"),
        ([], {"template": "echo 'unfinished"}, "template"),
        ([], {"template": "echo a", "minutes": "0"}, "minutes"),
        ([], {"template": "echo a", "minutes": "1441"}, "minutes"),
        ([], {"template": "echo a", "failures": "many = words"}, "failures"),
        ([], {"template": "echo a", "failures": "256 = words"}, "failures"),
        ([{"name": "2x", "kind": "text"}], {"template": "echo {x}"}, "parameters-0-name"),
        ([{"name": "x", "kind": "choice"}], {"template": "echo {x}"}, "parameters-0-name"),
        (
            [{"name": "x", "kind": "pattern", "pattern": "(a+)+"}],
            {"template": "echo {x}"},
            "parameters-0-name",
        ),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    admin: Browser, parameters: list[dict[str, str]], values: dict[str, str], field: str
) -> None:
    answer = admin.post(NEW, posted(*parameters, **values))
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Command.objects.exists()


def test_a_change_makes_another_version_and_a_switch_does_not(admin: Browser) -> None:
    command = make_command(WRITTEN["title"])
    admin.post(
        f"{CATALOGUE}{command.id}/",
        posted(template="python manage.py check --deploy", title=WRITTEN["title"]),
    )
    assert (found().version, found().template) == (2, "python manage.py check --deploy")
    admin.post(f"{CATALOGUE}{command.id}/switch/", {"enabled": "0"})
    assert (found().version, found().enabled) == (2, False)
    admin.post(f"{CATALOGUE}{command.id}/switch/", {"enabled": "1"})
    assert found().enabled


def test_what_is_shown_can_be_saved_as_it_is(admin: Browser) -> None:
    admin.post(
        NEW,
        posted(
            DATE,
            DRY,
            {"name": "n", "kind": "integer", "minimum": "1", "optional": "on"},
            template="prog {date} {dry} {n}",
        ),
    )
    command = found()
    page = admin.get(f"{CATALOGUE}{command.id}/").content.decode()
    admin.post(f"{CATALOGUE}{command.id}/", fields_of(page))
    assert found().version == 1
    assert Entry.objects.filter(action=Action.WRITE_COMMAND).count() == 1


def fields_of(page: str) -> dict[str, Any]:
    """What a browser would send of the form as it opens."""
    form = page.split('<form class="rows"')[1].split("</form>", maxsplit=1)[0]
    sent: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        is_off = re.search(r'type="(checkbox|radio)"', tag) and "checked" not in tag
        if name and not is_off:
            sent[name[1]] = value[1] if value else "on"
    sent |= dict(re.findall(r'<textarea name="([^"]+)"[^>]*>\s*([^<]*)</textarea>', form))
    for name, options in re.findall(r'<select name="([^"]+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


def test_for_a_text_the_most_is_its_length(admin: Browser) -> None:
    admin.post(NEW, posted({"name": "who", "kind": "text", "maximum": "12"}, template="prog {who}"))
    assert found().parameters == [{"name": "who", "max_length": 12}]
    page = admin.get(f"{CATALOGUE}{found().id}/").content.decode()
    assert re.search(r'name="parameters-0-maximum" value="12"', page)


def test_a_command_for_some_sites_only_names_them(admin: Browser, site: App) -> None:
    admin.post(NEW, {**posted(template="echo a"), "apps": [str(site.pk)]})
    assert found().apps == [str(site.pk)]
    assert site.title in read(admin, CATALOGUE)


def test_a_deleted_command_leaves_its_runs(admin: Browser, site: App) -> None:
    command = make_command()
    run = make_run(site, command_id=str(command.id), command=command.as_it_is())
    admin.post(f"{CATALOGUE}{command.id}/delete/")
    assert not Command.objects.exists()
    assert Run.objects.filter(id=run.id).exists()
    assert Entry.objects.get().action == Action.DELETE_COMMAND


def test_what_is_pasted_of_a_help_text_becomes_a_draft(admin: Browser) -> None:
    text = "\n".join(script_of("python manage.py sendreminders --help").lines)
    page = admin.post(IMPORT, {"help": text}).content.decode()
    assert 'value="python manage.py sendreminders --date {date} --course {course} {dry_run}"' in page
    assert 'value="dry_run"' in page
    assert f'action="{NEW}"' in page
    assert not Command.objects.exists()


def test_what_is_no_help_text_is_said_to_be_none(admin: Browser) -> None:
    page = admin.post(IMPORT, {"help": "hello"}).content.decode()
    assert "Ce n’est pas l’aide d’une commande" in page
    assert "hello" in page


def test_the_help_that_a_run_has_printed_becomes_a_draft(admin: Browser, site: App) -> None:
    lines = script_of("python manage.py sendreminders --help").lines
    run = make_run(site, *lines, line="python manage.py sendreminders --help")
    address = f"{NEW}?run={run.id}"
    assert address in admin.get(f"/apps/inscriptions/runs/{run.id}/").content.decode()
    assert 'value="dry_run"' in admin.get(address).content.decode()


@pytest.mark.parametrize("address", [CATALOGUE, NEW, IMPORT])
def test_nobody_else_writes_commands(manager: Browser, address: str) -> None:
    assert manager.get(address).status_code == 403


def test_a_hostile_draft_is_data(admin: Browser) -> None:
    text = 'usage: manage.py x [-h]\n\n<script>alert(1)</script>\n\noptions:\n  --a "><script>  <b>help</b>\n'
    page = admin.post(IMPORT, {"help": text}).content.decode()
    assert "<script>alert" not in page
    assert "<b>help" not in page

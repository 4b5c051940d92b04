"""The two formats of an export: every field, and no name that becomes a formula or a second line."""

import csv
import json
import re
from datetime import datetime

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.journal.change import Intent, Subject
from opsconsole.ops.journal.models import Action, Entry, Kind
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import SLEEP, intend, plain, utc, write
from tests.ops.journal.exports import lines, rows, take

pytestmark = pytest.mark.django_db

HOSTILE = [
    '=HYPERLINK("http://x")',
    "+1",
    "-1+2",
    "@SUM(A1)",
    " =1+1",
    "\t=1+1",
    "\r=1+1",
    "＝1+1",
    'Anne "la reine"',
    "Anne;Roy",
    "Anne\nRoy",
    "Anne\r\n=1+1",
    "Anne\u2028Roy",
    "Anne\u0085Roy",
    "\x1b[31mAnne",
    "Anne\u202eyoR",
    "’",
    "Zoë \U0001f600",
]


# ── what is in it ──
def test_a_line_of_json_holds_every_field_and_every_outcome(technician: Browser) -> None:
    entry = write(SLEEP, Kind.UNKNOWN, Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=19)
    [line] = lines(take(technician, "jsonl"))
    kept = {field.attname for field in Entry._meta.concrete_fields} - {"id"}  # noqa: SLF001 -- Django's public one
    assert set(line) == kept | {"entry", "outcomes"}
    assert line["entry"] == str(entry.id)
    assert line["at"] == "2026-11-23T18:42:07+01:00"
    assert (line["before"], line["after"]) == (SLEEP.before, SLEEP.after)
    assert [(outcome["kind"], outcome["request_id"]) for outcome in line["outcomes"]] == [
        ("unknown", ""),
        ("done", "abc-123"),
    ]
    assert line["outcomes"][1]["detail"] == {"seconds": 19}


def test_a_row_of_the_table_says_it_in_words(technician: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=19)
    [row] = rows(take(technician))
    assert (row["Date"], row["Heure"]) == ("2026-11-23", "18:42:07")
    assert plain(row["Phrase"]) == "Claire Morel a mis Inscriptions en veille : de 2 à 0 dynos, en 19 s."
    assert (row["Résultat"], row["Request-Id de Heroku"]) == ("Fait", "abc-123")
    assert json.loads(row["Avant"]) == SLEEP.before
    assert datetime.fromisoformat(row["Moment exact"]) == utc("2026-11-23T17:42:07")


def test_every_action_has_a_row(technician: Browser) -> None:
    for action in Action:
        write(intend(action), Kind.DONE)
    assert {row["Geste"] for row in rows(take(technician))} == {str(action) for action in Action}


def test_an_english_person_gets_english_words(technician: Browser) -> None:
    write(SLEEP, Kind.DONE)
    technician.cookies["__Host-language"] = "en"
    [row] = csv.DictReader(take(technician).decode("utf-8-sig").split("\r\n"), delimiter=";")
    assert "Fait" not in row.values()


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_becomes_a_formula_or_a_second_line(technician: Browser, name: str) -> None:
    by = Actor(id="1", name=name, profile="operator", address="", session_ref="")
    intent = Intent(
        action=Action.DESCRIBE_APP,
        subject=Subject(app_id="x", app_name=name, app_title=name),
        after={"label": name},
        command_line=name,
    )
    write(intent, Kind.DONE, by=by)
    content = take(technician)
    assert content.count(b"\r\n") == 2
    assert not re.search(
        r"[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202e]|(?<!\r)\n|\r(?!\n)", content.decode()
    )
    [row] = rows(content)
    assert None not in row
    assert None not in row.values()
    assert [cell for cell in row.values() if cell.lstrip().startswith(tuple("=+-@＝＋－＠"))] == []
    [line] = lines(take(technician, "jsonl", group=""))[1:]
    assert (line["actor_name"], line["app_title"], line["after"]["label"]) == (name, name, name)


def test_a_harmless_name_is_left_as_it_is(technician: Browser) -> None:
    write(
        SLEEP, Kind.DONE, by=Actor(id="1", name="Jean-Élie d’Ô = 1", profile="x", address="", session_ref="")
    )
    assert rows(take(technician))[0]["Personne"] == "Jean-Élie d’Ô = 1"

"""What runs, a row for each dyno: the order, the names, the states."""

from dataclasses import replace

import pytest

from opsconsole import heroku
from opsconsole.ops.dynos.rows import dyno_rows
from tests.ops.fleet.readings import NOW, dyno, minutes_ago, reading

FORMATION = {"web": 12, "worker": 1}


def rows(*dynos: heroku.Dyno) -> list[dict[str, object]]:
    return dyno_rows(reading(formation=FORMATION, dynos=dynos), now=NOW)


def names(*dynos: heroku.Dyno) -> list[object]:
    return [row["term"] for row in rows(*dynos)]


def test_the_site_comes_first_by_number_and_one_off_dynos_last() -> None:
    dynos = ["run.1", "worker.1", "web.10", "scheduler.7", "clock.1", "web.2", "web.1", "run.12", "release.3"]
    assert names(*map(dyno, dynos)) == [
        *("web.1", "web.2", "web.10", "clock.1", "worker.1"),
        *("release.3", "run.1", "run.12", "scheduler.7"),
    ]


def test_fir_dynos_are_ordered_by_name() -> None:
    fir = [
        dyno("web-7f-ur8z1", kind="web"),
        dyno("web.4e-ab9z2", kind="web"),
        dyno("web-5a-ur8z9", kind="web"),
    ]
    assert names(*fir) == ["web-5a-ur8z9", "web-7f-ur8z1", "web.4e-ab9z2"]


def test_nothing_that_runs_is_no_row() -> None:
    assert rows() == []


def test_a_dyno_alone_of_its_type_needs_no_number() -> None:
    said = [row["name"] for row in rows(dyno("web.1"), dyno("web.2"), dyno("worker.1"), dyno("mailer.3"))]
    assert said == ["Le site 1", "Le site 2", "mailer", "Les tâches de fond"]


def test_what_the_console_launched_is_shown_without_its_mark() -> None:
    launched = replace(dyno("run.4"), command=": oc-0123456789abcdef ; python manage.py check")
    assert [row["command"] for row in rows(launched)] == ["python manage.py check"]


def test_rows_have_the_names_and_the_order_that_the_technician_chose() -> None:
    chosen = {"mailer": "Les courriels", "web": ""}
    dynos = (dyno("web.1"), dyno("mailer.1"), dyno("mailer.2"), dyno("run.4"))
    said = [
        row["name"] for row in dyno_rows(reading(formation=FORMATION, dynos=dynos), now=NOW, names=chosen)
    ]
    assert said == ["Les courriels 1", "Les courriels 2", "Le site", "Copie temporaire"]


def test_a_row_tells_size_command_state_and_since() -> None:
    [row] = rows(dyno("web.1", "starting", at=minutes_ago(3), size="Standard-2X"))
    assert row == {
        "name": "Le site",
        "term": "web.1",
        "sub": "taille Standard-2X",
        "command": "gunicorn ecole.wsgi",
        "state": "waking",
        "tone": "run",
        "word": "Démarre",
        "since": minutes_ago(3),
        "note": "",
        "act": None,
    }


def test_a_dyno_without_a_size_says_none() -> None:
    [row] = rows(dyno("web.1", size=None))
    assert row["sub"] == ""


@pytest.mark.parametrize(
    ("state", "drawn"),
    [
        ("up", ("awake", "ok", "En marche")),
        ("starting", ("waking", "run", "Démarre")),
        ("idle", ("dozing", "off", "Assoupi")),
        ("crashed", ("down", "bad", "En panne")),
        ("down", ("asleep", "off", "Arrêté")),
        ("hibernating", ("unreachable", "off", "hibernating")),
    ],
)
def test_each_state_has_its_disc_and_its_word(state: str, drawn: tuple[str, str, str]) -> None:
    [row] = rows(dyno("web.1", state))
    assert (row["state"], row["tone"], row["word"]) == drawn

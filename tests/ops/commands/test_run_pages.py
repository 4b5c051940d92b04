"""The page of a run, its output taken out, its end asked for, and the list of all of them."""

import csv
import io
import re
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from opsconsole.live import runtime
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.oneoffs import topics
from opsconsole.ops.oneoffs.models import Piece, Run, State
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain
from tests.ops.oneoffs.launching import ask, ended, keep_running
from tests.ops.scaling.pages import messages_of, read

AT = "2026-11-25T10:00:00.000000+00:00"
RUNS = "/apps/inscriptions/runs/"
FOR_EVER = {"one_off_seconds": 100_000.0}
SECRETS = ("claire@ecole.example", "password=azerty123", "4111 1111 1111 1111")
HOSTILE = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "\x1b]0;title\x07after",
    "\x1b[31mred\x1b[0m",
    "data: {}\n\nevent: evil",
    "\u202eevil",
]


def make_run(site: App, *lines: str, **values: Any) -> Run:
    at = timezone.now() - timedelta(minutes=5)
    shown = {
        "key": uuid.uuid4(),
        "entry_id": uuid.uuid4(),
        "app_id": site.heroku_id,
        "app_name": site.name,
        "title": "Relancer les familles",
        "line": "python manage.py sendreminders",
        "tag": uuid.uuid4().hex,
        "time_to_live": 3600,
        "state": State.DONE,
        "exit_status": 0,
        "actor_id": "7",
        "actor_name": "Claire Morel",
        "dyno_name": "run.4821",
        "asked_at": at,
        "up_at": at,
        "ended_at": at + timedelta(seconds=41),
        "changed_at": at,
        "lines": len(lines),
        **values,
    }
    run = Run.objects.create(**shown)
    if lines:
        kept = [(AT, line) for line in lines]
        Piece.objects.create(run=run, number=1, lines=kept, count=len(lines), bytes=100)
    return run


def page_of(run: Run) -> str:
    return f"{RUNS}{run.id}/"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"state": State.DONE}, "Terminée, en 41 s."),
        ({"state": State.FAILED, "exit_status": 2}, "Échouée, après 41 s."),
        ({"state": State.FAILED, "exit_status": 127}, "n’existe pas dans ce site"),
        ({"state": State.STOPPED, "stop_by": "Marc"}, "Arrêtée par Marc, après 41 s."),
        ({"state": State.EXPIRED}, "Arrêtée par Heroku : elle durait plus de 1 h."),
        ({"state": State.LOST, "exit_status": None}, "Finie, mais Heroku n’a pas dit comment."),
        ({"state": State.UNKNOWN}, "Personne ne sait si cette commande a été lancée."),
        ({"state": State.REFUSED, "reason": "not_sent"}, "La demande n’a pas pu partir"),
        ({"state": State.RUNNING, "ended_at": None}, "En cours depuis 5 min"),
        ({"state": State.STARTING, "ended_at": None}, "Heroku prépare une copie temporaire"),
        ({"state": State.ASKED, "ended_at": None, "reason": "lost"}, "la console cherche si"),
    ],
)
def test_each_state_is_one_sentence(site: App, reader: Browser, values: dict[str, Any], said: str) -> None:
    assert said in read(reader, page_of(make_run(site, **values)))


def test_what_the_command_says_of_its_end_is_told(site: App, reader: Browser) -> None:
    command = {
        "success": "Tout est parti.",
        "failure": "Rien n’est parti.",
        "failures": {"3": "Aucun dossier."},
    }
    assert "Tout est parti." in read(reader, page_of(make_run(site, command=command)))
    failed = {"command": command, "state": State.FAILED}
    assert "Aucun dossier." in read(reader, page_of(make_run(site, **failed, exit_status=3)))
    assert "Rien n’est parti." in read(reader, page_of(make_run(site, **failed, exit_status=4)))


def test_the_state_stands_in_the_title_of_the_page(site: App, reader: Browser) -> None:
    page = reader.get(page_of(make_run(site))).content.decode()
    assert re.search(r"<title>Terminée – Relancer les familles", page)


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_program_prints_is_data(site: App, reader: Browser, text: str) -> None:
    page = reader.get(page_of(make_run(site, "before", text, "after"))).content.decode()
    shown = page.split('id="printed"')[1].split("</section>")[0]
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert plain(shown).count("after") >= 1


@pytest.mark.parametrize("secret", SECRETS)
def test_secrets_are_masked_on_the_page_and_in_the_file(site: App, reader: Browser, secret: str) -> None:
    run = make_run(site, f"sent to {secret}", line=f"prog {secret}")
    hidden = secret.partition("=")[2] or secret
    assert hidden not in reader.get(page_of(run)).content.decode()
    assert hidden not in b"".join(reader.get(f"{page_of(run)}output/")).decode()
    assert hidden not in b"".join(reader.get(f"{RUNS}export/")).decode()


def test_whoever_reads_the_logs_in_clear_reads_it_in_clear(site: App, reader: Browser) -> None:
    User.objects.filter(username="hugo").update(profile=Profile.MANAGER)
    run = make_run(site, f"sent to {SECRETS[0]}")
    assert SECRETS[0] not in reader.get(page_of(run)).content.decode()
    assert reader.post("/apps/inscriptions/logs/reveal/").status_code == 302
    assert SECRETS[0] in reader.get(page_of(run)).content.decode()


def test_the_values_are_told_by_the_names_of_their_questions(site: App, reader: Browser) -> None:
    asked = [
        {"name": "date", "kind": "date", "label": "Avant le"},
        {"name": "dry", "kind": "flag", "label": "Pour voir", "flag_text": "--dry-run"},
        {"name": "who", "kind": "text", "required": False},
    ]
    values = {"date": "2026-01-31", "dry": "--dry-run", "who": ""}
    run = make_run(site, command={"parameters": asked}, values=values)
    assert "Avant le\u00a0: 2026-01-31, Pour voir\u00a0: oui" in reader.get(page_of(run)).content.decode()


def test_a_long_output_is_shown_by_its_end_and_taken_out_whole(site: App, reader: Browser) -> None:
    run = make_run(site, *[f"line {number}." for number in range(1, 1001)])
    page = read(reader, page_of(run))
    assert "600 lignes plus haut ne sont pas montrées ici." in page
    assert "line 601." in page
    assert "line 600." not in page
    answer = reader.get(f"{page_of(run)}output/")
    assert b"".join(answer).decode().splitlines() == [f"line {number}." for number in range(1, 1001)]
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="inscriptions-')


def test_a_hole_is_shown_where_it_is(site: App, reader: Browser) -> None:
    run = make_run(site, "a")
    Piece.objects.create(run=run, number=2, lines=[("", None), (AT, "b")], count=1, bytes=2)
    assert "a Des lignes peuvent manquer ici. b" in read(reader, page_of(run))


def test_what_was_left_out_of_the_middle_is_counted(site: App, reader: Browser) -> None:
    run = make_run(site, "a", lines=5002, left_out=5000)
    Piece.objects.create(run=run, number=9, lines=[(AT, "b")], count=1, bytes=2)
    assert "5 000 lignes laissées de côté" in read(reader, page_of(run))


def test_a_run_of_another_site_is_none_of_this_one(site: App, reader: Browser) -> None:
    run = make_run(site)
    other = App.objects.exclude(name="inscriptions").first()
    assert other is not None
    assert reader.get(f"/apps/{other.name}/runs/{run.id}/").status_code == 404


# ── live ──
def test_a_page_that_looks_is_told_that_a_run_has_news(fleet: Fleet, site: App, claire: Actor) -> None:
    topics.register(runtime.hub())
    with runtime.hub().subscribe(topics.topic_of(site.heroku_id)) as topic:
        cursor = topic.cursor
        run = ask(fleet, claire, site)
        told = topic.wait_after(cursor, 10)
        assert f'"run":"{run.id}"' in told.events[0].data
        ended(run)


# ── stopping ──
def test_a_run_that_goes_on_can_be_stopped_by_who_may_run(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, operator: Browser, reader: Browser
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    address = f"{page_of(run)}stop/"
    assert address in operator.get(page_of(run)).content.decode()
    assert address not in reader.get(page_of(run)).content.decode()
    assert "Ce qu’elle a déjà fait reste fait." in read(operator, address)
    assert operator.post(address).headers["Location"] == page_of(run)
    assert ended(run).state == State.STOPPED
    assert "Arrêtée par Claire Morel" in read(operator, page_of(run))


def test_what_is_over_is_not_stopped(site: App, operator: Browser, simulator: Simulator) -> None:
    run = make_run(site)
    assert operator.post(f"{page_of(run)}stop/").status_code == 302
    assert messages_of(operator)[0].startswith("Elle est déjà finie")
    assert not any("actions/stop" in each.path for each in simulator.requests)


def test_a_stop_that_heroku_refuses_is_told_and_can_be_asked_again(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, operator: Browser
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    simulator.faults.add("401", method="POST", path="actions/stop", times=1)
    operator.post(f"{page_of(run)}stop/")
    assert messages_of(operator)[0].startswith("Heroku n’a pas voulu l’arrêter")
    operator.post(f"{page_of(run)}stop/")
    assert ended(run).state == State.STOPPED


# ── all of them ──
def test_the_list_is_narrowed_by_command_by_person_and_by_result(site: App, reader: Browser) -> None:
    make_run(site, title="Une", command_id="c1")
    make_run(site, title="Deux", command_id="c2", actor_id="8", actor_name="Marc")
    make_run(site, title="Trois", state=State.FAILED, exit_status=1)
    assert titles(reader, "") == ["Trois", "Deux", "Une"]
    assert titles(reader, "?command_id=c1") == ["Une"]
    assert titles(reader, "?actor_id=8") == ["Deux"]
    assert titles(reader, "?ended=badly") == ["Trois"]
    assert titles(reader, "?ended=well") == ["Deux", "Une"]
    assert titles(reader, "?ended=nonsense") == ["Trois", "Deux", "Une"]


def titles(browser: Browser, query: str) -> list[str]:
    page = browser.get(RUNS + query).content.decode()
    return re.findall(r'<span class="item__name">([^<]+)</span>', page)


def test_a_long_list_has_pages(site: App, reader: Browser) -> None:
    for number in range(31):
        make_run(site, title=f"n{number}", asked_at=timezone.now() + timedelta(seconds=number))
    assert len(titles(reader, "")) == 30
    assert titles(reader, "?page=2") == ["n0"]


@pytest.mark.parametrize("title", ["=1+1", "+A1", "@x", "-2"])
def test_no_title_becomes_a_formula_in_the_file(site: App, reader: Browser, title: str) -> None:
    make_run(site, title=title)
    answer = reader.get(f"{RUNS}export/")
    [row] = csv.DictReader(io.StringIO(b"".join(answer).decode("utf-8-sig")), delimiter=";")
    assert row["Commande"] != title
    assert row["Commande"].endswith(title)
    assert (row["Code de sortie"], row["Durée (s)"], row["Personne"]) == ("0", "41.0", "Claire Morel")

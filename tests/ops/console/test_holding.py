"""A console from its opening to the end of its dyno, over the wire against the embedded Heroku and its rendezvous."""

import json
import uuid
from dataclasses import replace

import pytest
from django.db import connection
from pytest_django import Settings

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.console.closing import close_console
from opsconsole.ops.console.models import Console, Recorded
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.oneoffs.launch import AlreadyLaunchedError
from opsconsole.ops.oneoffs.models import State
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.console.conftest import WISH, Desk
from tests.ops.oneoffs.launching import ended, launches, now, outcomes_of


def one_offs(simulator: Simulator) -> list[str]:
    return simulator.world.app("inscriptions").one_offs


def test_what_is_typed_reaches_the_program_and_what_it_prints_comes_back(consoles: Desk, ines: Actor) -> None:
    hands = consoles.open(ines)
    hands.type("echo bonjour\r")
    assert "\r\nbonjour\r\n" in hands.read("bonjour\r\n~ $ ")


def test_the_end_of_the_program_is_the_end_of_the_console_and_of_its_dyno(
    consoles: Desk, ines: Actor, simulator: Simulator
) -> None:
    hands = consoles.open(ines)
    hands.type("exit\r")
    run = ended(hands.run)
    assert (run.state, run.reason) == (State.DONE, "console_ended")
    assert outcomes_of(run) == [(Kind.DONE, "console_ended")]
    assert [event["reason"] for event in hands.events("ended")] == ["ended"]
    assert one_offs(simulator) == []


def test_heroku_is_asked_once_for_an_attached_dyno_of_the_size_of_the_screen(
    consoles: Desk, ines: Actor, simulator: Simulator
) -> None:
    hands = consoles.open(ines, replace(WISH, time_to_live=900, columns=80, rows=24))
    [request] = [
        each for each in simulator.requests if each.method == "POST" and each.path.endswith("/dynos")
    ]
    assert json.loads(request.body) == {
        "attach": True,
        "command": f": {hands.run.tag} ; bash",
        "env": {"TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"},
        "time_to_live": 900,
    }
    hands.type("stty size\r")
    hands.read("24 80")


def test_the_journal_says_who_opened_it_and_what_for_before_heroku_is_asked(
    consoles: Desk, ines: Actor, simulator: Simulator
) -> None:
    simulator.faults.add("lost", method="POST", path="/dynos$")
    run = consoles.ask(ines)
    entry = Entry.objects.get(id=run.entry_id)
    assert (entry.action, entry.actor_name) == (Action.CONSOLE, "Inès Haddad")
    assert (entry.after["purpose"], entry.after["kind"]) == ("corriger un dossier", "shell")
    assert entry.command_line == "heroku run -a inscriptions -- bash"


def test_the_same_form_sent_twice_is_one_console(consoles: Desk, ines: Actor, simulator: Simulator) -> None:
    key = uuid.uuid4()
    run = consoles.ask(ines, key=key)
    with pytest.raises(AlreadyLaunchedError) as already:
        consoles.ask(ines, key=key)
    assert already.value.run.pk == run.pk
    wait_until(lambda: now(run).state == State.RUNNING)
    assert len(launches(simulator)) == 1


def test_who_may_not_is_refused_and_nothing_is_launched(
    consoles: Desk, claire: Actor, simulator: Simulator
) -> None:
    with pytest.raises(RefusedError):
        consoles.ask(claire)
    assert outcomes_kinds() == [Kind.REFUSED]
    assert launches(simulator) == []


def outcomes_kinds() -> list[str]:
    return [outcome.kind for entry in Entry.objects.all() for outcome in entry.outcomes.all()]


def test_a_third_console_of_one_person_is_refused(consoles: Desk, ines: Actor, simulator: Simulator) -> None:
    consoles.open(ines)
    consoles.open(ines)
    with pytest.raises(RefusedError) as refusal:
        consoles.ask(ines)
    assert refusal.value.reason == "too_many_consoles"
    assert len(launches(simulator)) == 2


def test_closing_it_ends_its_dyno_and_says_who(
    consoles: Desk, ines: Actor, fleet: Fleet, simulator: Simulator
) -> None:
    hands = consoles.open(ines)
    close_console(fleet, actor=ines, run=now(hands.run))
    run = ended(hands.run)
    assert (run.state, run.reason, run.stop_by) == (State.DONE, "console_closed", "Inès Haddad")
    assert one_offs(simulator) == []
    closing = Entry.objects.get(action=Action.CLOSE_CONSOLE)
    assert [outcome.kind for outcome in closing.outcomes.all()] == [Kind.DONE]


def test_closing_what_is_over_does_nothing(consoles: Desk, ines: Actor, fleet: Fleet) -> None:
    hands = consoles.open(ines)
    hands.type("exit\r")
    run = ended(hands.run)
    with pytest.raises(NothingToDoError):
        close_console(fleet, actor=ines, run=run)


@pytest.mark.parametrize(
    ("setting", "reason"),
    [("CONSOLE_IDLE_SECONDS", "console_idle"), ("CONSOLE_AWAY_SECONDS", "console_away")],
)
def test_what_nobody_uses_any_more_is_closed(
    consoles: Desk, ines: Actor, settings: Settings, simulator: Simulator, setting: str, reason: str
) -> None:
    setattr(settings, setting, 0.5)
    hands = consoles.open(ines)
    hands.leave()
    assert ended(hands.run).reason == reason
    assert one_offs(simulator) == []


def test_it_ends_a_little_before_heroku_would_end_it(consoles: Desk, ines: Actor, settings: Settings) -> None:
    settings.CONSOLE_ENDS_BEFORE_SECONDS = 3599.0
    hands = consoles.open(ines)
    run = ended(hands.run)
    assert (run.state, run.reason) == (State.EXPIRED, "console_over")


def test_a_cut_is_told_and_leaves_no_dyno(consoles: Desk, ines: Actor, simulator: Simulator) -> None:
    simulator.rendezvous.misbehave("cut", after=100)
    hands = consoles.open(ines)
    hands.type("flood 1\r")
    run = ended(hands.run)
    assert (run.state, run.reason) == (State.FAILED, "console_cut")
    assert one_offs(simulator) == []


@pytest.mark.parametrize(
    ("mode", "reason"),
    [
        ("refused", "console_refused"),
        ("blackhole", "console_timed_out"),
        ("plaintext", "console_not_tls"),
        ("certificate", "console_certificate"),
        ("untrusted", "console_certificate"),
        ("silent", "console_not_greeted"),
    ],
)
def test_each_way_of_not_getting_in_has_its_own_reason_and_leaves_no_dyno(
    consoles: Desk, ines: Actor, simulator: Simulator, settings: Settings, mode: str, reason: str
) -> None:
    settings.CONSOLE_CONNECT_SECONDS = settings.CONSOLE_GREETING_SECONDS = 0.5
    simulator.rendezvous.misbehave(mode)
    run = ended(consoles.ask(ines))
    assert (run.state, run.reason) == (State.FAILED, reason)
    assert one_offs(simulator) == []
    assert all(not each.secret for each in simulator.rendezvous.connections) or mode == "silent"


def test_a_lost_answer_leaves_no_dyno_and_is_never_sent_again(
    consoles: Desk, ines: Actor, simulator: Simulator
) -> None:
    simulator.faults.add("reset_after", method="POST", path="/dynos$", times=1)
    run = ended(consoles.ask(ines))
    assert (run.state, run.reason) == (State.STOPPED, "console_lost")
    assert one_offs(simulator) == []
    assert len(launches(simulator)) == 1


def test_what_is_printed_is_recorded_and_what_is_typed_without_echo_is_not(
    consoles: Desk, ines: Actor
) -> None:
    hands = consoles.open(ines)
    hands.type("echo gardé\r")
    hands.read("gardé\r\n~ $ ")
    hands.type("exit\r")
    ended(hands.run)
    lines = "".join(Recorded.objects.values_list("events", flat=True)).splitlines()
    events = [json.loads(line) for line in lines]
    assert {kind for _at, kind, _text in events} == {"o"}
    assert "".join(text for _at, _kind, text in events) == hands.screen
    assert [at for at, _kind, _text in events] == sorted(at for at, _kind, _text in events)


def test_a_recording_is_bounded_and_says_so(consoles: Desk, ines: Actor, settings: Settings) -> None:
    settings.CONSOLE_RECORDED_CHARACTERS = 1000
    hands = consoles.open(ines)
    hands.type("flood 1\r")
    hands.type("exit\r")
    ended(hands.run)
    console = Console.objects.get()
    assert (console.recorded_bytes, console.is_cut) == (1000, True)


def test_a_browser_that_is_behind_holds_the_program_back(consoles: Desk, ines: Actor) -> None:
    hands = consoles.open(ines)
    hands.send({"kind": "here", "who": "slow", "name": "Inès Haddad", "types": True, "shown": 0})
    hands.type("yes\r")
    wait_until(lambda: len(hands.screen) > 300_000)
    before = hands.topic.cursor
    hands.type("\x03")
    hands.send({"kind": "here", "who": "slow", "name": "Inès Haddad", "types": True, "shown": 10**15})
    hands.read("^C")
    assert int(before.rpartition("-")[2]) < 1_000_000


def test_who_looks_is_told_to_everybody(consoles: Desk, ines: Actor) -> None:
    hands = consoles.open(ines)
    hands.be_here(name="Marc Delaunay", types=False, who="b")
    wait_until(
        lambda: (
            hands.events("people")[-1]["people"]
            == [{"name": "Inès Haddad", "types": True}, {"name": "Marc Delaunay", "types": False}]
        )
    )


def test_a_recording_that_cannot_be_written_ends_the_console(
    consoles: Desk, ines: Actor, simulator: Simulator
) -> None:
    hands = consoles.open(ines)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ops_recorded RENAME TO ops_recorded_away")
    try:
        hands.type("echo perdu\r")
        run = ended(hands.run)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ops_recorded_away RENAME TO ops_recorded")
    assert (run.state, run.reason) == (State.FAILED, "console_unrecorded")
    assert one_offs(simulator) == []

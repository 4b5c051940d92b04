"""One line of JSON on stdout for each entry and each outcome that was committed, whatever is in it."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from opsconsole.logformat import JsonLineFormatter
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.journal.change import Intent, RefusedError, Subject, noted
from opsconsole.ops.journal.models import Action, Entry, Kind
from tests.ops.journal.entries import CLAIRE, SLEEP, intend, utc, write

pytestmark = pytest.mark.django_db(transaction=True)

HOSTILE = [
    "Anne\nfaux",
    'Anne\r\n{"event": "entry"}',
    "\x1b[2J",
    "\x07\x7f\x9b",
    "\u2028\u2029\u0085",
    "\u202eeroC",
    '"}',
    "é \U0001f600",
]


@pytest.fixture
def stdout() -> Iterator[io.StringIO]:
    """What the logger of the journal writes, through the formatter that the settings give it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLineFormatter())
    logger = logging.getLogger("opsconsole.journal")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def events(stream: io.StringIO) -> list[dict[str, Any]]:
    text = stream.getvalue()
    assert all(" " <= character <= "~" or character == "\n" for character in text)
    assert not text or text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


def test_an_entry_and_each_of_its_outcomes_are_a_line(stdout: io.StringIO) -> None:
    entry = write(SLEEP, Kind.UNKNOWN, Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=19)
    first, *outcomes = events(stdout)
    assert first == {
        "event": "entry",
        "entry": str(entry.id),
        "at": "2026-11-23T18:42:07+01:00",
        "actor_id": "1",
        "actor_name": "Claire Morel",
        "actor_profile": "operator",
        "actor_address": "192.0.2.14",
        "session_reference": "abc",
        "app_id": SLEEP.subject.app_id,
        "app_name": "inscriptions",
        "app_title": "Inscriptions",
        "action": "sleep",
        "before": SLEEP.before,
        "after": SLEEP.after,
        "command_line": SLEEP.command_line,
    }
    told = {"event": "outcome", "entry": str(entry.id), "at": first["at"]}
    assert outcomes == [
        {**told, "kind": "unknown", "reason": "lost", "request_id": ""},
        {**told, "kind": "done", "reason": "", "request_id": "abc-123"},
    ]


@pytest.mark.parametrize("action", Action)
def test_every_action_is_told(stdout: io.StringIO, action: Action) -> None:
    write(intend(action), Kind.DONE)
    assert [event["event"] for event in events(stdout)] == ["entry", "outcome"]


def test_a_refusal_is_told(stdout: io.StringIO) -> None:
    with (
        pytest.raises(RefusedError),
        noted(CLAIRE, Right.PEOPLE, intent=intend(Action.INVITE), now=utc("2026-11-23T17:42:07")),
    ):
        pass
    assert [(event.get("kind"), event.get("reason")) for event in events(stdout)] == [
        (None, None),
        ("refused", "right"),
    ]


def test_what_is_rolled_back_was_never_told(stdout: io.StringIO) -> None:
    with transaction.atomic():
        write(SLEEP, Kind.DONE)
        transaction.set_rollback(True)
    assert events(stdout) == []


def test_nothing_is_told_before_it_is_committed(stdout: io.StringIO) -> None:
    with transaction.atomic():
        write(SLEEP)
        assert events(stdout) == []
    assert len(events(stdout)) == 1


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_ends_a_line_or_moves_the_cursor(stdout: io.StringIO, name: str) -> None:
    by = Actor(id="1", name=name, profile="operator", address=name, session_ref="")
    subject = Subject(app_id="x", app_name=name, app_title=name)
    write(Intent(action=Action.SCALE, subject=subject, after={"label": name}), Kind.DONE, by=by, reason=name)
    told, outcome = events(stdout)
    assert (told["actor_name"], told["app_title"], told["after"]["label"]) == (name, name, name)
    assert outcome["reason"] == name


def test_what_heroku_said_stays_in_the_database(stdout: io.StringIO) -> None:
    write(SLEEP, Kind.FAILED, reason="heroku_refused", message="HRKU-canary", status=401)
    assert "canary" not in stdout.getvalue()


def test_a_log_that_cannot_be_written_stops_no_change(
    stdout: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(logging, "raiseExceptions", False)
    stdout.close()
    write(SLEEP, Kind.DONE)
    assert Entry.objects.get().outcomes.get().kind == Kind.DONE

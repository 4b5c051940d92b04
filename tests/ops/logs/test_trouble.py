"""The errors of the last minutes of an app: counted by cause, and forgotten after a quarter of an hour."""

import json
from datetime import timedelta

from opsconsole.ops.logs.records import Record, write_lines
from opsconsole.ops.logs.trouble import LASTS, Tally
from tests.ops.journal.entries import utc

NOW = utc("2026-11-25T10:00:00")
H12 = 'at=error code=H12 desc="Request timeout" method=GET path="/a" host=h dyno= connect= service= status=503 bytes=0'


def event(text: str, *, minutes: float, dyno: str = "router") -> str:
    at = (NOW - timedelta(minutes=minutes)).isoformat()
    return json.dumps(write_lines([Record("l1", at, "heroku", dyno, text, "")], {}))


def test_errors_are_counted_by_cause_the_most_frequent_first() -> None:
    tally = Tally()
    assert tally.add(event("Error R14 (Memory quota exceeded)", minutes=3, dyno="web.1"))
    assert tally.add(event(H12, minutes=2))
    assert tally.add(event(H12, minutes=1))
    seen = tally.seen(now=NOW)
    assert [(each.code, each.count) for each in seen] == [("H12", 2), ("R14", 1)]
    assert (seen[0].since, seen[0].last) == (NOW - timedelta(minutes=2), NOW - timedelta(minutes=1))


def test_what_is_older_than_a_quarter_of_an_hour_is_told_no_more() -> None:
    tally = Tally()
    tally.add(event(H12, minutes=15.1))
    tally.add(event(H12, minutes=14.9))
    assert [each.count for each in tally.seen(now=NOW)] == [1]
    assert tally.seen(now=NOW + LASTS) == []


def test_an_ordinary_line_is_no_trouble() -> None:
    tally = Tally()
    assert not tally.add(event("State changed from starting to up", minutes=1, dyno="web.1"))
    assert tally.seen(now=NOW) == []

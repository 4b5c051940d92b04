"""The line on an app's page that says how the last change ended, for ten minutes."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from opsconsole.ops.journal.models import Action, Kind
from opsconsole.ops.journal.proof import proof_of
from tests.ops.journal.entries import HUGO, SCHOOL, SHOP, SLEEP, intend, plain, utc, write

pytestmark = pytest.mark.django_db

NOW = utc("2026-11-23T17:45:00")
PARIS = ZoneInfo("Europe/Paris")


def proof() -> tuple[str, str] | None:
    found = proof_of(SCHOOL.app_id, now=NOW, zone=PARIS)
    return (found["kind"], plain(found["text"])) if found else None


def test_a_sleep_says_since_when_and_how_long_it_took() -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=19)
    assert proof() == ("ok", "Inscriptions est en veille depuis 18:42:07. Heroku l’a confirmé en 19 s.")


def test_a_wake_says_that_all_is_as_before() -> None:
    write(intend(Action.WAKE), Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=42)
    assert proof() == (
        "ok",
        "Inscriptions est réveillé depuis 18:42:07, comme avant. Tout était en marche en 42 s.",
    )


def test_a_wake_that_left_something_out_does_not_say_as_before() -> None:
    write(intend(Action.WAKE, left_out=["clock"]), Kind.DONE, at=utc("2026-11-23T17:42:07"), seconds=42)
    assert proof() == (
        "ok",
        "Inscriptions est réveillé depuis 18:42:07. Tout était en marche en 42 s. "
        "Laissé de côté, car il n’existe plus : clock.",
    )


def test_a_wake_whose_size_was_chosen_does_not_say_as_before() -> None:
    write(intend(Action.WAKE, chosen=True), Kind.DONE, at=NOW, seconds=42)
    found = proof()
    assert found
    assert "comme avant" not in found[1]


def test_a_reopening_says_since_when() -> None:
    write(intend(Action.REOPEN), Kind.DONE, at=utc("2026-11-23T17:42:07"))
    assert proof() == ("ok", "Inscriptions est rouvert aux visiteurs depuis 18:42:07.")


@pytest.mark.parametrize(("kind", "notice"), [(Kind.FAILED, "bad"), (Kind.UNKNOWN, "warn")])
def test_what_did_not_go_well_says_why(kind: Kind, notice: str) -> None:
    write(SLEEP, kind, at=NOW, reason="still_running")
    assert proof() == (notice, "Heroku a accepté, mais un dyno tourne toujours après cinq minutes.")


@pytest.mark.parametrize(("minutes", "is_shown"), [(9.9, True), (10, False)])
def test_it_is_shown_for_ten_minutes(minutes: float, *, is_shown: bool) -> None:
    write(SLEEP, Kind.DONE, at=NOW - timedelta(minutes=minutes))
    assert bool(proof()) is is_shown


def test_the_last_change_counts() -> None:
    write(SLEEP, Kind.DONE, at=NOW - timedelta(minutes=2), seconds=1)
    write(intend(Action.WAKE), Kind.FAILED, at=NOW - timedelta(minutes=1), reason="not_sent")
    assert proof() == ("bad", "La demande n’a pas pu partir : rien n’a changé.")


def test_somebody_elses_refused_gesture_hides_nothing() -> None:
    write(SLEEP, Kind.DONE, at=NOW - timedelta(minutes=2), seconds=1)
    write(SLEEP, Kind.REFUSED, at=NOW - timedelta(minutes=1), by=HUGO, reason="right")
    found = proof()
    assert found
    assert found[0] == "ok"


def test_a_change_under_way_proves_nothing_yet() -> None:
    write(SLEEP, at=NOW)
    assert proof() is None


def test_another_app_proves_nothing_here() -> None:
    write(intend(subject=SHOP), Kind.DONE, at=NOW)
    assert proof() is None

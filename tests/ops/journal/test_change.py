"""The one way for every change: permission, an entry, its outcome; a refusal is written down as carefully."""

import pytest
from django.utils import timezone

from opsconsole import heroku
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.journal.change import RefusedError, conclude, detail_of, refuse, require
from opsconsole.ops.journal.models import Entry, Kind, Outcome
from tests.ops.journal.entries import CLAIRE, HUGO, SLEEP, write

pytestmark = pytest.mark.django_db


def test_who_has_the_right_passes_and_nothing_is_written() -> None:
    require(CLAIRE, Right.SLEEP, intent=SLEEP, now=timezone.now())
    assert not Entry.objects.exists()


def test_who_has_not_is_refused_and_that_is_written() -> None:
    with pytest.raises(RefusedError) as refused:
        require(HUGO, Right.SLEEP, intent=SLEEP, now=timezone.now())
    outcome = Outcome.objects.get()
    assert refused.value.reason == "right"
    assert (outcome.entry.actor_name, outcome.kind, outcome.reason) == ("Hugo Petit", Kind.REFUSED, "right")


def test_an_unknown_profile_has_no_right() -> None:
    nobody = Actor(id="9", name="Ancien", profile="intern", address="", session_ref="")
    with pytest.raises(RefusedError):
        require(nobody, Right.SEE, intent=SLEEP, now=timezone.now())


def test_each_refusal_is_one_entry() -> None:
    for reason in ("protected", "own_app"):
        with pytest.raises(RefusedError):
            refuse(CLAIRE, intent=SLEEP, reason=reason, now=timezone.now())
    assert [outcome.reason for outcome in Outcome.objects.all()] == ["protected", "own_app"]
    assert Entry.objects.count() == 2


def test_an_entry_says_who_where_from_in_which_session_what_and_on_what() -> None:
    now = timezone.now()
    entry = Entry.objects.get(id=write(SLEEP, at=now).id)
    assert (entry.at, entry.actor_id, entry.actor_name, entry.actor_profile) == (
        now,
        "1",
        "Claire Morel",
        "operator",
    )
    assert (entry.actor_address, entry.session_reference) == ("192.0.2.14", "abc")
    assert (entry.app_id, entry.app_name, entry.app_title) == (
        SLEEP.subject.app_id,
        "inscriptions",
        "Inscriptions",
    )
    assert (entry.action, entry.before, entry.after) == ("sleep", SLEEP.before, SLEEP.after)
    assert entry.command_line == "heroku ps:scale web=0 -a inscriptions"
    assert entry.at.tzinfo is not None


def test_a_request_id_longer_than_its_column_is_cut() -> None:
    entry = write(SLEEP)
    assert len(conclude(entry.id, kind=Kind.DONE, now=timezone.now(), request_id="x" * 200).request_id) == 80


def test_of_an_error_its_words_are_kept_and_not_its_address() -> None:
    error = heroku.ForbiddenError(
        "Not yours.", status=403, error_id="forbidden", url="https://secret.example/k"
    )
    assert detail_of(error) == {
        "error": "ForbiddenError",
        "status": 403,
        "id": "forbidden",
        "message": "Not yours.",
    }

"""Twenty changes a minute and no more, for each person, whatever the change."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.pace import CHANGES_A_MINUTE, is_too_fast
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, begin
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.scaling.changes import last_outcome

NOW = timezone.now()
POSTS = [
    ("scaling/sleep/", {"page": "error", "confirmation": "inscriptions"}),
    ("scaling/wake/", {}),
    ("scaling/reopen/", {}),
    ("dynos/restart/", {}),
    ("dynos/stop/", {"dyno": "run.1234"}),
]


def ask(actor: Actor, *, times: int, seconds_ago: float = 5, action: Action = Action.RESTART) -> None:
    """Write down that somebody asked for that many changes."""
    for _ in range(times):
        begin(actor, intent=Intent(action=action), now=NOW - timedelta(seconds=seconds_ago))


@pytest.mark.django_db
def test_the_twenty_first_change_within_a_minute_waits(claire: Actor) -> None:
    ask(claire, times=CHANGES_A_MINUTE - 1)
    assert not is_too_fast(claire, now=NOW)
    ask(claire, times=1, action=Action.WAKE)
    assert is_too_fast(claire, now=NOW)


@pytest.mark.django_db
def test_what_is_older_than_a_minute_counts_no_more(claire: Actor) -> None:
    ask(claire, times=CHANGES_A_MINUTE, seconds_ago=61)
    assert not is_too_fast(claire, now=NOW)


@pytest.mark.django_db
def test_each_person_has_a_minute_of_their_own(claire: Actor, hugo: Actor) -> None:
    ask(hugo, times=CHANGES_A_MINUTE)
    assert not is_too_fast(claire, now=NOW)


@pytest.mark.django_db
def test_opening_pages_and_coming_in_are_no_changes(claire: Actor) -> None:
    ask(claire, times=CHANGES_A_MINUTE, action=Action.SIGN_IN)
    ask(claire, times=CHANGES_A_MINUTE, action=Action.OPEN_PAGE)
    assert not is_too_fast(claire, now=NOW)


@pytest.mark.parametrize(("path", "values"), POSTS)
def test_who_is_too_fast_is_told_to_wait_and_heroku_is_asked_nothing(
    operator: Browser, site: App, simulator: Simulator, path: str, values: dict[str, str]
) -> None:
    person = User.objects.get(username="claire")
    actor = Actor(id=str(person.pk), name=person.name, profile=person.profile, address="", session_ref="")
    simulator.clear_requests()
    with time_machine.travel(NOW):
        ask(actor, times=CHANGES_A_MINUTE)
        answer = operator.post(f"/apps/{site.name}/{path}", values)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert "Patientez une minute" in answer.content.decode()
    assert last_outcome() == (Kind.REFUSED, "too_many")
    assert simulator.requests == []
    assert Entry.objects.count() == CHANGES_A_MINUTE + 1

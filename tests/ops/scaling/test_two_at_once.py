"""Two people at once: one change, and the other reads who was quicker."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind, Outcome
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser
from tests.ops.changes.test_lease import all_at_once
from tests.ops.conftest import make_browser, wait_until
from tests.ops.journal.entries import plain
from tests.ops.scaling.changes import (
    fall_asleep,
    go_to_sleep,
    let_it_end,
    patches,
    slow_down,
    wait_for_the_end,
)
from tests.ops.scaling.pages import SLEEP, WAKE, confirmed, messages_of

ROUNDS = 10


@pytest.fixture
def second_operator(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("marc", Profile.OPERATOR, "Marc Roy")


def statuses(responses: list[Any]) -> list[object]:
    return [getattr(response, "status_code", response) for response in responses]


@pytest.mark.parametrize("round_number", range(ROUNDS))
def test_two_sleeps_at_once_are_one_change(
    round_number: int,  # noqa: ARG001
    fleet: Fleet,  # noqa: ARG001
    site: App,
    simulator: Simulator,
    operator: Browser,
    second_operator: Browser,
) -> None:
    slow_down(simulator)  # so that both meet the same change
    people = [operator, second_operator]
    responses = all_at_once([lambda each=each: each.post(SLEEP, confirmed(site)) for each in people])  # type: ignore[misc]
    let_it_end(simulator, site)
    assert statuses(responses) == [302, 302]
    assert len(patches(simulator)) == 1
    assert Entry.objects.count() == 1
    assert Outcome.objects.get().kind == Kind.DONE
    winner = Entry.objects.get().actor_name
    loser = second_operator if winner == "Claire Morel" else operator
    assert f"La mise en veille est déjà demandée par {winner}" in " ".join(messages_of(loser))


def test_two_wakes_at_once_are_one_change(
    fleet: Fleet,
    site: App,
    simulator: Simulator,
    claire: Actor,
    operator: Browser,
    second_operator: Browser,
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.clear_requests()
    people = [operator, second_operator]
    responses = all_at_once([lambda each=each: each.post(WAKE) for each in people])  # type: ignore[misc]
    wait_for_the_end(site)
    assert statuses(responses) == [302, 302]
    assert len(patches(simulator)) == 1
    assert simulator.world.app("inscriptions").formation["web"] == (2, "Standard-1X")


def test_one_person_s_double_click_is_one_change(
    fleet: Fleet,  # noqa: ARG001
    site: App,
    simulator: Simulator,
    operator: Browser,
) -> None:
    tabs = [operator, Browser()]
    tabs[1].cookies = operator.cookies
    all_at_once([lambda each=each: each.post(SLEEP, confirmed(site)) for each in tabs * 2])  # type: ignore[misc]
    wait_for_the_end(site)
    assert len(patches(simulator)) == 1
    assert Entry.objects.count() == 1


def test_sending_the_same_form_again_after_the_end_changes_nothing(
    fleet: Fleet,  # noqa: ARG001
    site: App,
    simulator: Simulator,
    operator: Browser,
) -> None:
    for _ in range(3):
        assert operator.post(SLEEP, confirmed(site)).status_code == 302
        wait_for_the_end(site)
    assert len(patches(simulator)) == 1
    assert Entry.objects.count() == 1
    assert "Le site est déjà en veille : rien n’a été demandé." in messages_of(operator)


def test_a_wake_while_it_falls_asleep_reads_who_asked_for_the_sleep(
    fleet: Fleet,
    site: App,
    simulator: Simulator,
    claire: Actor,
    second_operator: Browser,
) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: patches(simulator))
    page = second_operator.post(WAKE, follow=True)
    assert "La mise en veille est déjà demandée par Claire Morel" in plain(page.content.decode())
    assert len(patches(simulator)) == 1
    assert Entry.objects.count() == 1


class Held:
    """Stops the thread of a click where it is about to write: after its reading of Heroku, before its claim."""

    def __init__(self) -> None:
        self.has_read = threading.Event()
        self.may_write = threading.Event()

    def __call__(self, execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        if sql.startswith(("BEGIN", 'INSERT INTO "ops_entry"')) and not self.has_read.is_set():
            self.has_read.set()
            self.may_write.wait(60)
        return execute(sql, *arguments)


def test_a_change_that_ended_while_we_were_reading_is_not_made_again(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    """Our reading of the formation is from before somebody's sleep, our claim from after its end."""
    marc = Actor(id="3", name="Marc Roy", profile=Profile.OPERATOR, address="", session_ref="")
    held, told = Held(), list[str]()

    def click() -> None:
        try:
            with connection.execute_wrapper(held):
                go_to_sleep(fleet, claire, site)
        except AlreadyRequestedError as already:
            told.append(already.change.actor_name)
        finally:
            connection.close()

    clicking = threading.Thread(target=click)
    clicking.start()
    assert held.has_read.wait(15)
    fall_asleep(fleet, marc, site)
    held.may_write.set()
    clicking.join()
    assert told == ["Marc Roy"]
    assert len(patches(simulator)) == 1
    assert Entry.objects.get().actor_name == "Marc Roy"

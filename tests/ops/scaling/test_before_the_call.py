"""The entry is in the database before the first byte leaves, and nothing is ever sent inside a transaction."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal import guard
from opsconsole.ops.journal.models import Entry
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.reopen import reopen
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until
from tests.ops.scaling.calls import heard
from tests.ops.scaling.changes import fall_asleep, go_to_sleep, patches, wait_for_the_end, wake_up

MODES = ["reset_after", "500", "two_factor"]


def over_another_connection(ask: Callable[[], object]) -> object:
    """Ask the database as another process would: what is not committed is not there."""
    answers: list[object] = []

    def run() -> None:
        try:
            answers.append(ask())
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    return answers[0]


def test_everything_that_must_last_is_committed_before_the_first_byte_leaves(
    fleet: Fleet, site: App, claire: Actor
) -> None:
    seen: list[object] = []

    def look(call: str) -> None:
        if call.startswith("PATCH"):
            seen.append(
                over_another_connection(
                    lambda: (
                        Entry.objects.filter(action="sleep", outcomes=None).count(),
                        RememberedType.objects.count(),
                        Sleep.objects.count(),
                        ChangeInProgress.objects.exclude(sent_at=None).count(),
                    )
                )
            )

    with heard(look):
        fall_asleep(fleet, claire, site)
    assert seen == [(1, 2, 1, 1)]


def test_a_wake_too_is_written_before_it_is_sent(fleet: Fleet, site: App, claire: Actor) -> None:
    fall_asleep(fleet, claire, site)
    seen: list[object] = []

    def look(call: str) -> None:
        if call.startswith("PATCH"):
            seen.append(
                over_another_connection(lambda: Entry.objects.filter(action="wake", outcomes=None).count())
            )

    with heard(look):
        wake_up(fleet, claire, site)
        wait_for_the_end(site)
    assert seen == [1]


def test_the_entry_is_read_by_others_while_heroku_keeps_silent(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("blackhole", method="PATCH", path="/formation$")
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: patches(simulator))
    entry = over_another_connection(lambda: Entry.objects.prefetch_related("outcomes").get())
    assert isinstance(entry, Entry)
    assert (entry.actor_name, entry.action, list(entry.outcomes.all())) == ("Claire Morel", "sleep", [])


def test_where_the_entry_cannot_be_written_nothing_is_sent(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ops_entry RENAME TO ops_entry_away")
    try:
        with pytest.raises(Exception, match="ops_entry"):
            go_to_sleep(fleet, claire, site)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ops_entry_away RENAME TO ops_entry")
        guard.install(connection)
    assert patches(simulator) == []
    assert not ChangeInProgress.objects.exists()


@pytest.mark.parametrize("mode", ["", *MODES])
def test_nothing_is_sent_inside_a_transaction(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, mode: str
) -> None:
    inside: dict[str, bool] = {}

    def note(call: str) -> None:
        inside[call] = inside.get(call, False) or connection.in_atomic_block

    with heard(note):
        if mode:
            simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
        fall_asleep(fleet, claire, site, with_page=True)
        if mode != "reset_after" and mode:
            fall_asleep(fleet, claire, site, with_page=True)
        wake_up(fleet, claire, site)
        wait_for_the_end(site)
        simulator.world.app("inscriptions").set_maintenance(True)
        reopen(fleet, actor=claire, app=site, own=NOWHERE)
        wait_for_the_end(site)
    assert {call.split()[0] for call in inside} == {"GET", "PATCH"}
    assert not [call for call, was_inside in inside.items() if was_inside]

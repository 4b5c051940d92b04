"""Putting an app to sleep, over the wire against the embedded Heroku."""

import pytest

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.scaling.changes import (
    go_to_sleep,
    last_outcome,
    let_it_end,
    patches,
    slow_down,
    wait_for_the_end,
)


def test_every_type_above_zero_goes_to_zero_in_one_batch(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    go_to_sleep(fleet, claire, site)
    wait_for_the_end(site)
    assert patches(simulator) == [
        {"updates": [{"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0}]}
    ]
    assert simulator.world.app("inscriptions").formation == {
        "web": (0, "Standard-1X"),
        "worker": (0, "Standard-1X"),
    }


def test_it_is_done_only_once_heroku_has_no_dyno_left(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    wait_until(lambda: len(patches(simulator)) == 1)
    wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 2)
    assert not Entry.objects.get().outcomes.exists()
    let_it_end(simulator, site)
    assert last_outcome() == (Kind.DONE, "")


def test_what_ran_is_remembered_before_heroku_is_asked(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add("blackhole", method="PATCH", path="/formation$")
    go_to_sleep(fleet, claire, site)
    remembered = RememberedType.objects.values_list("process_type", "quantity", "size")
    assert list(remembered) == [("web", 2, "Standard-1X"), ("worker", 1, "Standard-1X")]
    assert Entry.objects.get().before["formation"][0] == {"type": "web", "quantity": 2, "size": "Standard-1X"}
    simulator.stop()  # the follower’s call ends, and the follower with its fleet


def test_sleeping_what_sleeps_changes_nothing_and_never_remembers_zeros(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    go_to_sleep(fleet, claire, site)
    wait_for_the_end(site)
    with pytest.raises(NothingToDoError):
        go_to_sleep(fleet, claire, site)
    assert len(patches(simulator)) == 1
    assert RememberedType.objects.get(process_type="web").quantity == 2


def test_a_type_that_an_earlier_sleep_zeroed_keeps_what_was_remembered(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    go_to_sleep(fleet, claire, site)
    wait_for_the_end(site)
    simulator.world.app("inscriptions").scale(web=1)
    go_to_sleep(fleet, claire, site)
    wait_for_the_end(site)
    remembered = dict(RememberedType.objects.values_list("process_type", "quantity"))
    assert remembered == {"web": 1, "worker": 1}


def test_the_waiting_page_comes_before_the_site_goes(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    go_to_sleep(fleet, claire, site, with_page=True)
    wait_for_the_end(site)
    asked = [request.path for request in simulator.requests if request.method == "PATCH"]
    assert asked == [f"/apps/{site.heroku_id}", f"/apps/{site.heroku_id}/formation"]
    assert simulator.world.app("inscriptions").maintenance
    assert Sleep.objects.get().with_page


def test_a_page_that_somebody_else_put_on_is_not_ours(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").set_maintenance(True)
    go_to_sleep(fleet, claire, site, with_page=True)
    wait_for_the_end(site)
    assert not Sleep.objects.get().with_page
    assert patches(simulator, path=str(site.heroku_id)) == []


def test_a_reader_is_refused_and_the_refusal_is_in_the_journal(
    fleet: Fleet, site: App, simulator: Simulator, hugo: Actor
) -> None:
    with pytest.raises(RefusedError):
        go_to_sleep(fleet, hugo, site)
    assert last_outcome() == (Kind.REFUSED, "right")
    assert patches(simulator) == []


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (Own(name="inscriptions", app_id="", on_heroku=True, hosts=frozenset()), "own_app"),
        (Own(name="", app_id="", on_heroku=True, hosts=frozenset()), "own_app_unknown"),
    ],
)
def test_the_console_never_stops_itself(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, own: Own, reason: str
) -> None:
    with pytest.raises(RefusedError):
        go_to_sleep(fleet, claire, site, own=own)
    assert last_outcome() == (Kind.REFUSED, reason)
    assert patches(simulator) == []


def test_the_app_that_answers_under_our_own_host_is_ourselves(
    fleet: Fleet, site: App, claire: Actor, simulator: Simulator
) -> None:
    known = fleet.refresh(site.heroku_id)
    assert known.reading
    host = (known.reading.app.web_url or "").removeprefix("https://").rstrip("/")
    with pytest.raises(RefusedError):
        go_to_sleep(
            fleet, claire, site, own=Own(name="x", app_id="", on_heroku=True, hosts=frozenset({host}))
        )
    assert patches(simulator) == []


def test_a_protected_app_stays_awake(fleet: Fleet, site: App, simulator: Simulator, claire: Actor) -> None:
    site.protected = True
    with pytest.raises(RefusedError):
        go_to_sleep(fleet, claire, site)
    assert last_outcome() == (Kind.REFUSED, "protected")
    assert patches(simulator) == []


def test_a_second_request_meanwhile_is_told_who_asked_and_when(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    with pytest.raises(AlreadyRequestedError) as already:
        go_to_sleep(fleet, claire, site)
    assert already.value.change.actor_name == "Claire Morel"
    let_it_end(simulator, site)
    assert len(patches(simulator)) == 1
    assert Entry.objects.count() == 1

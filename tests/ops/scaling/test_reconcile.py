"""What becomes of changes whose process was killed, stopped or paused: judged by reading, never sent again."""

import threading

import pytest
from django.utils import timezone

from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import MemoryTopic
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes import follower
from opsconsole.ops.changes.following import Following
from opsconsole.ops.changes.lease import LEASE, take_over
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.changes.reconcile import TOPIC, reconcile, watch_lapsed
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.home.followers import FOLLOWERS
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from opsconsole.ops.scaling.follower import follow
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.simulator import Simulator
from tests.ops.changes.test_lease import all_at_once
from tests.ops.conftest import wait_until
from tests.ops.scaling.calls import heard
from tests.ops.scaling.changes import (
    go_to_sleep,
    last_outcome,
    outcomes,
    patches,
    slow_down,
    wait_for_the_end,
    wait_until_accepted,
)
from tests.ops.scaling.interruptions import leave_behind, leave_lapsed

INTERRUPTED = (Kind.UNKNOWN, "interrupted")


def settle(fleet: Fleet, app: App) -> None:
    assert reconcile(fleet, FOLLOWERS) == 1
    wait_for_the_end(app)


# ── killed at every step of a sleep ──
def test_killed_before_sending_nothing_happened_and_that_is_said(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    leave_behind(site, claire)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, (Kind.FAILED, "not_applied")]
    assert patches(simulator) == []
    assert not RememberedType.objects.exists()
    assert not Sleep.objects.exists()


def test_killed_after_the_page_was_put_on_the_page_is_taken_back(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").set_maintenance(True)
    leave_behind(site, claire, "page_on", page=True)
    settle(fleet, site)
    assert last_outcome() == (Kind.FAILED, "not_applied")
    assert not simulator.world.app("inscriptions").maintenance


def test_killed_after_sending_what_heroku_did_is_found(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    leave_behind(site, claire, sent=True)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, (Kind.DONE, "")]
    assert patches(simulator) == []
    assert RememberedType.objects.get(process_type="web").quantity == 2
    assert Sleep.objects.get().confirmed_at


def test_killed_after_sending_what_heroku_did_not_do_is_found_too(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    leave_behind(site, claire, sent=True)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, (Kind.FAILED, "not_applied")]
    assert patches(simulator) == []
    assert simulator.world.app("inscriptions").formation["web"] == (2, "Standard-1X")


def test_killed_after_heroku_accepted_it_is_only_watched_to_its_end(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    leave_behind(site, claire, "accepted", sent=True)
    settle(fleet, site)
    assert outcomes() == [(Kind.DONE, "")]
    assert patches(simulator) == []


def test_killed_while_the_answer_was_looked_up_it_is_not_said_twice(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    entry = leave_behind(site, claire, "lost", sent=True)
    Outcome.objects.create(entry=entry, at=timezone.now(), kind=Kind.UNKNOWN, reason="lost")
    settle(fleet, site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]


# ── killed at every step of a wake, and of a reopening ──
def asleep(site: App, simulator: Simulator, claire: Actor) -> None:
    leave_behind(site, claire)
    ChangeInProgress.objects.all().delete()
    simulator.world.app("inscriptions").scale(web=0, worker=0)


def test_a_wake_killed_before_sending_keeps_its_memory(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    asleep(site, simulator, claire)
    leave_behind(site, claire, action=Action.WAKE)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, (Kind.FAILED, "not_applied")]
    assert patches(simulator) == []
    assert RememberedType.objects.count() == 2


def test_a_wake_killed_after_sending_is_found_and_watched(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    asleep(site, simulator, claire)
    leave_behind(site, claire, action=Action.WAKE, sent=True)
    simulator.world.app("inscriptions").scale(web=2, worker=1)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, (Kind.DONE, "")]
    assert patches(simulator) == []
    assert not RememberedType.objects.exists()


def test_a_wake_killed_after_its_dynos_were_told_tells_none_twice(
    fleet: Fleet, site: App, claire: Actor
) -> None:
    leave_behind(site, claire, "accepted", action=Action.WAKE, sent=True)
    change = ChangeInProgress.objects.get()
    change.steps.append({"code": "up", "at": timezone.now().isoformat(), "dyno": "web.1", "type": "web"})
    change.save()
    settle(fleet, site)
    steps = Entry.objects.get().outcomes.get().detail["steps"]
    assert sorted(step["dyno"] for step in steps if step["code"] == "up") == ["web.1", "web.2", "worker.1"]


@pytest.mark.parametrize(
    ("still_closed", "end"), [(True, (Kind.FAILED, "not_applied")), (False, (Kind.DONE, ""))]
)
def test_a_reopening_killed_after_sending_is_judged_by_the_page(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, end: tuple[Kind, str], *, still_closed: bool
) -> None:
    simulator.world.app("inscriptions").set_maintenance(still_closed)
    leave_behind(site, claire, action=Action.REOPEN, sent=True, page=True)
    settle(fleet, site)
    assert outcomes() == [INTERRUPTED, end]
    assert patches(simulator, path=str(site.heroku_id)) == []


def test_a_reopening_whose_page_cannot_be_read_is_not_judged_yet(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    fault = simulator.faults.add("503", method="GET")
    leave_behind(site, claire, action=Action.REOPEN, sent=True, page=True)
    reconcile(fleet, FOLLOWERS)
    wait_until(lambda: len([r for r in simulator.requests if r.path == f"/apps/{site.heroku_id}"]) >= 2)
    assert outcomes() == [INTERRUPTED]
    simulator.faults.remove(fault.id)
    wait_for_the_end(site)
    assert last_outcome() == (Kind.DONE, "")


# ── who takes over ──
def test_of_many_reconcilers_one_follows_on(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    leave_behind(site, claire, sent=True)
    taken = all_at_once([lambda: reconcile(fleet, FOLLOWERS)] * 6)
    wait_for_the_end(site)
    assert sorted(taken, key=str) == [0] * 5 + [1]
    assert outcomes() == [INTERRUPTED, (Kind.FAILED, "not_applied")]
    assert patches(simulator) == []


def test_a_change_that_is_being_followed_is_left_alone(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    assert reconcile(fleet, FOLLOWERS) == 0


def test_a_follower_that_was_paused_writes_nothing_over_its_successor(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    entry, paused = leave_lapsed(site, claire, sent=True)
    settle(fleet, site)
    before = outcomes()
    follower.run(Following(fleet, paused), follow, resumed=False)
    assert outcomes() == before
    assert patches(simulator) == []
    assert Entry.objects.get() == entry


def test_a_follower_that_was_paused_sends_nothing_while_another_follows(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    _entry, paused = leave_lapsed(site, claire)
    assert take_over(ChangeInProgress.objects.get(), now=timezone.now())
    follower.run(Following(fleet, paused), follow, resumed=False)
    assert patches(simulator) == []
    assert not Outcome.objects.exists()
    assert ChangeInProgress.objects.exists()


def test_a_follower_that_loses_its_lease_while_heroku_answers_writes_nothing_of_the_answer(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    before: list[object] = []

    def take_over_now(call: str) -> None:
        if call.startswith("PATCH"):
            ChangeInProgress.objects.update(owner="another process", lease_until=timezone.now() + LEASE)
            before.append(ChangeInProgress.objects.values().get())

    with heard(take_over_now):
        go_to_sleep(fleet, claire, site)
        wait_until(lambda: not any(thread.name == "follower" for thread in threading.enumerate()))
    assert simulator.world.app("inscriptions").formation["web"] == (0, "Standard-1X")
    assert [ChangeInProgress.objects.values().get()] == before
    assert not Outcome.objects.exists()


def test_stopping_hands_over_at_once(fleet: Fleet, site: App, simulator: Simulator, claire: Actor) -> None:
    slow_down(simulator)
    go_to_sleep(fleet, claire, site)
    wait_until_accepted(site)
    fleet.close()
    assert ChangeInProgress.objects.get().lease_until <= timezone.now()
    assert not Outcome.objects.exists()


def test_who_stops_takes_nothing_over(fleet: Fleet, site: App, claire: Actor) -> None:
    leave_behind(site, claire)
    fleet.close()
    assert reconcile(fleet, FOLLOWERS) == 0
    assert ChangeInProgress.objects.get().lease_until < timezone.now()


def test_the_pump_finds_what_lapsed_by_itself(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    leave_behind(site, claire, sent=True)
    stop = StopSignal()
    pump = threading.Thread(target=watch_lapsed(fleet, FOLLOWERS), args=(MemoryTopic(TOPIC), stop))
    pump.start()
    wait_for_the_end(site)
    stop.stop()
    pump.join()
    assert last_outcome() == (Kind.DONE, "")

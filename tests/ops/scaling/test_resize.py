"""Changing quantity and size: sent once, absolute, of the changed types only, and watched until the dynos are as asked."""

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError, NotReadError
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.changes.reconcile import reconcile
from opsconsole.ops.changes.watch import BROKEN_FOR
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, ProcessType
from opsconsole.ops.home.followers import FOLLOWERS
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.resize import ChangedMeanwhileError
from opsconsole.simulator import Simulator
from tests.ops.changes.test_lease import all_at_once
from tests.ops.conftest import wait_until
from tests.ops.journal.entries import line_of, plain
from tests.ops.scaling.changes import (
    fall_asleep,
    go_to_sleep,
    last_outcome,
    let_it_end,
    outcomes,
    patches,
    slow_down,
    wait_for_the_end,
    wait_until_accepted,
    wake_up,
)
from tests.ops.scaling.interruptions import leave_behind
from tests.ops.scaling.resizing import AWAKE, ECO, LARGER, ask_for

ASLEEP = {"web": (0, "Standard-1X"), "worker": (0, "Standard-1X")}
DONE_BUT_NOT_SAID = ["reset_after", "truncated_json", "wrong_types"]
NOT_DONE_AND_NOT_SAID = ["reset_before", "500", "503", "html"]


def looks(simulator: Simulator) -> int:
    return len([request for request in simulator.requests if request.path.endswith("/dynos")])


# ── done ──
def test_only_the_changed_type_is_sent_with_its_quantity_and_size(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    ask_for(fleet, jeanne, site, LARGER)
    wait_for_the_end(site)
    assert patches(simulator) == [
        {"updates": [{"type": "web", "quantity": 2, "dyno_size": {"name": "Standard-2X"}}]}
    ]
    assert last_outcome() == (Kind.DONE, "")
    assert simulator.world.app("inscriptions").formation == LARGER


def test_it_is_done_only_once_every_dyno_stands_in_its_new_size(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    slow_down(simulator)
    ask_for(fleet, jeanne, site, LARGER)
    wait_until_accepted(site)
    assert outcomes() == []
    let_it_end(simulator, site)
    assert last_outcome() == (Kind.DONE, "")


def test_fewer_dynos_are_done_once_the_others_are_gone(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    slow_down(simulator)
    ask_for(fleet, jeanne, site, {**AWAKE, "web": (1, "Standard-1X")})
    wait_until_accepted(site)
    assert outcomes() == []
    let_it_end(simulator, site)
    assert last_outcome() == (Kind.DONE, "")


def test_the_journal_has_before_after_and_the_command(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    ask_for(fleet, jeanne, site, LARGER)
    wait_for_the_end(site)
    entry = Entry.objects.get()
    assert entry.action == Action.SCALE
    assert entry.before["formation"][0] == {"type": "web", "quantity": 2, "size": "Standard-1X"}
    assert entry.after["formation"] == [{"type": "web", "quantity": 2, "size": "Standard-2X"}]
    assert entry.command_line == "heroku ps:scale web=2:Standard-2X -a inscriptions"
    assert "le site 2 × Standard-1X → 2 × Standard-2X" in plain(line_of(entry)["say"])
    assert simulator.requests


def test_a_whole_app_leaves_eco_in_one_request(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    app = App.objects.get(name="agenda-salles")
    assert site.name != app.name
    ask_for(fleet, jeanne, app, AWAKE, seen=ECO)
    wait_for_the_end(app)
    assert len(patches(simulator)) == 1
    assert simulator.world.app("agenda-salles").formation == AWAKE


# ── nothing sent ──
def test_what_is_already_so_is_not_asked_for(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    with pytest.raises(NothingToDoError):
        ask_for(fleet, jeanne, site, AWAKE)
    assert patches(simulator) == []
    assert not Entry.objects.exists()


def test_what_changed_meanwhile_is_not_overwritten(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    simulator.world.app("inscriptions").scale(worker=3)
    simulator.clear_requests()
    with pytest.raises(ChangedMeanwhileError) as told:
        ask_for(fleet, jeanne, site, LARGER)
    assert {entry.type: entry.quantity for entry in told.value.present} == {"web": 2, "worker": 3}
    assert patches(simulator) == []
    assert not ChangeInProgress.objects.exists()


def test_without_the_right_nothing_is_sent_and_it_is_written_down(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    with pytest.raises(RefusedError):
        ask_for(fleet, claire, site, LARGER)
    assert last_outcome() == (Kind.REFUSED, "right")
    assert patches(simulator) == []


def test_nothing_is_sent_while_heroku_does_not_say_what_is_there(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    simulator.faults.add("500", path="/formation$")
    with pytest.raises(NotReadError):
        ask_for(fleet, jeanne, site, LARGER)
    assert patches(simulator) == []


# ── protected types ──
def test_a_protected_type_is_not_resized(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    ProcessType.objects.create(app=site, name="web", protected=True)
    with pytest.raises(RefusedError) as refusal:
        ask_for(fleet, jeanne, site, LARGER)
    assert refusal.value.types == ("web",)
    assert last_outcome() == (Kind.REFUSED, "protected_type")
    assert "à l’abri de ce geste : le site" in plain(line_of(Entry.objects.get())["more"])
    assert patches(simulator) == []


def test_what_is_beside_a_protected_type_is_resized(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    ProcessType.objects.create(app=site, name="worker", protected=True)
    ask_for(fleet, jeanne, site, LARGER)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == LARGER


def test_an_app_with_a_protected_type_that_runs_is_not_put_to_sleep(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    ProcessType.objects.create(app=site, name="worker", protected=True)
    with pytest.raises(RefusedError) as refusal:
        go_to_sleep(fleet, claire, site)
    assert refusal.value.types == ("worker",)
    assert patches(simulator) == []
    assert not RememberedType.objects.exists()


# ── two at once ──
def test_two_people_at_once_are_one_change(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    slow_down(simulator)
    results = all_at_once(
        [lambda: ask_for(fleet, jeanne, site, LARGER), lambda: ask_for(fleet, jeanne, site, LARGER)]
    )
    let_it_end(simulator, site)
    assert [type(each) for each in results if each] == [AlreadyRequestedError]
    assert len(patches(simulator)) == 1


# ── lost answers ──
@pytest.mark.parametrize("mode", DONE_BUT_NOT_SAID)
def test_what_heroku_did_without_saying_so_ends_as_unknown_then_done(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    ask_for(fleet, jeanne, site, LARGER)
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.DONE, "")]
    assert len(patches(simulator)) == 1


@pytest.mark.parametrize("mode", NOT_DONE_AND_NOT_SAID)
def test_another_size_that_was_not_made_is_found_out_though_the_number_is_right(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor, mode: str
) -> None:
    simulator.faults.add(mode, method="PATCH", path="/formation$", times=1)
    ask_for(fleet, jeanne, site, LARGER)
    wait_for_the_end(site)
    assert outcomes() == [(Kind.UNKNOWN, "lost"), (Kind.FAILED, "not_applied")]
    assert len(patches(simulator)) == 1


def test_a_dyno_that_crashes_after_the_change_is_told(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    simulator.world.app("inscriptions").crash("web.1", again=True)
    simulator.clear_requests()
    with time_machine.travel(timezone.now(), tick=True) as clock:
        ask_for(fleet, jeanne, site, {**AWAKE, "web": (1, "Standard-1X")})
        wait_until(lambda: looks(simulator) >= 3)
        clock.shift(BROKEN_FOR)
        wait_for_the_end(site)
    assert last_outcome() == (Kind.FAILED, "resized_crashed")
    assert simulator.world.app("inscriptions").formation["web"] == (1, "Standard-1X")


# ── kill -9 ──
@pytest.mark.parametrize("codes", [(), ("lost",), ("accepted",)])
def test_killed_after_sending_what_heroku_did_is_found_and_never_sent_again(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor, codes: tuple[str, ...]
) -> None:
    simulator.world.app("inscriptions").scale(web=3)
    leave_behind(site, jeanne, *codes, action=Action.SCALE, sent=True)
    assert reconcile(fleet, FOLLOWERS) == 1
    wait_for_the_end(site)
    assert last_outcome() == (Kind.DONE, "")
    assert patches(simulator) == []


def test_killed_before_heroku_did_it_nothing_has_changed_and_that_is_said(
    fleet: Fleet, site: App, simulator: Simulator, jeanne: Actor
) -> None:
    leave_behind(site, jeanne, action=Action.SCALE, sent=True)
    assert reconcile(fleet, FOLLOWERS) == 1
    wait_for_the_end(site)
    assert last_outcome() == (Kind.FAILED, "not_applied")
    assert patches(simulator) == []


# ── what a sleep remembers ──
def test_a_type_scaled_by_hand_is_not_given_back_what_it_had(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, jeanne: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    ask_for(fleet, jeanne, site, {**ASLEEP, "web": (1, "Standard-2X")}, seen=ASLEEP)
    wait_for_the_end(site)
    assert [each.process_type for each in RememberedType.objects.all()] == ["worker"]
    wake_up(fleet, claire, site, site_quantity=None)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == {
        "web": (1, "Standard-2X"),
        "worker": (1, "Standard-1X"),
    }


def test_a_type_that_stays_at_zero_wakes_with_its_number_in_its_new_size(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, jeanne: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    ask_for(fleet, jeanne, site, {**ASLEEP, "web": (0, "Standard-2X")}, seen=ASLEEP)
    wait_for_the_end(site)
    wake_up(fleet, claire, site)
    wait_for_the_end(site)
    assert simulator.world.app("inscriptions").formation == LARGER


def test_once_everything_was_scaled_by_hand_the_sleep_is_over(
    fleet: Fleet, site: App, claire: Actor, jeanne: Actor
) -> None:
    fall_asleep(fleet, claire, site)
    ask_for(fleet, jeanne, site, AWAKE, seen=ASLEEP)
    wait_for_the_end(site)
    assert not RememberedType.objects.exists()
    assert not Sleep.objects.exists()


def test_a_page_that_our_sleep_put_on_stays_ours_to_lift(
    fleet: Fleet, site: App, claire: Actor, jeanne: Actor
) -> None:
    fall_asleep(fleet, claire, site, with_page=True)
    ask_for(fleet, jeanne, site, AWAKE, seen=ASLEEP)
    wait_for_the_end(site)
    assert Sleep.objects.get().with_page


@pytest.mark.parametrize("mode", ["two_factor", "503"])
def test_what_heroku_does_not_do_forgets_nothing(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, jeanne: Actor, mode: str
) -> None:
    fall_asleep(fleet, claire, site)
    simulator.faults.add(mode, method="PATCH", path="/formation$")
    ask_for(fleet, jeanne, site, AWAKE, seen=ASLEEP)
    wait_for_the_end(site)
    assert last_outcome()[0] == Kind.FAILED
    assert RememberedType.objects.count() == 2

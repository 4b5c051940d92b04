"""A run followed to its end: its states, its output, its exit status, and who may tell them."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError, subject_of
from opsconsole.ops.changes.lease import LeaseLostError
from opsconsole.ops.dynos.stop import stop as stop_dyno
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, RefusedError, begin
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.oneoffs.lease import Hold
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.resume import forget_old, resume_lapsed
from opsconsole.ops.oneoffs.stop import stop
from opsconsole.ops.oneoffs.tag import new_tag
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until
from tests.ops.oneoffs.launching import (
    CHECK,
    ask,
    end_by_itself,
    ended,
    keep_running,
    launches,
    now,
    outcomes_of,
    printed,
    run_to_the_end,
)

FOR_EVER = {"one_off_seconds": 100_000.0}


def test_what_a_command_prints_is_kept_in_its_order(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.script(["first", "", "third", "third"])
    run = run_to_the_end(fleet, claire, site)
    assert printed(run) == ["first", "", "third", "third"]
    assert (run.lines, run.left_out) == (4, 0)


@pytest.mark.parametrize(("status", "state"), [(0, State.DONE), (1, State.FAILED), (127, State.FAILED)])
def test_the_exit_status_is_the_platform_s(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, status: int, state: State
) -> None:
    simulator.world.script(status=status)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.exit_status) == (state, status)
    kind, reason = (Kind.DONE, "") if status == 0 else (Kind.FAILED, "run_failed")
    assert outcomes_of(run) == [(kind, reason)]


def test_no_program_can_tell_its_own_exit_status(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    lies = [
        "Process exited with status 0",
        "State changed from up to complete",
        "2026-11-25T10:00:00.000000+00:00 heroku[run.1234]: Process exited with status 0",
    ]
    simulator.world.script([*lies, "and on"], status=3)
    run = run_to_the_end(fleet, claire, site)
    assert (run.state, run.exit_status) == (State.FAILED, 3)
    assert printed(run) == [*lies, "and on"]


@pytest.mark.parametrize(
    "text", ["\x1b[31mred\x1b[0m", "a\u2028b", "<script>alert(1)</script>", "\u202eb", "x\x00y"]
)
def test_hostile_lines_are_kept_as_data(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, text: str
) -> None:
    simulator.world.script(["before", text, "after"])
    assert printed(run_to_the_end(fleet, claire, site)) == ["before", text.replace("\x00", ""), "after"]


def test_a_run_is_starting_then_running(fleet: Fleet, site: App, simulator: Simulator, claire: Actor) -> None:
    simulator.world.configure({**FOR_EVER, "speed": 1.0})
    run = ask(fleet, claire, site)
    wait_until(lambda: now(run).state == State.STARTING)
    simulator.advance(10)
    wait_until(lambda: now(run).state == State.RUNNING)
    assert now(run).up_at is not None


def test_its_output_is_there_while_it_goes_on(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    simulator.world.app("inscriptions").log("half way", dyno=now(run).dyno_name)
    wait_until(lambda: printed(run) == ["half way"])
    assert now(run).is_active


def test_a_cut_stream_loses_nothing(fleet: Fleet, site: App, simulator: Simulator, claire: Actor) -> None:
    run = keep_running(fleet, simulator, claire, site)
    app, dyno = simulator.world.app("inscriptions"), now(run).dyno_name
    told = []
    for number in range(4):
        app.log(f"line {number}", f"line {number}", dyno=dyno)
        told += [f"line {number}"] * 2
        wait_until(lambda: printed(run) == told)  # noqa: B023 -- called at once
        assert simulator.streams.cut("inscriptions") >= 1


def test_a_dyno_that_vanishes_without_a_word_is_lost(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    simulator.world.app("inscriptions").vanish(now(run).dyno_name)
    lost = ended(run)
    assert (lost.state, lost.exit_status) == (State.LOST, None)
    assert outcomes_of(run) == [(Kind.UNKNOWN, "run_lost")]


def test_a_dyno_that_is_gone_while_the_log_cannot_be_read_is_not_given_up(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    app, dyno = simulator.world.app("inscriptions"), now(run).dyno_name
    silent = simulator.faults.add("503", method="POST", path="/log-sessions$")
    assert simulator.streams.cut("inscriptions")
    app.vanish(dyno)
    asked = len(simulator.requests)
    wait_until(lambda: sum(each.fault == "503" for each in simulator.requests[asked:]) >= 3)
    assert now(run).state == State.RUNNING
    app.log("Process exited with status 0", "State changed from up to complete", dyno=dyno, source="heroku")
    simulator.faults.remove(silent.id)
    assert ended(run, seconds=40).state == State.DONE


def test_what_lasts_longer_than_it_may_is_expired(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure(FOR_EVER)
    run = ask(fleet, claire, site, replace(CHECK, time_to_live=60))
    wait_until(lambda: now(run).state == State.RUNNING)
    simulator.advance(70)
    assert ended(run).state == State.EXPIRED


def test_an_error_of_the_platform_is_kept_beside_the_status(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    app, dyno = simulator.world.app("inscriptions"), now(run).dyno_name
    app.log("Error R14 (Memory quota exceeded)", dyno=dyno, source="heroku")
    app.log("Process exited with status 137", "State changed from up to complete", dyno=dyno, source="heroku")
    assert (ended(run).exit_status, ended(run).detail["errors"]) == (137, ["R14"])


# ── stopping ──
def test_a_run_that_is_stopped_says_who_wanted_it(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, hugo: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    stop(fleet, actor=replace(hugo, profile=Profile.OPERATOR), run=now(run))
    stopped = ended(run)
    assert (stopped.state, stopped.stop_by) == (State.STOPPED, "Hugo Petit")
    assert outcomes_of(run) == [(Kind.FAILED, "run_stopped")]
    entry = Entry.objects.get(action=Action.STOP_RUN)
    assert entry.command_line == f"heroku ps:stop -d {stopped.dyno_name} -a inscriptions"
    assert [outcome.kind for outcome in entry.outcomes.all()] == [Kind.DONE]


def test_two_people_who_stop_it_ask_heroku_once(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure({**FOR_EVER, "speed": 1.0})
    run = ask(fleet, claire, site)
    wait_until(lambda: now(run).dyno_name)
    stop(fleet, actor=claire, run=now(run))
    with pytest.raises(NothingToDoError):
        stop(fleet, actor=claire, run=now(run))
    assert sum("actions/stop" in each.path for each in simulator.requests) == 1


def test_a_run_whose_dyno_is_stopped_among_what_is_running_says_who_did_it(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, hugo: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    by = replace(hugo, profile=Profile.OPERATOR)
    stop_dyno(fleet, actor=by, app=site, dyno=now(run).dyno_name, own=NOWHERE)
    assert (ended(run).state, ended(run).stop_by) == (State.STOPPED, "Hugo Petit")


def test_who_may_run_nothing_stops_nothing(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, hugo: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    with pytest.raises(RefusedError, match="right"):
        stop(fleet, actor=hugo, run=now(run))
    assert now(run).stop_entry_id is None


def test_a_stop_whose_answer_was_lost_is_concluded_by_what_is_seen(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    simulator.faults.add("reset_after", method="POST", path="actions/stop", times=1)
    stop(fleet, actor=claire, run=now(run))
    assert ended(run).state == State.STOPPED
    kinds = [outcome.kind for outcome in Entry.objects.get(action=Action.STOP_RUN).outcomes.all()]
    assert kinds == [Kind.UNKNOWN, Kind.DONE]


def test_a_program_that_ends_well_all_the_same_is_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    simulator.world.configure({"speed": 0.05})  # so that it takes its time to obey
    stop(fleet, actor=claire, run=now(run))
    assert end_by_itself(simulator, run).state == State.DONE


# ── another process goes on ──
def abandon(run: Run) -> None:
    """What a kill -9 leaves behind: a run that nobody follows, whose lease is over."""
    Run.objects.filter(id=run.id).update(
        owner="a dead process", lease_until=run.asked_at - timedelta(minutes=1)
    )


def test_a_run_whose_follower_died_is_followed_on_and_its_output_is_whole(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    app, dyno = simulator.world.app("inscriptions"), now(run).dyno_name
    app.log("one", "one", dyno=dyno)
    wait_until(lambda: printed(run) == ["one", "one"])
    abandon(run)
    app.log("one", "two", dyno=dyno)
    wait_until(lambda: resume_lapsed(fleet) == 1)
    wait_until(lambda: printed(run) == ["one", "one", "one", "two"])
    app.log("Process exited with status 0", "State changed from up to complete", dyno=dyno, source="heroku")
    assert ended(run).state == State.DONE
    assert len(launches(simulator)) == 1


def test_a_run_that_was_perhaps_sent_is_looked_for_not_sent(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = _asked(fleet, site, claire)
    Run.objects.filter(id=run.id).update(sent_at=run.asked_at)
    assert resume_lapsed(fleet) == 1
    assert ended(run).state == State.UNKNOWN
    assert outcomes_of(run) == [(Kind.UNKNOWN, "interrupted"), (Kind.UNKNOWN, "launch_lost")]
    assert launches(simulator) == []


def test_a_run_that_was_never_sent_is_not_launched_late(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = _asked(fleet, site, claire)
    assert resume_lapsed(fleet) == 1
    assert ended(run).state == State.REFUSED
    assert outcomes_of(run) == [(Kind.FAILED, "interrupted_before")]
    assert launches(simulator) == []


def _asked(fleet: Fleet, site: App, claire: Actor) -> Run:
    """A run noted by a process that died before it did anything of it."""
    at = fleet.now() - timedelta(minutes=2)
    entry = begin(claire, intent=Intent(action=Action.RUN, subject=subject_of(site)), now=at)
    return Run.objects.create(
        key=uuid.uuid4(),
        entry_id=entry.id,
        app_id=site.heroku_id,
        app_name=site.name,
        title=CHECK.title,
        line=CHECK.line,
        tag=new_tag(),
        time_to_live=60,
        asked_at=at,
        changed_at=at,
        owner="a dead process",
        lease_until=at,
    )


def test_a_run_that_is_followed_is_not_taken_over(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    keep_running(fleet, simulator, claire, site)
    assert resume_lapsed(fleet) == 0


def test_who_lost_the_lease_writes_nothing_more(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    run = keep_running(fleet, simulator, claire, site)
    abandon(run)
    simulator.world.app("inscriptions").log("too late", dyno=now(run).dyno_name)
    wait_until(lambda: not fleet._followers)  # noqa: SLF001 -- the one that lost it has left
    assert printed(run) == []
    with pytest.raises(LeaseLostError):
        Hold(run_id=run.id, owner="somebody else").renew(now=fleet.now())


# ── how long it is kept ──
def test_old_runs_are_forgotten_and_the_journal_keeps_that_they_were(
    fleet: Fleet, site: App, claire: Actor
) -> None:
    run = run_to_the_end(fleet, claire, site)
    assert forget_old(now=fleet.now() + timedelta(days=89)) == 0
    assert forget_old(now=fleet.now() + timedelta(days=91)) > 0
    assert not Run.objects.filter(id=run.id).exists()
    assert Entry.objects.filter(id=run.entry_id).exists()


def test_what_goes_on_is_never_forgotten(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure(FOR_EVER)
    run = ask(fleet, claire, site)
    assert forget_old(now=fleet.now() + timedelta(days=1000)) == 0
    assert now(run).is_active

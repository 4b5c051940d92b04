"""Restarting dynos, over the wire against the embedded Heroku."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import NothingToDoError, NotReadError
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.dynos.judge import Target
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.dynos.acts import ALL, begin_restart, identities, moved, orders, restart_and_wait
from tests.ops.scaling.changes import (
    go_to_sleep,
    last_outcome,
    let_it_end,
    outcomes,
    slow_down,
    wait_for_the_end,
)

SCOPES = [
    (ALL, "DELETE dynos", {"web.1", "web.2", "worker.1"}, "heroku ps:restart -a inscriptions"),
    (
        Target(scope="type", name="web"),
        "DELETE formations/web",
        {"web.1", "web.2"},
        "heroku ps:restart -p web -a inscriptions",
    ),
    (
        Target(scope="dyno", name="web.2"),
        "DELETE dynos/web.2",
        {"web.2"},
        "heroku ps:restart -d web.2 -a inscriptions",
    ),
]


# ── what is asked, and what becomes of it ──
@pytest.mark.parametrize(("target", "order", "restarted", "line"), SCOPES)
def test_what_was_meant_lives_anew_and_nothing_else(
    fleet: Fleet,
    site: App,
    simulator: Simulator,
    claire: Actor,
    target: Target,
    order: str,
    restarted: set[str],
    line: str,
) -> None:
    before = identities(fleet, site)
    restart_and_wait(fleet, claire, site, target)
    assert orders(simulator) == [order]
    assert moved(before, identities(fleet, site)) == restarted
    entry = Entry.objects.get()
    assert (entry.action, entry.after, entry.command_line) == (Action.RESTART, target.as_json(), line)
    assert outcomes() == [(Kind.DONE, "")]


def test_a_restart_is_done_only_once_everything_stands_again(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    begin_restart(fleet, claire, site)
    wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 4)
    assert not Entry.objects.get().outcomes.exists()
    let_it_end(simulator, site)
    detail = Entry.objects.get().outcomes.get().detail
    assert [step["code"] for step in detail["steps"]] == ["noted", "accepted", "up", "up", "up"]
    assert detail["seconds"] >= 0
    assert detail["request_id"]


def test_one_off_dynos_go_on_through_a_restart_of_everything(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    name = simulator.world.app("inscriptions").run("python manage.py shell", seconds=3600)
    before = identities(fleet, site)
    restart_and_wait(fleet, claire, site)
    assert outcomes() == [(Kind.DONE, "")]
    assert identities(fleet, site)[name] == before[name]


def test_a_crashed_site_that_a_restart_repairs_is_told_as_done(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").crash()
    restart_and_wait(fleet, claire, site)
    assert outcomes() == [(Kind.DONE, "")]
    assert {dyno.state for dyno in fleet.client.dynos.list(str(site.heroku_id))} == {"up"}


def test_what_crashes_at_every_start_is_told_with_its_type(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").crash("worker", again=True)

    def has_ended_a_second_later() -> bool:
        clock.shift(timedelta(seconds=1))
        return not ChangeInProgress.objects.exists()

    with time_machine.travel(timezone.now(), tick=True) as clock:
        begin_restart(fleet, claire, site)
        wait_until(has_ended_a_second_later)
    assert outcomes() == [(Kind.FAILED, "crashed")]
    assert Entry.objects.get().outcomes.get().detail["types"] == ["worker"]


def test_a_dyno_beside_it_that_is_broken_does_not_spoil_a_restart(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").crash("web.1")
    restart_and_wait(fleet, claire, site, Target(scope="dyno", name="web.2"))
    assert outcomes() == [(Kind.DONE, "")]


def test_what_is_not_up_after_five_minutes_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.configure({"speed": 0.001})
    with time_machine.travel(timezone.now(), tick=True) as clock:
        begin_restart(fleet, claire, site)
        wait_until(lambda: orders(simulator))
        wait_until(lambda: len([r for r in simulator.requests if r.path.endswith("/dynos")]) >= 3)
        clock.shift(timedelta(minutes=6))
        wait_for_the_end(site)
    assert outcomes() == [(Kind.FAILED, "not_up")]


# ── where there is nothing to restart ──
@pytest.mark.parametrize(
    "target",
    [
        Target(scope="dyno", name="web.9"),
        Target(scope="type", name="clock"),
        Target(scope="type", name="run"),
    ],
)
def test_what_does_not_run_is_not_asked_for(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, target: Target
) -> None:
    with pytest.raises(NothingToDoError):
        begin_restart(fleet, claire, site, target)
    assert orders(simulator) == []
    assert not Entry.objects.exists()


def test_a_one_off_dyno_is_never_restarted_for_that_would_end_it(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    name = simulator.world.app("inscriptions").run("python manage.py shell", seconds=3600)
    with pytest.raises(NothingToDoError):
        begin_restart(fleet, claire, site, Target(scope="dyno", name=name))
    assert orders(simulator) == []


def test_a_site_that_sleeps_has_nothing_to_restart(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    with pytest.raises(NothingToDoError):
        begin_restart(fleet, claire, site)
    assert orders(simulator) == []


def test_a_dyno_that_went_between_our_reading_and_our_order_is_told(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    simulator.faults.add(
        "error", method="DELETE", times=1, status=404, id="not_found", message="Couldn't find that dyno."
    )
    restart_and_wait(fleet, claire, site, Target(scope="dyno", name="web.2"))
    assert outcomes() == [(Kind.FAILED, "dyno_gone")]
    assert len(orders(simulator)) == 1


# ── what is refused ──
def test_a_reader_is_refused_and_the_refusal_is_in_the_journal(
    fleet: Fleet, site: App, simulator: Simulator, hugo: Actor
) -> None:
    with pytest.raises(RefusedError):
        begin_restart(fleet, hugo, site)
    assert last_outcome() == (Kind.REFUSED, "right")
    assert orders(simulator) == []


@pytest.mark.parametrize(
    ("own", "reason"),
    [
        (Own(name="inscriptions", app_id="", on_heroku=True, hosts=frozenset()), "own_app"),
        (Own(name="", app_id="", on_heroku=True, hosts=frozenset()), "own_app_unknown"),
    ],
)
def test_the_console_never_restarts_itself(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, own: Own, reason: str
) -> None:
    with pytest.raises(RefusedError):
        begin_restart(fleet, claire, site, own=own)
    assert last_outcome() == (Kind.REFUSED, reason)
    assert orders(simulator) == []


def test_a_protected_app_is_not_restarted(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    site.protected = True
    with pytest.raises(RefusedError):
        begin_restart(fleet, claire, site)
    assert last_outcome() == (Kind.REFUSED, "protected")
    assert orders(simulator) == []


@pytest.mark.parametrize(
    "target", [ALL, Target(scope="type", name="web"), Target(scope="dyno", name="web.1")]
)
def test_a_protected_type_is_not_restarted(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, target: Target
) -> None:
    site.process_types.create(name="web", protected=True)
    with pytest.raises(RefusedError):
        begin_restart(fleet, claire, site, target)
    assert last_outcome() == (Kind.REFUSED, "protected_type")
    assert orders(simulator) == []


def test_what_is_beside_a_protected_type_is_restarted(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    site.process_types.create(name="web", protected=True)
    restart_and_wait(fleet, claire, site, Target(scope="type", name="worker"))
    assert orders(simulator) == ["DELETE formations/worker"]
    assert outcomes() == [(Kind.DONE, "")]


@pytest.mark.parametrize("path", ["/formation$", "/dynos$"])
def test_where_heroku_does_not_tell_what_runs_nothing_is_sent(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor, path: str
) -> None:
    simulator.faults.add("500", method="GET", path=path)
    with pytest.raises(NotReadError):
        begin_restart(fleet, claire, site)
    assert last_outcome() == (Kind.FAILED, "not_read")
    assert orders(simulator) == []
    assert not ChangeInProgress.objects.exists()


def test_a_second_request_meanwhile_is_told_who_asked(
    fleet: Fleet, site: App, simulator: Simulator, claire: Actor
) -> None:
    slow_down(simulator)
    begin_restart(fleet, claire, site)
    with pytest.raises(AlreadyRequestedError) as already:
        go_to_sleep(fleet, claire, site)
    assert (already.value.change.action, already.value.change.actor_name) == (Action.RESTART, "Claire Morel")
    let_it_end(simulator, site)
    assert Entry.objects.count() == 1

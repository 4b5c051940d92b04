"""Reading Heroku once for everybody, over the wire: together, shared, never waited for without need."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from opsconsole import heroku
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.fleet.conftest import Moment, Stage, set_stage
from tests.ops.scaling.calls import held_back

CALLS_OF_A_READING = {"/apps/inscriptions", "/apps/inscriptions/formation", "/apps/inscriptions/dynos"}


# ── One reading ─────────────────────────────────────────────────────────────────────────────────────────
def test_a_reading_holds_the_app_its_formation_and_its_dynos(stage: Stage) -> None:
    reading = stage.read()
    assert reading.app.name == "inscriptions"
    assert {entry.type: entry.quantity for entry in reading.formation} == {"web": 2, "worker": 1}
    assert sorted(dyno.name for dyno in reading.dynos) == ["web.1", "web.2", "worker.1"]


def test_the_calls_of_a_reading_are_all_under_way_at_once(stage: Stage) -> None:
    stage.simulator.faults.add("blackhole", path="^/apps/")
    look = run_aside(lambda: stage.fleet.look(stage.app_id(), patience=60), name="page")
    wait_until(lambda: set(stage.asked()) >= CALLS_OF_A_READING)
    assert not look.done()
    stage.simulator.stop()
    assert look.result(timeout=10).failure


def test_an_app_that_was_just_listed_is_not_asked_for_again(stage: Stage) -> None:
    assert stage.fleet.list_apps(max_age=0)
    stage.moment.advance(3.9)
    stage.read()
    assert not stage.asked()["/apps/inscriptions"]


def test_an_app_that_was_listed_a_while_ago_is_asked_for_again(stage: Stage) -> None:
    assert stage.fleet.list_apps(max_age=0)
    stage.moment.advance(4.1)
    stage.read()
    assert stage.asked()["/apps/inscriptions"] == 1


def test_a_listed_app_costs_two_calls_of_the_budget_and_another_three(stage: Stage) -> None:
    stage.fleet.check_token()
    stage.fleet.quota()
    before = stage.fleet.budget.room("page")
    stage.read()
    assert stage.fleet.budget.room("page") == before - 3
    stage.fleet.list_apps(max_age=0)
    stage.read("bibliotheque")
    assert stage.fleet.budget.room("page") == before - 3 - 1 - 2


# ── Shared by everybody ─────────────────────────────────────────────────────────────────────────────────
def test_twenty_pages_at_once_share_one_reading(stage: Stage) -> None:
    app_id, together = stage.app_id(), threading.Barrier(20)

    def look() -> object:
        together.wait()
        return stage.fleet.look(app_id, patience=10).reading

    with ThreadPoolExecutor(20) as pages:
        readings = [page.result() for page in [pages.submit(look) for _ in range(20)]]
    assert len({id(reading) for reading in readings}) == 1
    assert readings[0] is not None
    assert all(stage.asked()[path] == 1 for path in CALLS_OF_A_READING)


def test_twenty_pages_at_once_share_one_list_of_apps(stage: Stage) -> None:
    together = threading.Barrier(20)
    stage.simulator.world.configure({"latency": 0.05})

    def list_apps() -> object:
        together.wait()
        return stage.fleet.list_apps(max_age=10, total=5)

    with ThreadPoolExecutor(20) as pages:
        lists = [page.result() for page in [pages.submit(list_apps) for _ in range(20)]]
    assert all(lists)
    assert stage.asked() == {"/apps": 1}


def test_who_waits_for_the_list_of_another_page_waits_no_longer_than_it_may(stage: Stage) -> None:
    stage.simulator.faults.add("blackhole", path="^/apps$")
    patient = run_aside(lambda: stage.fleet.list_apps(max_age=0), name="pump")
    wait_until(stage.asked)
    assert stage.fleet.list_apps(max_age=0, total=0.05) is None
    assert not patient.done()
    assert stage.asked() == {"/apps": 1}
    stage.simulator.stop()
    assert patient.result(timeout=10) is None


def test_a_reading_younger_than_asked_for_is_enough(stage: Stage) -> None:
    first = stage.read()
    stage.moment.advance(9)
    assert stage.fleet.refresh(stage.app_id(), max_age=10).reading is first
    stage.moment.advance(2)
    assert stage.fleet.refresh(stage.app_id(), max_age=10).reading is not first


# ── What a page waits for ───────────────────────────────────────────────────────────────────────────────
def test_a_page_gets_the_old_reading_at_once_while_heroku_hangs(stage: Stage) -> None:
    old = stage.read()
    stage.moment.advance(59)
    stage.simulator.clear_requests()
    stage.simulator.faults.add("blackhole", path="^/apps/")
    known = stage.fleet.look(stage.app_id(), patience=60)
    # Had it waited, the reading would have failed by now.
    assert (known.reading, known.failure) == (old, None)
    wait_until(lambda: set(stage.asked()) >= CALLS_OF_A_READING)
    assert all(request.status is None for request in stage.simulator.requests)
    stage.simulator.stop()


def test_a_page_refreshes_behind_itself(stage: Stage) -> None:
    stage.read()
    stage.moment.advance(20)
    stage.fleet.look(stage.app_id(), patience=0)
    wait_until(
        lambda: (
            (reading := stage.fleet.known(stage.app_id()).reading) and reading.read_at == stage.moment.now()
        )
    )


def test_a_page_asks_nothing_while_the_reading_is_younger_than_the_pace(stage: Stage) -> None:
    stage.read()
    stage.simulator.clear_requests()
    stage.moment.advance(stage.fleet.pace() - 0.1)
    before = set(threading.enumerate())  # an earlier test's fleet may still be waiting for its own Heroku
    stage.fleet.look(stage.app_id(), patience=60)
    assert not [thread for thread in set(threading.enumerate()) - before if thread.name == "reading"]
    assert stage.simulator.requests == []


def test_a_page_waits_for_what_was_not_read_for_a_minute(stage: Stage) -> None:
    stage.read()
    stage.moment.advance(60.1)
    known = stage.fleet.look(stage.app_id(), patience=60)
    assert known.reading
    assert known.reading.read_at == stage.moment.now()


def test_a_page_waits_no_longer_than_its_patience(stage: Stage) -> None:
    stage.simulator.faults.add("blackhole", path="^/apps/")
    known = stage.fleet.look(stage.app_id(), patience=0.05)
    # The reading has not failed yet: it goes on behind the page.
    assert (known.reading, known.failure) == (None, None)
    stage.simulator.stop()


def test_a_page_does_not_wait_while_heroku_is_known_to_be_silent(stage: Stage) -> None:
    stage.simulator.faults.add("500", path="/dynos$", times=1)
    stage.fail()
    stage.moment.advance(600)
    stage.simulator.faults.add("blackhole", path="^/apps/")
    known = stage.fleet.look(stage.app_id(), patience=60)
    assert known.failure
    assert known.failure.attempts == 1  # a page that had waited would have seen the second one
    stage.simulator.stop()


def test_several_apps_are_waited_for_together(stage: Stage) -> None:
    stage.simulator.faults.add("blackhole", path="/dynos$")
    look = run_aside(lambda: stage.fleet.look_at(stage.app_ids()[:3], patience=60), name="page")
    wait_until(lambda: sum(path.endswith("/dynos") for path in stage.asked().elements()) == 3)
    assert not look.done()
    stage.simulator.stop()
    assert len(look.result(timeout=10)) == 3


# ── What a change has learnt ────────────────────────────────────────────────────────────────────────────
def test_many_apps_at_once_are_listed_rather_than_asked_for_one_by_one(stage: Stage) -> None:
    stage.fleet.look_at(stage.app_ids(), patience=20)
    asked = stage.asked()
    assert asked["/apps"] == 1
    assert not [path for path in asked if path.startswith("/apps/") and path.count("/") == 2]


def test_what_a_change_learnt_is_merged_into_the_reading(stage: Stage) -> None:
    before = stage.read()
    stage.moment.advance(5)
    asleep = stage.fleet.client.formation.update(
        before.app.id, updates=[heroku.FormationUpdate(type="web", quantity=0)]
    )
    stage.fleet.learn(stage.app_id(), formation=asleep.value)
    reading = stage.fleet.known(stage.app_id()).reading
    assert reading
    assert {entry.type: entry.quantity for entry in reading.formation} == {"web": 0, "worker": 1}
    assert (reading.app, reading.dynos) == (before.app, before.dynos)


def test_only_dynos_make_a_reading_younger(stage: Stage) -> None:
    before = stage.read()
    stage.moment.advance(5)
    stage.fleet.learn(stage.app_id(), app=before.app)
    known = stage.fleet.known(stage.app_id()).reading
    assert known
    assert known.read_at == before.read_at
    stage.fleet.learn(stage.app_id(), dynos=())
    known = stage.fleet.known(stage.app_id()).reading
    assert known
    assert (known.dynos, known.read_at) == ((), stage.moment.now())


def test_nothing_is_learnt_of_an_app_that_was_never_read(stage: Stage) -> None:
    stage.fleet.learn(stage.app_id(), dynos=())
    assert stage.fleet.known(stage.app_id()).reading is None


def test_a_reading_that_began_before_a_change_does_not_undo_what_the_change_learnt(stage: Stage) -> None:
    stage.read()
    with held_back("GET dynos") as (held, let_go):
        slow = run_aside(lambda: stage.fleet.refresh(stage.app_id()), name="page")
        assert held.acquire(timeout=30)
        stage.moment.advance(1)
        stage.fleet.learn(stage.app_id(), dynos=())
        let_go()
    slow.result(timeout=10)
    known = stage.fleet.known(stage.app_id()).reading
    assert known
    assert known.dynos == ()


def test_a_list_that_is_older_than_a_change_does_not_undo_what_the_change_learnt(stage: Stage) -> None:
    stage.simulator.world.app("inscriptions").set_maintenance(True)
    stage.fleet.list_apps(max_age=0)
    stage.read()
    stage.moment.advance(1)
    app = stage.fleet.client.apps.set_maintenance(str(stage.app_id()), on=False).value
    stage.fleet.learn(stage.app_id(), app=app)
    stage.moment.advance(1)
    assert not stage.read().app.maintenance


# ── What is told ────────────────────────────────────────────────────────────────────────────────────────
def test_a_first_reading_and_a_different_one_are_told_as_changes(stage: Stage) -> None:
    stage.read()
    stage.read()
    stage.simulator.world.app("inscriptions").crash("web.1")
    stage.read()
    assert stage.kinds() == ["changed", "read", "changed"]


def test_what_is_told_names_the_app_and_its_moment_on_both_topics(stage: Stage) -> None:
    reading = stage.read()
    event = {"kind": "changed", "app": str(stage.app_id()), "read_at": reading.read_at.isoformat()}
    assert stage.announced == [(f"app:{stage.app_id()}", event), ("fleet", event)]


def test_what_only_our_own_database_knows_is_told_too(stage: Stage) -> None:
    stage.fleet.tell(stage.app_id())
    assert stage.kinds() == ["changed"]


# ── The account ─────────────────────────────────────────────────────────────────────────────────────────
def test_the_token_s_account_is_known_once_checked(stage: Stage) -> None:
    assert stage.fleet.account is None
    account = stage.fleet.check_token()
    assert account
    assert account.email == stage.simulator.account
    assert stage.fleet.account == account


def test_a_token_that_heroku_refuses_is_known_at_the_start(simulator: Simulator) -> None:
    stage = set_stage(simulator, limits=heroku.Limits(), token="HRKU-this-is-not-a-token")
    assert stage.fleet.check_token() is None
    assert stage.fleet.outage
    assert stage.fleet.outage.kind == "denied"


def test_without_a_token_nothing_is_asked_and_everything_says_so(simulator: Simulator) -> None:
    moment = Moment()
    fleet = Fleet(None, announce=lambda _topic, _event: None, now=moment.now, clock=moment.clock)
    app_id = set_stage(simulator, limits=heroku.Limits()).app_id()
    moment.advance(timedelta(days=300).total_seconds())
    assert fleet.check_token() is None
    assert fleet.list_apps(max_age=0) is None
    assert fleet.sizes() is None
    known = fleet.look(app_id, patience=60)
    assert known.failure
    assert known.failure.kind == "no_token"
    with pytest.raises(heroku.UnauthorizedError):
        _ = fleet.client
    assert simulator.requests == []


# ── Sizes and add-ons, kept for a while ─────────────────────────────────────────────────────────────────
def test_sizes_and_add_ons_are_asked_for_once_in_a_while(stage: Stage) -> None:
    for _ in range(3):
        sizes, addons = stage.fleet.sizes(), stage.fleet.addons(stage.app_id())
    assert sizes
    assert sizes["standard-1x"].name == "Standard-1X"
    assert addons
    assert {addon.service for addon in addons} == {"heroku-postgresql", "heroku-redis"}
    assert stage.asked() == {"/dyno-sizes": 1, "/apps/inscriptions/addons": 1}
    stage.moment.advance(601)
    stage.fleet.sizes()
    stage.fleet.addons(stage.app_id())
    assert stage.asked() == {"/dyno-sizes": 1, "/apps/inscriptions/addons": 2}


def test_sizes_that_heroku_does_not_tell_are_unknown_and_asked_for_again(stage: Stage) -> None:
    stage.simulator.faults.add("500", path="/dyno-sizes", times=1)
    assert stage.fleet.sizes() is None
    assert stage.fleet.sizes()


# ── The end of the process ──────────────────────────────────────────────────────────────────────────────
def test_a_fleet_that_closes_lets_its_followers_leave(stage: Stage) -> None:
    def follow() -> None:
        stage.fleet.stopping.wait(60)

    following = stage.fleet.follow(follow)
    stage.fleet.close()
    assert following.done()

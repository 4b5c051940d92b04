"""What becomes of the shared knowledge when Heroku refuses, fails or is silent: never a wrong statement, never a rush."""

from datetime import timedelta
from typing import Any

import pytest

from opsconsole import heroku
from opsconsole.ops.fleet.readings import FailureKind, failure_of
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.fleet.conftest import Stage, set_stage
from tests.ops.fleet.readings import NOW

SILENT = [
    *("500", "503", "reset_before", "reset_after", "html", "truncated_json"),
    *("wrong_types", "redirect"),
]
SHAPES = ["null", "object", "list", "string"]


# ── Each fault ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("path", ["/dynos$", "/formation$", "/apps/[^/]*$"])
@pytest.mark.parametrize("mode", SILENT)
def test_what_is_no_usable_answer_leaves_the_last_reading_as_it_was(
    stage: Stage, mode: str, path: str
) -> None:
    before = stage.read()
    site = stage.simulator.world.app("inscriptions")
    site.scale(web=3)  # so that Heroku has something new to say, and says it badly
    site.set_maintenance()
    stage.simulator.faults.add(mode, path=path)
    failure = stage.fail()
    assert failure.kind == "unreachable"
    assert stage.fleet.known(stage.app_id()).reading is before


@pytest.mark.parametrize("shape", SHAPES)
def test_an_answer_of_another_shape_never_means_no_dynos(stage: Stage, shape: str) -> None:
    stage.simulator.faults.add("wrong_types", path="/dynos$", shape=shape)
    assert stage.fail().kind == "unreachable"
    assert stage.fleet.known(stage.app_id()).reading is None


@pytest.mark.parametrize(
    ("mode", "params", "kind"),
    [
        ("401", {}, "denied"),
        ("error", {"status": 403, "id": "suspended"}, "suspended"),
        ("error", {"status": 402, "id": "delinquent"}, "delinquent"),
        ("error", {"status": 403, "id": "forbidden"}, "forbidden"),
        ("two_factor", {}, "two_factor"),
        ("error", {"status": 404, "id": "not_found"}, "gone"),
        ("error", {"status": 410, "id": "gone"}, "gone"),
        ("429", {}, "rate_limited"),
    ],
)
def test_a_refusal_has_its_kind_and_keeps_heroku_s_words(
    stage: Stage, mode: str, params: dict[str, Any], kind: FailureKind
) -> None:
    stage.simulator.faults.add(mode, path="/formation$", **params)
    failure = stage.fail()
    assert failure.kind == kind
    assert failure.message
    assert failure.request_id
    assert failure.since == stage.moment.now()


def test_a_heroku_that_is_not_there_is_silent(stage: Stage) -> None:
    stage.simulator.stop()
    assert stage.fail().kind == "unreachable"


def test_the_client_s_own_repeats_are_enough_for_a_fault_that_passes(simulator: Simulator) -> None:
    stage = set_stage(simulator, limits=heroku.Limits())
    simulator.faults.add("503", path="/dynos$", times=1)
    assert stage.read().dynos


# ── Whom it concerns ────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("mode", ["401", "429", "500"])
def test_what_concerns_the_account_keeps_every_app_from_being_read(stage: Stage, mode: str) -> None:
    stage.read("bibliotheque")
    stage.simulator.faults.add(mode, path="/dynos$")
    failure = stage.fail()
    stage.simulator.clear_requests()
    known = stage.fleet.refresh(stage.app_id("bibliotheque"))
    assert stage.fleet.outage == failure
    assert known.failure == failure
    assert known.reading
    assert stage.simulator.requests == []


@pytest.mark.parametrize("what", ["gone", "forbidden"])
def test_an_app_that_is_gone_or_closed_to_us_concerns_itself_alone(stage: Stage, what: str) -> None:
    app_id = stage.app_id("bibliotheque")
    if what == "gone":
        stage.simulator.world.remove_app("bibliotheque")
    else:
        stage.simulator.world.app("bibliotheque").forbid("all")
    known = stage.fleet.refresh(app_id)
    assert known.failure
    assert known.failure.kind == what
    assert stage.fleet.outage is None
    stage.read("inscriptions")


def test_an_app_that_alone_fails_does_not_silence_the_others(stage: Stage) -> None:
    stage.simulator.faults.add("wrong_types", path=f"{stage.app_id('bibliotheque')}/dynos$")
    stage.fail("bibliotheque")
    assert stage.fleet.outage  # the first time nobody knows whom it concerns
    stage.moment.advance(2)
    stage.read("inscriptions")
    stage.moment.advance(2)
    assert stage.fail("bibliotheque").attempts == 2
    assert stage.fleet.outage is None
    stage.read("inscriptions")


def test_a_silence_that_begins_after_an_app_s_own_is_heroku_s(stage: Stage) -> None:
    stage.simulator.faults.add("500", path=f"{stage.app_id('bibliotheque')}/dynos$")
    stage.fail("bibliotheque")
    stage.moment.advance(2)
    stage.read("inscriptions")
    stage.simulator.faults.add("500", path="^/apps/")
    stage.moment.advance(2)
    failure = stage.fail("inscriptions")
    assert stage.fleet.outage == failure


def test_the_account_s_failure_explains_the_silence_of_an_app(stage: Stage) -> None:
    stage.simulator.faults.add("500", path=f"{stage.app_id('bibliotheque')}/dynos$")
    stage.fail("bibliotheque")
    stage.moment.advance(2)
    stage.simulator.faults.add("401", path="/formation$")
    denied = stage.fail("inscriptions")
    assert stage.fleet.known(stage.app_id("bibliotheque")).failure == denied


def test_the_account_s_pause_also_holds_for_an_app_with_a_failure_of_its_own(stage: Stage) -> None:
    stage.simulator.faults.add(
        "error", path=f"{stage.app_id('bibliotheque')}/dynos$", status=404, id="not_found"
    )
    stage.fail("bibliotheque")
    stage.moment.advance(59)
    stage.simulator.faults.add("429", path="/formation$", retry_after=40)
    stage.fail("inscriptions")
    stage.moment.advance(2)
    stage.simulator.clear_requests()
    assert stage.fail("bibliotheque").kind == "gone"
    assert stage.simulator.requests == []


# ── When it is asked again ──────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("mode", "params", "seconds"),
    [
        ("401", {}, 60),
        ("error", {"status": 404, "id": "not_found"}, 60),
        ("two_factor", {}, 60),
        ("429", {"retry_after": 41}, 41),
        ("429", {}, 30),
        ("500", {}, 2),
    ],
)
def test_heroku_is_asked_again_only_after_the_pause(
    stage: Stage, mode: str, params: dict[str, Any], seconds: float
) -> None:
    stage.simulator.faults.add(mode, path="/formation$", times=1, **params)
    stage.fail()
    stage.simulator.clear_requests()
    stage.moment.advance(seconds - 0.1)
    stage.fail()
    assert stage.fleet.look(stage.app_id(), patience=60).failure
    assert stage.simulator.requests == []
    stage.moment.advance(0.1)
    stage.read()


def test_a_silent_heroku_is_asked_less_and_less_often(stage: Stage) -> None:
    stage.simulator.stop()
    pauses: list[float] = []
    for attempt in range(1, 8):
        failure = stage.fail()
        assert (failure.attempts, failure.since) == (
            attempt,
            stage.moment.now() - timedelta(seconds=sum(pauses)),
        )
        pauses.append((failure.retry_at - stage.moment.now()).total_seconds())
        stage.moment.advance(pauses[-1])
    assert pauses == [2, 4, 8, 16, 30, 30, 30]


def test_a_silence_of_days_is_still_asked_every_half_minute() -> None:
    silence = heroku.ServerError("Internal server error.", status=500)
    failure = failure_of(silence, before=None, now=NOW)
    for _ in range(2000):
        failure = failure_of(silence, before=failure, now=NOW)
    assert failure.retry_at == NOW + timedelta(seconds=30)


def test_no_retry_after_stops_the_console_for_more_than_an_hour() -> None:
    refusal = heroku.RateLimitedError("Later.", status=429, retry_after=10_000_000.0)
    assert failure_of(refusal, before=None, now=NOW).retry_at == NOW + timedelta(hours=1)


def test_a_failure_of_another_kind_begins_anew() -> None:
    silent = failure_of(heroku.ServerError("?", status=500), before=None, now=NOW)
    later = NOW + timedelta(minutes=3)
    denied = failure_of(heroku.UnauthorizedError("No.", status=401), before=silent, now=later)
    assert (denied.since, denied.attempts) == (later, 1)


def test_a_call_that_was_under_way_does_not_shorten_the_pause_that_heroku_asked_for(stage: Stage) -> None:
    stage.simulator.faults.add("429", path=f"{stage.app_id('inscriptions')}/formation$", retry_after=300)
    stage.simulator.faults.add("blackhole", path=f"{stage.app_id('bibliotheque')}/dynos$")
    late = stage.fleet.look(stage.app_id("bibliotheque"), patience=0)
    assert late.failure is None
    wait_until(lambda: stage.asked()["/apps/bibliotheque/dynos"])
    stage.fail("inscriptions")
    stage.simulator.stop()
    wait_until(lambda: "changed" in stage.kinds("bibliotheque"))
    stage.moment.advance(200)
    assert stage.fleet.outage
    assert stage.fleet.outage.kind == "rate_limited"
    assert stage.fleet.list_apps(max_age=0) is None
    assert not stage.asked()["/apps"]


# ── Afterwards ──────────────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def silent(stage: Stage) -> Stage:
    """A Heroku that fell silent after two apps were read, and speaks again."""
    stage.read("inscriptions")
    stage.read("bibliotheque")
    stage.simulator.faults.add("500", path="/dynos$", times=1)
    stage.fail("inscriptions")
    stage.moment.advance(2)
    return stage


def test_a_failure_and_its_end_are_told_to_every_app_that_is_known(silent: Stage) -> None:
    assert silent.kinds("inscriptions") == ["changed", "changed"]
    assert silent.kinds("bibliotheque") == ["changed", "changed"]
    silent.read("inscriptions")
    assert silent.kinds("inscriptions") == ["changed"] * 3
    assert silent.kinds("bibliotheque") == ["changed"] * 3
    assert silent.fleet.outage is None


def test_the_first_answer_ends_the_silence_for_everybody(silent: Stage) -> None:
    silent.read("bibliotheque")
    assert silent.fleet.known(silent.app_id("bibliotheque")).failure is None
    assert silent.fleet.outage is None


def test_a_list_that_comes_through_ends_the_silence_and_says_so(silent: Stage) -> None:
    silent.announced.clear()
    assert silent.fleet.list_apps(max_age=0)
    assert silent.fleet.outage is None
    assert silent.kinds("bibliotheque") == ["changed"]


def test_an_app_that_comes_back_is_read_again(stage: Stage) -> None:
    stage.simulator.world.app("inscriptions").forbid("all")
    assert stage.fail().kind == "forbidden"
    stage.simulator.world.app("inscriptions").forbid("")
    stage.moment.advance(60)
    assert stage.read().dynos


def test_a_list_that_does_not_come_is_unknown_not_empty(stage: Stage) -> None:
    stage.simulator.faults.add("500", path="^/apps$", times=1)
    assert stage.fleet.list_apps(max_age=0) is None
    assert stage.fleet.outage
    assert stage.fleet.list_apps(max_age=0) is None
    assert stage.asked() == {"/apps": 1}
    stage.moment.advance(2)
    assert stage.fleet.list_apps(max_age=0)


def test_a_pump_looks_again_when_the_pause_ends_rather_than_at_its_pace(silent: Stage) -> None:
    silent.moment.advance(-2)
    with silent.fleet.watching(*silent.app_ids()):
        assert silent.fleet.rest() == 2
        silent.moment.advance(2)
        silent.read("inscriptions")
        assert silent.fleet.rest() == silent.fleet.pace()

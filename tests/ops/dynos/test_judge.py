"""Which dynos a restart means, and whether they have moved since."""

from dataclasses import replace

import pytest

from opsconsole import heroku
from opsconsole.ops.dynos.judge import Target, is_one_off, mark_of, newcomers, unmoved, wanted
from tests.ops.fleet.readings import NOW, dyno, reading

DYNOS = (dyno("web.1"), dyno("web.2"), dyno("worker.1"), dyno("run.4021"))
FORMATION = reading(formation={"web": 2, "worker": 1, "clock": 0}).formation


@pytest.mark.parametrize(
    ("target", "names"),
    [
        (Target(scope="app"), ["web.1", "web.2", "worker.1"]),
        (Target(scope="type", name="web"), ["web.1", "web.2"]),
        (Target(scope="dyno", name="web.2"), ["web.2"]),
        (Target(scope="dyno", name="run.4021"), []),
        (Target(scope="type", name="clock"), []),
        (Target(scope="dyno", name="web.9"), []),
    ],
)
def test_a_target_means_scaled_dynos_only(target: Target, names: list[str]) -> None:
    assert [each.name for each in target.among(DYNOS, formation=FORMATION)] == names


@pytest.mark.parametrize(
    ("name", "ends"), [("web.1", False), ("worker.1", False), ("run.4021", True), ("scheduler.7", True)]
)
def test_only_a_one_off_ends_when_it_is_stopped(name: str, ends: bool) -> None:  # noqa: FBT001
    assert is_one_off(dyno(name), formation=FORMATION) is ends


def test_a_scheduler_that_the_app_scales_itself_is_no_one_off() -> None:
    assert not is_one_off(dyno("scheduler.1"), formation=reading(formation={"scheduler": 1}).formation)


@pytest.mark.parametrize(
    "later",
    [
        replace(DYNOS[0], id="another"),
        replace(DYNOS[0], created_at=NOW),
        replace(DYNOS[0], updated_at=NOW, state="starting"),
    ],
)
def test_a_dyno_with_another_identity_birth_or_state_has_moved(later: heroku.Dyno) -> None:
    assert unmoved([later], marks=[mark_of(DYNOS[0])]) == []


def test_a_dyno_that_is_gone_has_moved_and_one_that_is_the_same_has_not() -> None:
    marks = [mark_of(DYNOS[0]), mark_of(DYNOS[1])]
    assert unmoved([DYNOS[1]], marks=marks) == ["web.2"]


def test_newcomers_stand_for_what_was_meant_and_for_nothing_else() -> None:
    marks = [mark_of(DYNOS[0])]
    fresh = replace(DYNOS[0], id="another")
    found = newcomers([DYNOS[0], fresh, DYNOS[2]], marks=marks, others=[DYNOS[2].id])
    assert found == [fresh]
    assert wanted([mark_of(DYNOS[0]), mark_of(DYNOS[1]), mark_of(DYNOS[2])]) == {"web": 2, "worker": 1}

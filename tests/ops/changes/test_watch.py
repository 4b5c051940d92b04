"""How a watcher judges dynos while an app wakes."""

from datetime import timedelta

from opsconsole.ops.changes.watch import BROKEN_FOR, Rising
from tests.ops.fleet.readings import NOW, dyno

ONE = {"worker": 1}
TWO_AND_ONE = {"web": 2, **ONE}
LATER = NOW + BROKEN_FOR
SECOND = timedelta(seconds=1)


def names(rising: Rising, *dynos: str) -> list[str]:
    return [each.name for each in rising.newly_up([dyno(name) for name in dynos])]


def test_it_is_up_once_every_type_stands_as_often_as_was_asked() -> None:
    rising = Rising(TWO_AND_ONE)
    assert not rising.is_up([dyno("web.1"), dyno("web.2")])
    assert rising.is_up([dyno("web.1"), dyno("web.2"), dyno("worker.1")])


def test_an_idle_dyno_stands_too() -> None:
    assert Rising(ONE).is_up([dyno("worker.1", "idle")])


def test_a_dyno_that_starts_or_stops_does_not_stand() -> None:
    rising = Rising(ONE)
    assert not any(
        rising.is_up([dyno("worker.1", state)]) for state in ("starting", "crashed", "down", "new")
    )


def test_no_dyno_at_all_is_not_up() -> None:
    assert not Rising(TWO_AND_ONE).is_up([])


def test_a_one_off_dyno_does_not_count() -> None:
    assert not Rising(ONE).is_up([dyno("run.1"), dyno("web.1")])


def test_each_dyno_is_told_once() -> None:
    rising = Rising(TWO_AND_ONE)
    assert names(rising, "web.2") == ["web.2"]
    assert names(rising, "web.2", "web.1") == ["web.1"]
    assert names(rising, "web.2", "web.1") == []


def test_what_an_earlier_watcher_told_is_not_told_again() -> None:
    assert names(Rising(TWO_AND_ONE, told=["web.1"]), "web.1", "web.2") == ["web.2"]


def test_another_type_is_not_told() -> None:
    assert names(Rising(TWO_AND_ONE), "clock.1", "run.1") == []


def test_a_crash_that_lasts_is_one() -> None:
    rising, crashed = Rising(ONE), [dyno("worker.1", "crashed")]
    assert not rising.is_broken(crashed, now=NOW)
    assert not rising.is_broken(crashed, now=LATER - SECOND)
    assert rising.is_broken(crashed, now=LATER)
    assert rising.broken_types(crashed) == ["worker"]


def test_a_crash_that_heroku_restarts_counts_from_its_next_one() -> None:
    rising, crashed = Rising(ONE), [dyno("worker.1", "crashed")]
    rising.is_broken(crashed, now=NOW)
    rising.is_broken([dyno("worker.1", "starting")], now=NOW + SECOND)
    assert not rising.is_broken(crashed, now=LATER)
    assert rising.is_broken(crashed, now=LATER + BROKEN_FOR)


def test_nothing_is_broken_while_another_dyno_still_starts() -> None:
    rising = Rising(TWO_AND_ONE)
    half = [dyno("web.1", "crashed"), dyno("web.2", "starting")]
    assert not any(rising.is_broken(half, now=now) for now in (NOW, LATER, LATER + BROKEN_FOR))


def test_no_dyno_at_all_is_not_broken() -> None:
    rising = Rising(TWO_AND_ONE)
    assert not any(rising.is_broken([], now=now) for now in (NOW, LATER))

"""Why a dyno started not long ago."""

from dataclasses import replace
from datetime import timedelta

import pytest

from opsconsole.ops.dynos.birth import cause_of
from opsconsole.ops.dynos.rows import dyno_rows
from tests.ops.fleet.readings import LONG_AGO, NOW, dyno, minutes_ago, reading

YOUNG = replace(dyno("web.1"), created_at=minutes_ago(20))


def test_a_dyno_that_nobody_asked_for_came_by_itself() -> None:
    assert cause_of(YOUNG, released_at=LONG_AGO, asked_at=[minutes_ago(90)], now=NOW) == "by_itself"


def test_one_that_came_right_after_a_change_was_asked_for() -> None:
    assert cause_of(YOUNG, released_at=LONG_AGO, asked_at=[minutes_ago(22)], now=NOW) == "asked"


def test_one_that_came_right_after_a_release_comes_from_it() -> None:
    assert cause_of(YOUNG, released_at=minutes_ago(21), asked_at=[], now=NOW) == "release"


def test_a_change_that_came_later_did_not_start_it() -> None:
    assert cause_of(YOUNG, released_at=minutes_ago(19), asked_at=[minutes_ago(19)], now=NOW) == "by_itself"


@pytest.mark.parametrize(
    "other", [dyno("web.1"), replace(YOUNG, state="starting"), replace(YOUNG, state="crashed")]
)
def test_of_an_old_dyno_or_one_that_is_not_up_nothing_is_said(other: object) -> None:
    assert cause_of(other, released_at=None, asked_at=[], now=NOW) == ""  # type: ignore[arg-type]


def test_the_row_says_that_a_daily_restart_is_normal_and_what_a_crash_means() -> None:
    dynos = [YOUNG, dyno("web.2", "crashed"), replace(dyno("run.1"), created_at=NOW - timedelta(minutes=1))]
    first, second, third = dyno_rows(reading(formation={"web": 2}, dynos=dynos), now=NOW)
    assert str(first["note"]).startswith("Redémarrage quotidien normal")
    assert "de moins en moins souvent" in str(second["note"])
    assert third["note"] == ""

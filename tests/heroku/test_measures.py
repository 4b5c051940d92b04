"""What calls to Heroku have cost lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsconsole import heroku
from opsconsole.heroku.measures import KEPT, LAST_FAILURES, Measures

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator


def measures(*spent: float, error: str = "") -> Measures:
    found = Measures()
    for milliseconds in spent:
        found.note("GET /apps", milliseconds=milliseconds, error=error, request_id="abc")
    return found


def test_before_the_first_call_nothing_is_known() -> None:
    summary = Measures().summary(now=0)
    assert (summary.calls, summary.median, summary.p95, summary.errors) == (0, None, None, {})


def test_times_are_told_by_their_median_and_by_what_95_in_a_hundred_stay_below() -> None:
    summary = measures(*range(1, 101)).summary(now=0)
    assert (summary.median, summary.p95) == (51, 96)


def test_only_the_last_calls_are_kept() -> None:
    assert measures(*range(KEPT + 50)).summary(now=0).calls == KEPT


def test_failures_are_counted_by_their_name_the_latest_first_and_few() -> None:
    summary = measures(*range(LAST_FAILURES + 5), error="ServerError").summary(now=0)
    assert summary.errors == {"ServerError": LAST_FAILURES + 5}
    assert [each.milliseconds for each in summary.failures] == list(range(LAST_FAILURES + 4, 4, -1))


def test_a_client_measures_its_own_calls_with_heroku_s_request_id(simulator: Simulator) -> None:
    client = heroku.Client(
        simulator.token, base_url=simulator.base_url, limits=heroku.Limits(read_attempts=1)
    )
    client.apps.list()
    simulator.faults.add("500", times=1)
    with pytest.raises(heroku.ServerError) as failure:
        client.account.get()
    summary = client.measured(now=0)
    assert summary.calls == 2
    [failed] = summary.failures
    assert (failed.call, failed.error) == ("GET /account", "ServerError")
    assert failed.request_id == failure.value.request_id

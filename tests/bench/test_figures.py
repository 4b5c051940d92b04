"""The arithmetic of the measurements: what a p95 is, when a bound holds, how many calls a minute saw."""

import pytest

from tests.bench.figures import Figure, count_busiest_minute


def at(*seconds: int) -> list[str]:
    return [f"2026-11-23T10:{each // 60:02}:{each % 60:02}Z" for each in seconds]


@pytest.mark.parametrize(("count", "judged"), [(1, 1), (19, 19), (20, 19), (21, 20), (200, 190)])
def test_the_p95_is_a_value_that_was_measured_by_nearest_rank(count: int, judged: int) -> None:
    assert Figure("page", range(count, 0, -1), "ms").judged == judged


def test_a_value_on_the_bound_holds_it() -> None:
    assert Figure("page", [50.0], "ms", 50.0).holds


def test_one_slow_page_of_twenty_does_not_break_the_bound() -> None:
    assert Figure("page", [*[10.0] * 19, 900.0], "ms", 50.0).holds


def test_two_slow_pages_of_twenty_break_the_bound_and_the_line_says_so() -> None:
    figure = Figure("page", [*[10.0] * 18, 900.0, 901.0], "ms", 50.0)
    assert not figure.holds
    assert str(figure).endswith("FAIL")


def test_without_a_bound_nothing_is_judged() -> None:
    figure = Figure("memory", [70.0], "Mo")
    assert figure.holds
    assert "PASS" not in str(figure)


def test_the_busiest_minute_slides() -> None:
    assert count_busiest_minute(at(0, 50, 59, 61, 70, 130)) == 4


def test_calls_a_minute_apart_are_in_two_minutes() -> None:
    assert count_busiest_minute(at(0, 60)) == 1


def test_calls_of_the_same_second_count_each() -> None:
    assert count_busiest_minute(at(5, 5, 5)) == 3


def test_no_call_is_no_busy_minute() -> None:
    assert count_busiest_minute([]) == 0

"""What was told is known again, however busy the log, at a bounded price."""

from __future__ import annotations

import tracemalloc

from opsconsole.heroku import LogLine
from opsconsole.heroku.log_overlap import Overlap


def numbered(first: int, last: int, *, filler: str = "") -> list[LogLine]:
    return [
        LogLine(
            f"2026-11-23T09:12:{number // 1000:02}.{number % 1000:03}000+00:00",
            "app",
            "web.1",
            f"{number}{filler}",
        )
        for number in range(first, last)
    ]


def test_ten_thousand_lines_told_since_a_stream_was_opened_are_known_again() -> None:
    overlap = Overlap()
    overlap.keep_new(numbered(0, 12_000))
    overlap.begin()
    assert overlap.keep_new(numbered(500, 12_001), is_history=True) == numbered(12_000, 12_001)
    assert overlap.matched == 11_500


def test_what_is_remembered_takes_the_same_room_however_long_the_log_and_its_lines() -> None:
    overlap = Overlap()
    tracemalloc.start()
    try:
        for start in range(0, 100_000, 500):
            overlap.keep_new(numbered(start, start + 500, filler="x" * 1000))
        held, _peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert overlap.count == 100_000
    assert held < 1_500_000


def test_a_late_line_that_is_no_history_is_told_though_it_is_older_than_all_others() -> None:
    overlap = Overlap()
    overlap.keep_new(numbered(10, 12))
    overlap.begin()
    assert overlap.keep_new(numbered(5, 6)) == numbered(5, 6)


def test_of_several_lines_of_one_moment_those_before_the_first_one_told_are_no_news() -> None:
    moment = [LogLine("2026-11-23T09:12:04.118021+00:00", "app", "web.1", f"{number}") for number in range(5)]
    overlap = Overlap()
    overlap.keep_new(moment[2:4])
    overlap.begin()
    assert overlap.keep_new(moment, is_history=True) == moment[4:]

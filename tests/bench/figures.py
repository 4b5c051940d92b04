"""Figures and their bounds, as they are printed."""

import statistics
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MINUTE = 60.0
HEADING = f"{'':52} {'min':>9} {'médiane':>9} {'p95':>9}{'':12} {'borne':>7}"


@dataclass(frozen=True)
class Figure:
    """Several measurements of one thing; `bound` is held by `judged`, the p95 or the only value."""

    name: str
    values: Sequence[float]
    unit: str
    bound: float | None = None

    @property
    def median(self) -> float:
        return statistics.median(self.values)

    @property
    def judged(self) -> float:
        """The 95th percentile, by nearest rank."""
        ordered = sorted(self.values)
        return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]

    @property
    def holds(self) -> bool:
        return self.bound is None or self.judged <= self.bound

    def __str__(self) -> str:
        several = len(self.values) > 1
        spread = f"{min(self.values):9.1f} {self.median:9.1f}" if several else " " * 19
        count = f"n={len(self.values)}" if several else ""
        verdict = "" if self.bound is None else f" {self.bound:7g} {'PASS' if self.holds else 'FAIL'}"
        return f"{self.name:52} {spread} {self.judged:9.1f} {self.unit:4} {count:6}{verdict}".rstrip()


def count_busiest_minute(moments: Sequence[str]) -> int:
    """The most calls in any sixty seconds, from their moments as the simulator writes them (ISO 8601, in order)."""
    seconds = sorted(datetime.fromisoformat(each).timestamp() for each in moments)
    return max(
        (number + 1 - bisect_left(seconds, last - MINUTE + 1) for number, last in enumerate(seconds)),
        default=0,
    )

"""The clock everything in the simulator reads: a source that can be replaced, and a part that can be moved
by hand.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


class Clock:
    """Time of the simulated platform; `advance` moves it on top of whatever the source says."""

    def __init__(self, source: Callable[[], datetime] | None = None) -> None:
        self._source = source or _read_system_clock
        self._ahead = 0.0

    def seconds(self) -> float:
        """Seconds since 1970, the unit in which the world keeps every date."""
        return self._source().timestamp() + self._ahead

    def advance(self, seconds: float) -> None:
        self._ahead += seconds


def _read_system_clock() -> datetime:
    return datetime.now(UTC)


def format_time(seconds: float) -> str:
    """The platform's own way to write a date: ISO 8601, UTC, whole seconds."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def format_time_or_null(seconds: float | None) -> str | None:
    return None if seconds is None else format_time(seconds)


def month_of(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m")


def start_of_month(seconds: float) -> float:
    today = datetime.fromtimestamp(seconds, UTC)
    return datetime(today.year, today.month, 1, tzinfo=UTC).timestamp()


def length_of_month(seconds: float) -> float:
    """Seconds in the month that holds this moment."""
    beginning = datetime.fromtimestamp(start_of_month(seconds), UTC)
    following = datetime(beginning.year + beginning.month // 12, beginning.month % 12 + 1, 1, tzinfo=UTC)
    return (following - beginning).total_seconds()

"""What calls to Heroku have cost lately: how many, how long, which failed. Bounded, and safe between threads."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass
from threading import Lock
from time import time
from typing import Final

KEPT: Final = 500
LAST_FAILURES: Final = 10


@dataclass(frozen=True, slots=True)
class MeasuredCall:
    """One request: when it ended (seconds since 1970), what was asked, how long it took, the error's name or ""."""

    at: float
    call: str
    milliseconds: float
    error: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Measured:
    """The last calls, at most 500; times in milliseconds, None before the first call."""

    calls: int
    last_minute: int
    median: float | None
    p95: float | None
    errors: dict[str, int]
    failures: tuple[MeasuredCall, ...]


class Measures:
    def __init__(self) -> None:
        self._calls: deque[MeasuredCall] = deque(maxlen=KEPT)
        self._lock = Lock()

    def note(self, call: str, *, milliseconds: float, error: str, request_id: str) -> None:
        with self._lock:
            self._calls.append(MeasuredCall(time(), call, milliseconds, error, request_id))

    def summary(self, *, now: float) -> Measured:
        """`now`: seconds since 1970."""
        with self._lock:
            calls = list(self._calls)
        times = sorted(call.milliseconds for call in calls)
        failed = [call for call in calls if call.error]
        return Measured(
            calls=len(calls),
            last_minute=sum(now - call.at <= 60 for call in calls),  # noqa: PLR2004 -- a minute
            median=_share(times, 0.5),
            p95=_share(times, 0.95),
            errors=dict(Counter(call.error for call in failed).most_common()),
            failures=tuple(reversed(failed[-LAST_FAILURES:])),
        )


def _share(times: list[float], share: float) -> float | None:
    return times[min(len(times) - 1, int(len(times) * share))] if times else None

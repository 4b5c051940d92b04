"""Whether a failed call may be tried again, and after how long; there is no network in here.

Heroku has no idempotency key: a read may be repeated, a write only where it surely did not happen.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from opsconsole.heroku.errors import (
    ConflictError,
    ConnectionCutError,
    HerokuError,
    NotSentError,
    RateLimitedError,
    ServerError,
)

if TYPE_CHECKING:
    from collections.abc import Callable

FIRST_PAUSE: Final = 0.2
LONGEST_PAUSE: Final = 2.0


class Retry(Protocol):
    """Asked once after each failure of one call."""

    def pause_after(self, error: HerokuError, *, left: float) -> float | None:
        """Seconds to wait before the next attempt, None to give up; `left` is what remains of the total."""


@dataclass(slots=True)
class ReadRetry:
    """Reads: connection failures, 5xx and a 429 that asks for a short wait."""

    attempts: int
    spread: Callable[[], float] = random.random
    failures: int = 0

    def pause_after(self, error: HerokuError, *, left: float) -> float | None:
        self.failures += 1
        if self.failures >= self.attempts or not _is_passing(error):
            return None
        pause = FIRST_PAUSE * 2 ** (self.failures - 1) * (0.5 + self.spread())
        return _within(max(pause, error.retry_after or 0.0), left=left)


@dataclass(slots=True)
class WriteRetry:
    """Writes: a refused connection once; `conflicts` times a 409, which at a launch means "not ready yet"."""

    conflicts: int = 0
    refusals: int = 1
    spread: Callable[[], float] = random.random

    def pause_after(self, error: HerokuError, *, left: float) -> float | None:
        pause = FIRST_PAUSE * (0.5 + self.spread())
        if isinstance(error, NotSentError) and error.reason == "refused" and self.refusals:
            self.refusals -= 1
            return _within(pause, left=left)
        if isinstance(error, ConflictError) and self.conflicts:
            self.conflicts -= 1
            return _within(pause, left=left)
        return None


def _is_passing(error: HerokuError) -> bool:
    if isinstance(error, NotSentError):
        return error.reason in {"refused", "unresolved", "timeout", "unreachable"}
    if isinstance(error, RateLimitedError):
        return error.retry_after is not None
    return isinstance(error, ConnectionCutError | ServerError)


def _within(pause: float, *, left: float) -> float | None:
    return pause if pause <= LONGEST_PAUSE and pause < left else None

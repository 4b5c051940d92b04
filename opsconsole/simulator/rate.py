"""The token bucket of calls that all tokens of one account share (Platform API reference, "Rate limits")."""

from __future__ import annotations

CAPACITY = 4500
REFILL_PER_SECOND = 75 / 60


class Bucket:
    """Holds 4500 calls and refills by 75 a minute."""

    def __init__(self, *, now: float) -> None:
        self._level = float(CAPACITY)
        self._at = now

    def remaining(self, *, now: float) -> int:
        self._refill(now)
        return int(self._level)

    def take(self, *, now: float) -> bool:
        """Spend one call; False when there is none left."""
        self._refill(now)
        if self._level < 1:
            return False
        self._level -= 1
        return True

    def set_remaining(self, remaining: int, *, now: float) -> None:
        self._level, self._at = float(remaining), now

    def _refill(self, now: float) -> None:
        gained = max(0.0, now - self._at) * REFILL_PER_SECOND
        self._level, self._at = min(float(CAPACITY), self._level + gained), now

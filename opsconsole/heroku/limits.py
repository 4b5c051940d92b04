"""How long a call may take and how large its answer may be."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one call, in seconds and bytes; `total` covers all its attempts, pages and pauses."""

    connect: float = 5.0
    total: float = 10.0
    max_bytes: int = 5_000_000
    read_attempts: int = 3


class Deadline:
    """A moment of the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds left; negative once it is over."""
        return self._end - time.monotonic()

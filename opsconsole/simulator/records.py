"""Every request that came in, kept so that tests and measurements can assert what was asked and how often."""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .answer import RecordedRequest

MOST_KEPT = 20_000


class Records:
    """The last 20,000 requests in order of arrival, and how many there were in all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: deque[RecordedRequest] = deque(maxlen=MOST_KEPT)
        self._count = 0

    def add(self, request: RecordedRequest) -> None:
        with self._lock:
            self._kept.append(request)
            self._count += 1

    def list(self) -> list[RecordedRequest]:
        with self._lock:
            return list(self._kept)

    @property
    def count(self) -> int:
        """Since the start or the last clearing, also of those no longer kept."""
        with self._lock:
            return self._count

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._count = 0

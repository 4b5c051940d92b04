"""The share of the account's call budget that reading may use: a sliding minute (25 calls, 10 more on a change).

Heroku gives an account 4,500 calls an hour, about 75 a minute, to be shared with its owners' own tools.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

CALLS_A_MINUTE = 25
WATCHING_DURING_A_CHANGE = 15  # what merely watches leaves room for what somebody waits for
MORE_ON_A_CHANGE = 10
FOR_A_PAGE = 3  # what merely watches leaves for a site that somebody opens and nobody has read yet
SHORTEST_INTERVAL = 4.0  # seconds between two readings of the same app, however few are watched
MINUTE = 60.0

Purpose = Literal["watching", "page", "change"]


class Budget:
    """Counts calls over the last sixty seconds of a monotonic clock.

    `made` tells how many calls have really left so far: repeats and further pages count as soon as they are known.
    `more` calls a minute are granted besides, where nobody else uses the account.
    """

    def __init__(
        self, *, clock: Callable[[], float], made: Callable[[], int] = lambda: 0, more: int = 0
    ) -> None:
        self._clock = clock
        self._more = more
        self._made = made
        self._counted = 0
        self._spent: deque[float] = deque()
        self._changes = 0
        self.others = 0
        """Calls that other processes of the console made in the last minute, as far as they told."""
        self._lock = threading.Lock()

    def take(self, calls: int, *, purpose: Purpose) -> bool:
        """Spend `calls` if the minute still has them for this purpose."""
        with self._lock:
            if calls > self._room(purpose):
                return False
            self._spend(calls)
            return True

    def spend(self, calls: int) -> None:
        """Count calls that a click needs: those are never refused, but they are counted."""
        with self._lock:
            self._spend(calls)

    @property
    def spent(self) -> int:
        """Calls counted since the start."""
        with self._lock:
            return self._counted

    def room(self, purpose: Purpose) -> int:
        """Return how many calls the minute still has for a purpose."""
        with self._lock:
            return max(0, self._room(purpose))

    @contextmanager
    def change(self) -> Iterator[None]:
        """Ten more calls a minute while something changes."""
        with self._lock:
            self._changes += 1
        try:
            yield
        finally:
            with self._lock:
                self._changes -= 1

    def _room(self, purpose: Purpose) -> int:
        self._spend(max(0, self._made() - self._counted))
        horizon = self._clock() - MINUTE
        while self._spent and self._spent[0] <= horizon:
            self._spent.popleft()
        return self._limit(purpose) + self._more - len(self._spent) - self.others

    def _limit(self, purpose: Purpose) -> int:
        if purpose == "watching":
            return WATCHING_DURING_A_CHANGE if self._changes else CALLS_A_MINUTE - FOR_A_PAGE
        if purpose == "change" and self._changes:
            return CALLS_A_MINUTE + MORE_ON_A_CHANGE
        return CALLS_A_MINUTE

    def _spend(self, calls: int) -> None:
        self._counted += calls
        self._spent.extend([self._clock()] * calls)


def interval(calls: int) -> float:
    """Return the seconds between two rounds that cost `calls` each, so that rounds stay inside the budget."""
    return max(SHORTEST_INTERVAL, calls * MINUTE / CALLS_A_MINUTE)

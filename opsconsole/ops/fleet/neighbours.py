"""What the console's processes tell each other through the shared cache: how many calls they made, and that the token changed.

One process needs none of it. With several, the calls of all of them stay inside one budget, and each uses a new token within
a second or two. A cache that does not answer changes nothing: each process then counts for itself.
"""

import logging
import time
from collections.abc import Callable

from django.core.cache import cache
from django.db import connection

from opsconsole.ops.fleet.budget import MINUTE
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.token import CHANGED_KEY, find_what_is_kept

logger = logging.getLogger(__name__)

EXCHANGE_SECONDS = 1.0
SLICE = 10.0  # seconds; the last minute is counted in slices of this
_SLICES = int(MINUTE / SLICE)


class Neighbours:
    """This process's side of the exchange; `clock` gives seconds since 1970, which machines agree upon."""

    def __init__(self, fleet: Fleet, *, clock: Callable[[], float] = time.time) -> None:
        self._fleet = fleet
        self._clock = clock
        self._told = fleet.budget.spent
        self._own: dict[int, int] = {}
        self._token_version = cache.get(CHANGED_KEY)

    def exchange(self) -> None:
        """Tell what was spent since the last time, and take over what the others told."""
        now = int(self._clock() // SLICE)
        spent = self._fleet.budget.spent
        self._tell(now, spent - self._told)
        self._told = spent
        self._own = {at: calls for at, calls in self._own.items() if at > now - _SLICES}
        slices = [f"calls:{at}" for at in range(now - _SLICES + 1, now + 1)]
        everybody = sum(cache.get_many(slices).values())
        self._fleet.budget.others = max(0, everybody - sum(self._own.values()))
        self._take_over_token()

    def _tell(self, at: int, calls: int) -> None:
        if calls <= 0:
            return
        cache.add(f"calls:{at}", 0, timeout=2 * MINUTE)
        cache.incr(f"calls:{at}", calls)
        self._own[at] = self._own.get(at, 0) + calls

    def _take_over_token(self) -> None:
        version = cache.get(CHANGED_KEY)
        if version == self._token_version:
            return
        self._token_version = version
        if version is not None and not version.startswith(self._fleet.mark):
            find_what_is_kept(self._fleet)
            self._fleet.check_token()
            connection.close()


def exchange_until_the_end(fleet: Fleet) -> None:
    """Exchange once a second, until the console stops."""
    neighbours: Neighbours | None = None
    is_heard = True
    while not fleet.stopping.wait(EXCHANGE_SECONDS):
        try:
            neighbours = neighbours or Neighbours(fleet)
            neighbours.exchange()
            is_heard = True
        except Exception as error:  # noqa: BLE001 -- whatever the cache's client raises
            fleet.budget.others = 0
            if is_heard:
                logger.warning(
                    "The other processes cannot be heard (%s): calls are counted alone", type(error).__name__
                )
            is_heard = False

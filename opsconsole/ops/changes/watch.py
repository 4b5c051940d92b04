"""The rules by which a watcher judges dynos while they go or come up."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from opsconsole import heroku
from opsconsole.ops.fleet.state import BROKEN, STANDING

SLEEP_LIMIT = timedelta(minutes=5)  # Heroku kills what ignores SIGTERM after 30 s
WAKE_LIMIT = timedelta(minutes=5)  # a web dyno has 60 s to bind its port before Heroku gives up on it
BROKEN_FOR = timedelta(seconds=8)  # Heroku restarts a crashed dyno at once: a crash that lasts is one


class Rising:
    """Dynos that shall stand, as they come up or break."""

    def __init__(self, wanted: Mapping[str, int], *, told: Iterable[str] = ()) -> None:
        """`wanted`: how many of each type shall stand; `told`: those whose coming up an earlier watcher has told."""
        self._wanted = dict(wanted)
        self._told = set(told)
        self._broken_since: datetime | None = None

    def newly_up(self, dynos: Iterable[heroku.Dyno]) -> list[heroku.Dyno]:
        """Return the dynos that were not up at the last look."""
        up = [dyno for dyno in dynos if dyno.type in self._wanted and dyno.state in STANDING]
        new = sorted((dyno for dyno in up if dyno.name not in self._told), key=lambda dyno: dyno.name)
        self._told |= {dyno.name for dyno in new}
        return new

    def is_up(self, dynos: Iterable[heroku.Dyno]) -> bool:
        """Tell whether every type has as many standing dynos as were asked for."""
        standing = [dyno.type for dyno in dynos if dyno.state in STANDING]
        return all(standing.count(kind) >= quantity for kind, quantity in self._wanted.items())

    def is_broken(self, dynos: Iterable[heroku.Dyno], *, now: datetime) -> bool:
        """Tell whether dynos stay crashed while none is starting any more."""
        ours = [dyno for dyno in dynos if dyno.type in self._wanted]
        settled = bool(ours) and all(dyno.state in STANDING | BROKEN for dyno in ours)
        if not settled or not any(dyno.state in BROKEN for dyno in ours):
            self._broken_since = None
            return False
        self._broken_since = self._broken_since or now
        return now - self._broken_since >= BROKEN_FOR

    def broken_types(self, dynos: Iterable[heroku.Dyno]) -> list[str]:
        return sorted({dyno.type for dyno in dynos if dyno.type in self._wanted and dyno.state in BROKEN})

"""Take over changes whose follower died: a source that runs for as long as the process does."""

import logging

from django.db import DatabaseError, connection

from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.pumps import Source
from opsconsole.ops.scaling import follower
from opsconsole.ops.scaling.lease import lapsed, take_over

logger = logging.getLogger(__name__)

TOPIC = "changes"
EVERY = 5.0  # seconds


def watch_lapsed(fleet: Fleet) -> Source:
    """Return the source that looks for lapsed leases every few seconds."""

    def run(_topic: Topic, stop: StopSignal) -> None:
        while not stop.stopping:
            try:
                reconcile(fleet)
            except DatabaseError:
                logger.warning("the database did not answer; looking for lapsed changes again later")
            finally:
                connection.close()
            stop.wait(EVERY)

    return run


def reconcile(fleet: Fleet) -> int:
    """Follow on whatever nobody follows any more; return how many changes that were."""
    if fleet.stopping.is_set():  # what our own followers have just handed over is for the next process
        return 0
    now = fleet.now()
    leases = [take_over(change, now=now) for change in lapsed(now=now)]
    taken = [lease for lease in leases if lease is not None]
    for lease in taken:
        follower.start(fleet, lease, resumed=True)
    return len(taken)

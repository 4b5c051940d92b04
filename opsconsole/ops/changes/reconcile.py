"""Take over changes whose follower died: a source that runs for as long as the process does."""

import logging
from collections.abc import Mapping

from django.db import DatabaseError, connection

from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.changes import follower
from opsconsole.ops.changes.follower import Follow
from opsconsole.ops.changes.lease import lapsed, take_over
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.pumps import Source

logger = logging.getLogger(__name__)

TOPIC = "changes"
EVERY = 5.0  # seconds


def watch_lapsed(fleet: Fleet, followers: Mapping[str, Follow]) -> Source:
    """Return the source that looks for lapsed leases every few seconds."""

    def run(_topic: Topic, stop: StopSignal) -> None:
        while not stop.stopping:
            try:
                reconcile(fleet, followers)
            except DatabaseError:
                logger.warning("the database did not answer; looking for lapsed changes again later")
            finally:
                connection.close()
            stop.wait(EVERY)

    return run


def reconcile(fleet: Fleet, followers: Mapping[str, Follow]) -> int:
    """Follow on, each by its action's follower, whatever nobody follows any more; return how many changes that were."""
    if fleet.stopping.is_set():  # what our own followers have just handed over is for the next process
        return 0
    now = fleet.now()
    count = 0
    for change in lapsed(now=now):
        lease = take_over(change, now=now)
        if lease is not None:
            follower.start(fleet, lease, followers[change.action], resumed=True)
            count += 1
    return count

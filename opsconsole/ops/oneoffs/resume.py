"""Take over the runs whose follower died, and forget what is old: a source that runs for as long as the process does."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from opsconsole.live.pumps import Source, StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.oneoffs.follower import Follow, follow
from opsconsole.ops.oneoffs.lease import lapsed, take_over
from opsconsole.ops.oneoffs.models import Run, Sort

logger = logging.getLogger(__name__)

TOPIC: Final = "oneoffs"
EVERY: Final = 5.0  # seconds
FORGET_EVERY: Final = timedelta(hours=1)
COMMANDS: Final[Mapping[Sort, Follow]] = {Sort.COMMAND: follow}


def watch_lapsed_runs(fleet: Fleet, follows: Mapping[Sort, Follow] = COMMANDS) -> Source:
    """Return the source that looks for lapsed leases every few seconds; `follows` says who follows which sort of run."""

    def run(_topic: Topic, stop: StopSignal) -> None:
        forgot_at = fleet.now() - FORGET_EVERY
        while not stop.stopping:
            try:
                resume_lapsed(fleet, follows)
                if fleet.now() - forgot_at >= FORGET_EVERY:
                    forgot_at = fleet.now()
                    forget_old(now=forgot_at)
            except DatabaseError:
                logger.warning("the database did not answer; looking for lapsed runs again later")
            finally:
                connection.close()
            stop.wait(EVERY)

    return run


def resume_lapsed(fleet: Fleet, follows: Mapping[Sort, Follow] = COMMANDS) -> int:
    """Follow on whatever nobody follows any more; return how many runs that were."""
    if fleet.stopping.is_set():  # what our own followers have just handed over is for the next process
        return 0
    now = fleet.now()
    count = 0
    for run in lapsed(now=now):
        hold = take_over(run, now=now)
        if hold is not None:
            fleet.follow(partial(follows[Sort(run.sort)], fleet, hold, resumed=True))
            count += 1
    return count


def forget_old(*, now: datetime) -> int:
    """Delete the runs that ended longer ago than they are kept, with their output; the journal keeps that they were."""
    oldest = now - timedelta(days=settings.RUNS_KEPT_DAYS)
    deleted, _by_model = Run.objects.filter(lease_until=None, ended_at__lt=oldest).delete()
    return deleted

"""Follow a change behind the page that asked for it, from its claim to its outcome, whatever its room does in between.

What a follower sends is never sent again: after a lost answer, or after a crash of the process that held the lease, Heroku is
read back and judged (docs/decisions/0004-unknown-outcomes.md).
"""

import logging
from typing import Protocol

from django.db import connection

from opsconsole.ops.changes.following import ConcludedError, Following, StoppingError
from opsconsole.ops.changes.lease import Lease, LeaseLostError
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet

logger = logging.getLogger(__name__)


class Follow(Protocol):
    """How a room follows its changes to their end; `resumed` when another process may already have sent this one."""

    def __call__(self, following: Following, change: ChangeInProgress, *, resumed: bool) -> None: ...


def start(fleet: Fleet, lease: Lease, follow: Follow, *, resumed: bool) -> None:
    """Follow a change behind the page."""
    fleet.follow(lambda: run(Following(fleet, lease), follow, resumed=resumed))


def run(following: Following, follow: Follow, *, resumed: bool) -> None:
    """Follow one change to its end, or hand it over when this process stops."""
    try:
        with following.fleet.budget.change():
            follow(following, following.change(), resumed=resumed)
    except ConcludedError:
        pass
    except StoppingError:
        following.lease.give_back(now=following.fleet.now())
    except LeaseLostError:
        logger.info("the change of %s is followed elsewhere", following.name)
    except Exception:
        # The lease lapses and reconciliation judges by reading; nothing that was sent is repeated.
        logger.exception("the follower of %s stumbled", following.name)
    finally:
        following.fleet.tell(following.lease.app_id)
        connection.close()

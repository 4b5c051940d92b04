"""Follow a run behind the page that asked for it: one call, then only looking, until it is known how it ended."""

import logging
from collections.abc import Callable
from typing import NoReturn, Protocol

from django.db import connection

from opsconsole.ops.changes.following import ConcludedError, StoppingError
from opsconsole.ops.changes.lease import LeaseLostError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.oneoffs.following import Following
from opsconsole.ops.oneoffs.lease import Hold
from opsconsole.ops.oneoffs.models import State
from opsconsole.ops.oneoffs.sending import resume, send
from opsconsole.ops.oneoffs.watching import watch

logger = logging.getLogger(__name__)


class Follow(Protocol):
    """Takes a run to its end, in a thread of its own; `resumed` when another process may already have sent it."""

    def __call__(self, fleet: Fleet, hold: Hold, *, resumed: bool) -> None: ...


def follow(fleet: Fleet, hold: Hold, *, resumed: bool) -> None:
    """Follow a command to its end, or hand it over when this process stops."""

    def work(following: Following) -> NoReturn:
        if following.run.state == State.ASKED:
            (resume if resumed else send)(following)
        watch(following, resumed=resumed)

    hold_on(fleet, hold, work)


def hold_on(fleet: Fleet, hold: Hold, work: Callable[[Following], NoReturn]) -> None:
    """Do a follower's work; whatever it meets, the run is concluded, handed over, or left to its lease."""
    try:
        with fleet.budget.change():
            work(Following(fleet, hold))
    except ConcludedError:
        pass
    except StoppingError:
        hold.give_back(now=fleet.now())
    except LeaseLostError:
        logger.info("the run %s is followed elsewhere", hold.run_id)
    except Exception:
        # The lease lapses and another follower goes on by looking; nothing that was sent is repeated.
        logger.exception("the follower of the run %s stumbled", hold.run_id)
    finally:
        connection.close()

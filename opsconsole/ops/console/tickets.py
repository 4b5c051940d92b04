"""One-time tickets to a console's socket: got by a POST of our own page, good for half a minute and for one opening.

A page of another site can open a WebSocket here with the person's cookies, but cannot get a ticket.
"""

import secrets
import time
from typing import Final
from uuid import UUID

from django.core.cache import cache

LASTS: Final = 30  # seconds


def give(*, run_id: UUID, person_id: str, session_ref: str) -> str:
    """Return a new ticket, bound to the console, the person and their session."""
    ticket = secrets.token_urlsafe(24)
    cache.set(_key(ticket), (time.time(), _holder(run_id, person_id, session_ref)), LASTS)
    return ticket


def take(ticket: str, *, run_id: UUID, person_id: str, session_ref: str) -> bool:
    """Use a ticket up; False for one that is unknown, used, too old or somebody else's."""
    if not ticket or len(ticket) > 64 or not ticket.isascii():  # noqa: PLR2004 -- longer than any of ours
        return False
    given_at, holder = cache.get(_key(ticket)) or (0.0, "")
    is_first = cache.delete(_key(ticket))
    is_fresh = time.time() - given_at <= LASTS
    return is_first and is_fresh and holder == _holder(run_id, person_id, session_ref)


def _key(ticket: str) -> str:
    return f"console-ticket:{ticket}"


def _holder(run_id: UUID, person_id: str, session_ref: str) -> str:
    return f"{run_id} {person_id} {session_ref}"

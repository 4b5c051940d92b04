"""The process-wide pieces: the hub everybody shares, and the worker, which says when the server stops."""

from __future__ import annotations

import asyncio
import threading
from functools import cache
from typing import Protocol

from opsconsole.live.hub import Hub


class Worker(Protocol):
    alive: bool


WORKER: Worker | None = None
"""Set once by gunicorn's `post_worker_init`; None where no server runs (commands, tests)."""


LOOP: asyncio.AbstractEventLoop | None = None
"""The server's, set once when it starts; None where no server runs."""


def use_loop(serving: asyncio.AbstractEventLoop) -> None:
    """Have what the process does in a loop done in the server's."""
    global LOOP  # noqa: PLW0603 - set once, when the server starts
    LOOP = serving


def loop() -> asyncio.AbstractEventLoop:
    """The loop in which connections live: the server's, or one of our own where no server runs."""
    return LOOP or _own_loop()


@cache
def _own_loop() -> asyncio.AbstractEventLoop:
    made = asyncio.new_event_loop()
    threading.Thread(target=made.run_forever, name="loop", daemon=True).start()
    return made


def is_stopping() -> bool:
    return WORKER is not None and not WORKER.alive


_redis: tuple[str, bool] | None = None


def share_through(redis_url: str, *, verify_tls: bool) -> None:
    """Have the hub, when it is made, share topics with the console's other processes through this Redis; "" for none."""
    global _redis  # noqa: PLW0603 - the process's one choice, made before its one hub
    _redis = (redis_url, verify_tls) if redis_url else None


@cache
def hub() -> Hub:
    if _redis is None:
        return Hub()
    from opsconsole.live.redis_broker import RedisBroker  # noqa: PLC0415 - only where it is used

    return Hub(broker=RedisBroker(_redis[0], verify_tls=_redis[1]))

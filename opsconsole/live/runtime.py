"""The process-wide pieces: the hub everybody shares, and the worker, which says when the server stops."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from opsconsole.live.hub import Hub


class Worker(Protocol):
    alive: bool


WORKER: Worker | None = None
"""Set once by gunicorn's `post_worker_init`; None where no server runs (commands, tests)."""


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

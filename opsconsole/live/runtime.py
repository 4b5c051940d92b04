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


@cache
def hub() -> Hub:
    return Hub()

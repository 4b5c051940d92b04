"""Lines on request, as many a second as wanted: numbered, so that whoever reads can tell what is missing."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .clock import Clock
    from .logbook import LogBook

TICK = 0.01
FILLER = "x" * 96


def start_flood(
    book: LogBook, *, clock: Clock, rate: float, seconds: float, dyno: str, first: int = 1
) -> threading.Thread:
    """Write `rate` lines a second for `seconds`, in a thread; `flood 000000001 …`, each with its own microsecond."""
    total = round(rate * seconds)

    def run() -> None:
        began, written = time.monotonic(), 0
        while written < total:
            due = min(total, int((time.monotonic() - began) * rate) + 1)
            if due > written:
                at = clock.seconds()
                count = due - written
                book.add(
                    _lines(at, first + written, count, dyno), count=count, at=at, source="app", dyno=dyno
                )
                written = due
            time.sleep(max(TICK, 1 / rate) if written < total else 0)

    thread = threading.Thread(target=run, name="flood", daemon=True)
    thread.start()
    return thread


def _lines(at: float, first: int, count: int, dyno: str) -> bytes:
    moment = datetime.fromtimestamp(at, UTC)
    second, micro = moment.strftime("%Y-%m-%dT%H:%M:%S"), max(0, moment.microsecond - count)
    return "".join(
        f"{second}.{min(999_999, micro + n):06d}+00:00 app[{dyno}]: flood {first + n:09d} {FILLER}\n"
        for n in range(count)
    ).encode()

"""Work beside a page, in a daemon thread of its own: a call that Heroku leaves hanging must not keep the process alive.

The interpreter joins an executor's threads at its end, however long their calls last; that is why none is used here.
The number of threads is bounded by what starts them: the call budget, one flight per app, one follower per change.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

Result = TypeVar("Result")


def run_aside(work: Callable[[], Result], *, name: str) -> Future[Result]:
    """Start `work` at once in a thread; the future has its result or its exception."""
    future: Future[Result] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:  # noqa: BLE001 -- handed to whoever waits, as an executor does
            future.set_exception(error)

    threading.Thread(target=run, name=name, daemon=True).start()
    return future

"""A call that many threads want at once and one of them makes."""

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class SharedCall(Generic[Answer]):
    """Whoever comes while the call is under way gets its answer; whoever comes later makes the next one."""

    def __init__(self) -> None:
        self._flight: Future[Answer] | None = None
        self._lock = threading.Lock()

    def make(self, call: Callable[[], Answer], *, patience: float) -> Answer | None:
        """Return the call's answer; None after `patience` seconds of waiting for somebody else's."""
        with self._lock:
            flight = self._flight
            if flight is None:
                mine = self._flight = Future()
        if flight is None:
            return self._fly(call, mine)
        try:
            return flight.result(timeout=patience)
        except TimeoutError:
            return None

    def _fly(self, call: Callable[[], Answer], flight: "Future[Answer]") -> Answer:
        try:
            answer = call()
        except BaseException as error:
            flight.set_exception(error)
            raise
        else:
            flight.set_result(answer)
            return answer
        finally:
            with self._lock:
                self._flight = None

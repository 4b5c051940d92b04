"""A pump: the thread that runs a source for one topic, and runs it again after a pause when it raises."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsconsole.live.topics import Topic

logger = logging.getLogger(__name__)

_PREDECESSOR_SECONDS = 10.0
"""How long a new pump lets the stopped one before it finish: a source runs once at a time."""


class StopSignal:
    """What a source asks between two turns. Its first `wait` after a death says that it works again."""

    def __init__(self, on_wait: Callable[[], None] = lambda: None) -> None:
        self._on_wait = on_wait
        self._awake = threading.Event()
        self._ended = threading.Event()

    @property
    def stopping(self) -> bool:
        return self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Pause up to `seconds`, less when woken. True when the source should return."""
        self._on_wait()
        if not self.stopping:
            self._awake.wait(seconds)
            self._awake.clear()
        return self.stopping

    def wait_for_end(self, seconds: float) -> bool:
        """Pause `seconds` whatever wakes come; True, at once, when the source should return."""
        return self._ended.wait(seconds)

    def wake(self) -> None:
        """End the present wait, or the next one when none is going on."""
        self._awake.set()

    def stop(self) -> None:
        self._ended.set()
        self._awake.set()


Source = Callable[["Topic", StopSignal], None]
"""Feeds a topic until the signal says stop. Returning earlier: nothing more to say. Raising: a death."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Seconds before a dead source runs again: doubling from `first` to `longest`, plus up to a quarter."""

    first: float = 1.0
    longest: float = 30.0

    def before(self, attempt: int) -> float:
        """`attempt` counts from 1."""
        base: float = min(self.longest, self.first * 2 ** min(attempt - 1, 20))
        return base * (1 + random.SystemRandom().random() / 4)


class Pump:
    """Runs in a daemon thread, so that a source stuck in a call never keeps the process from ending."""

    def __init__(self, topic: Topic, source: Source, *, pause: Pause, after: Pump | None = None) -> None:
        self.restarts = 0
        self.last_error: str | None = None
        self._topic = topic
        self._source = source
        self._pause = pause
        self._after = after
        self._deaths_in_a_row = 0
        self._signal = StopSignal(self._note_turn)
        self._thread = threading.Thread(target=self._run, name=f"pump {topic.name}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """False too while it waits to be started again."""
        return self._thread.is_alive() and not self._deaths_in_a_row

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def wake(self) -> None:
        self._signal.wake()

    def stop(self) -> None:
        self._signal.stop()

    def join(self, timeout: float) -> None:
        self._thread.join(timeout)

    def _run(self) -> None:
        if self._after is not None:
            self._after.join(_PREDECESSOR_SECONDS)
            self._after = None
        while not self._signal.stopping:
            try:
                self._source(self._topic, self._signal)
            except Exception as error:
                logger.exception("The pump of %s died", self._topic.name)
                self._note_death(error)
            else:
                return
            if self._signal.wait_for_end(self._pause.before(self._deaths_in_a_row)):
                return
            self.restarts += 1

    def _note_death(self, error: Exception) -> None:
        self.last_error = type(error).__name__
        self._deaths_in_a_row += 1
        self._topic.append({"kind": "pump_died"})

    def _note_turn(self) -> None:
        if self._deaths_in_a_row:
            self._topic.append({"kind": "pump_back"})
            self._deaths_in_a_row = 0

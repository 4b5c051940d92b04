"""What a console prints, kept as an asciicast for whoever has to know later; what is typed is never kept.

The loop adds, the follower writes: one connection to the database at a time, and none while the console waits.
"""

import json
import threading

from opsconsole.ops.console.models import Console, Recorded


class Recorder:
    """Bounded: what comes after `most` characters is not kept, and the recording says so."""

    def __init__(self, console: Console, *, most: int) -> None:
        self._console = console
        self._most = most
        self._lock = threading.Lock()
        self._waiting: list[str] = []
        self._size = 0
        self._number = 0
        self._is_cut = False

    def add(self, at: float, text: str) -> None:
        """Keep what was printed `at` seconds after the start."""
        with self._lock:
            if self._is_cut:
                return
            room = self._most - self._size
            if len(text) > room:
                text, self._is_cut = text[:room], True
            self._size += len(text)
            self._waiting.append(json.dumps([round(at, 3), "o", text], separators=(",", ":")))

    def write(self) -> None:
        """Write what has come since; raises DatabaseError where that cannot be, and nothing is lost by it."""
        with self._lock:
            lines, is_cut, size = list(self._waiting), self._is_cut, self._size
        if not lines and is_cut == self._console.is_cut:
            return
        if lines:
            Recorded.objects.create(
                console=self._console, number=self._number, events="\n".join(lines) + "\n"
            )
            self._number += 1
        Console.objects.filter(pk=self._console.pk).update(recorded_bytes=size, is_cut=is_cut)
        self._console.is_cut = is_cut
        with self._lock:
            del self._waiting[: len(lines)]

"""The stream that follows the present one, opened in its own thread: Heroku may take seconds, and the log is read meanwhile."""

from __future__ import annotations

from threading import Lock, Thread
from typing import TYPE_CHECKING

from opsconsole.heroku.errors import HerokuError

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsconsole.heroku.log_stream import LogStream


class Ahead:
    """One stream at most, opened by `open_stream`; a refusal is no reason to leave the present one."""

    def __init__(self, open_stream: Callable[[], LogStream]) -> None:
        self._open_stream = open_stream
        self._lock = Lock()
        self._stream: LogStream | None = None
        self._is_opening = False
        self._closed = False

    @property
    def is_ready(self) -> bool:
        return self._stream is not None

    def start(self) -> None:
        """Open it, unless it is open or being opened."""
        with self._lock:
            if self._closed or self._is_opening or self._stream is not None:
                return
            self._is_opening = True
        Thread(target=self._run, name="heroku-log-renewal", daemon=True).start()

    def take(self) -> LogStream | None:
        with self._lock:
            stream, self._stream = self._stream, None
        return stream

    def close(self) -> None:
        with self._lock:
            self._closed = True
        if (stream := self.take()) is not None:
            stream.close()

    def _run(self) -> None:
        stream = None
        try:
            stream = self._open_stream()
        except HerokuError:
            return
        finally:
            with self._lock:
                self._is_opening, self._stream = False, stream
                is_unwanted = self._closed
            if is_unwanted:
                self.close()

"""Following an app's log for as long as somebody wants: opened again before Heroku ends it, at a cut and after silence."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.errors import HerokuError
from opsconsole.heroku.log_ahead import Ahead
from opsconsole.heroku.log_events import Beat, Gap, HistoryEnd, Lines, Silence, Trouble
from opsconsole.heroku.log_hosts import LogHosts
from opsconsole.heroku.log_overlap import REMEMBERED, Overlap
from opsconsole.heroku.log_reading import LogReading
from opsconsole.heroku.log_sessions import MOST_LINES
from opsconsole.heroku.log_stream import LogStream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from opsconsole.heroku.log_events import LogEvent
    from opsconsole.heroku.log_lines import LogLine
    from opsconsole.heroku.log_sessions import LogSession

RENEW_SECONDS: Final = 840.0  # Heroku's own streams stop near fifteen minutes
SILENCE_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.25  # how long it may take to notice that nobody wants the log any more
QUIET_SECONDS: Final = 0.15  # without a line after which what Heroku had kept is told
FIRST_SECONDS: Final = 2.0
LONGEST_HISTORY: Final = 3.0
LONGEST_PAUSE: Final = 30.0
MOST_AT_ONCE: Final = 500
LIVED_SECONDS: Final = 1.0
REST_SECONDS: Final = 0.5
MOST_REST: Final = REMEMBERED // 2  # the next stream repeats it all, and it must still be known
DRY_SECONDS: Final = 0.02
OVERLAP_SECONDS: Final = 30.0  # during which a stream opened again may repeat what was told


class LogTail:
    """`open_session` is asked for a session that tells the last `lines` first; the caller chooses app, filters and client.

    Without `keeps_history` (Fir) it is asked with None, and each opening after a cut is a gap.
    """

    def __init__(
        self,
        open_session: Callable[[int | None], LogSession],
        *,
        lines: int = MOST_LINES,
        hosts: LogHosts = LogHosts(),  # noqa: B008 - frozen
        keeps_history: bool = True,
        renew_after: float = RENEW_SECONDS,
        silence: float = SILENCE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._open_session = open_session
        self._lines = lines if keeps_history else None
        self._again = MOST_LINES if keeps_history else None
        self._hosts = hosts
        self._renew_after = renew_after
        self._silence = silence
        self._clock = clock
        self._sleep = sleep
        self._overlap = Overlap()
        self._stream: LogStream | None = None
        self._ahead = Ahead(self._open)
        self._closed = False
        self._history_told = False

    def close(self) -> None:
        """End `follow` at once, from any thread."""
        self._closed = True
        self._ahead.close()
        if self._stream is not None:
            self._stream.close()

    def follow(self, stop: Callable[[], bool]) -> Iterator[LogEvent]:
        """What the log says, until `stop` says so; a HerokuError is told, never raised."""
        failures = 0
        while not self._is_over(stop):
            began, told = self._clock(), self._overlap.count
            try:
                yield from self._follow_one(stop)
                failures = 0
            except HerokuError as error:
                if self._is_over(stop):
                    break
                # A stream that lived is opened again at once; one that did not, ever later.
                has_lived = self._clock() - began > LIVED_SECONDS or self._overlap.count > told
                failures = 0 if has_lived else failures + 1
                pause = _pause_before(failures, error)
                yield Trouble(error, pause)
                self._wait(pause, stop)
        self.close()

    def _is_over(self, stop: Callable[[], bool]) -> bool:
        return self._closed or stop()

    def _wait(self, seconds: float, stop: Callable[[], bool]) -> None:
        until = self._clock() + seconds
        while (left := until - self._clock()) > 0 and not self._is_over(stop):
            self._sleep(min(left, LOOK_SECONDS))

    def _follow_one(self, stop: Callable[[], bool]) -> Iterator[LogEvent]:
        following = self._ahead.take()
        self._stream = stream = following or self._open()
        if self._closed:  # while it was being opened
            stream.close()
        reading = LogReading(stream)
        try:
            yield Beat()
            yield from self._tell_history(reading, stop, is_seamless=following is not None)
            yield from self._tell_what_comes(reading, stop)
        finally:
            stream.close()

    def _open(self) -> LogStream:
        lines = self._lines if self._overlap.is_empty else self._again
        return LogStream(self._open_session(lines), hosts=self._hosts)

    def _tell_history(
        self, reading: LogReading, stop: Callable[[], bool], *, is_seamless: bool
    ) -> Iterator[LogEvent]:
        """What Heroku had kept: the first time as it comes, later only what was not told yet, and the hole before it."""
        is_first = self._overlap.is_empty
        self._overlap.begin()
        if not (is_first or is_seamless or self._again):
            yield Gap("no_history")
        held: list[LogLine] = []  # until it is known whether something is missing before
        must_match = not is_first and self._again is not None
        asked, failure = self._lines if is_first else self._again, None
        try:
            for lines in self._read_history(reading, stop, asked=asked or 0, must_match=must_match):
                held += self._overlap.keep_new(lines, is_history=True)
                if not must_match or self._overlap.matched:
                    yield from _in_batches(held)
                    held.clear()
        except HerokuError as error:
            failure = error
        if self._is_over(stop):  # whoever leaves does not know what may be missing
            return
        # A stream that was cut before its first line says nothing of what may be missing: the next one will.
        if must_match and not self._overlap.matched and (held or failure is None):
            yield Gap("cut")
        yield from _in_batches(held)
        if failure is not None:
            raise failure
        if not self._history_told:
            self._history_told = True
            yield HistoryEnd(self._overlap.count)

    def _read_history(
        self, reading: LogReading, stop: Callable[[], bool], *, asked: int, must_match: bool
    ) -> Iterator[list[LogLine]]:
        """The first `asked` lines, or until it is quiet; what was told once is there, so that it must come."""
        now = self._clock()
        deadline, left = now + LONGEST_HISTORY, asked
        quiet_at = now + (FIRST_SECONDS if must_match else QUIET_SECONDS)
        while left > 0 and self._clock() < deadline and not self._is_over(stop):
            lines = reading.next(min(quiet_at - self._clock(), LOOK_SECONDS))
            if lines:
                reading.put_back(lines[left:])
                yield lines[:left]
                left -= len(lines)
                is_patient = must_match and not self._overlap.matched
                quiet_at = self._clock() + (FIRST_SECONDS if is_patient else QUIET_SECONDS)
            elif lines is None and self._clock() >= quiet_at:
                return

    def _tell(self, lines: list[LogLine]) -> Iterator[LogEvent]:
        return _in_batches(self._overlap.keep_new(lines))

    def _tell_what_comes(self, reading: LogReading, stop: Callable[[], bool]) -> Iterator[LogEvent]:
        opened = heard = self._clock()
        renew_at = opened + self._renew_after
        while not self._is_over(stop):
            lines = reading.next(LOOK_SECONDS)
            now = self._clock()
            if lines is None:
                if now - heard >= self._silence:
                    yield Silence(now - heard)
                    return
            else:
                heard = now
                yield from self._tell(lines) if lines else (Beat(),)
            if now - opened >= OVERLAP_SECONDS:
                self._overlap.end()
            if self._ahead.is_ready:
                yield from self._tell_the_rest(reading, stop)
                return
            if now >= renew_at:
                self._ahead.start()
                renew_at = now + LONGEST_PAUSE

    def _tell_the_rest(self, reading: LogReading, stop: Callable[[], bool]) -> Iterator[LogEvent]:
        """What the stream that is left still holds; the next one tells the rest of a busy log."""
        until, most = self._clock() + REST_SECONDS, self._overlap.count + MOST_REST
        try:
            while self._clock() < until and self._overlap.count < most and not self._is_over(stop):
                if (lines := reading.next(DRY_SECONDS)) is None:
                    return
                yield from self._tell(lines)
        except HerokuError:
            return


def _in_batches(lines: Sequence[LogLine]) -> Iterator[LogEvent]:
    for start in range(0, len(lines), MOST_AT_ONCE):
        yield Lines(tuple(lines[start : start + MOST_AT_ONCE]))


def _pause_before(failures: int, error: HerokuError) -> float:
    if not failures:
        return 0.0
    longest = min(LONGEST_PAUSE, 2.0 ** (failures - 1))
    asked = error.retry_after or 0.0
    return max(asked, longest * random.SystemRandom().uniform(0.5, 1.0))

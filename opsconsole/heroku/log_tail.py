"""Following an app's log for as long as somebody wants: opened again before Heroku ends it, at a cut and after silence."""

from __future__ import annotations

import random
import time
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.errors import ConnectionCutError, HerokuError
from opsconsole.heroku.log_events import Beat, Gap, HistoryEnd, Lines, Silence, Trouble
from opsconsole.heroku.log_hosts import CALL, LogHosts
from opsconsole.heroku.log_overlap import Overlap
from opsconsole.heroku.log_sessions import MOST_LINES
from opsconsole.heroku.log_stream import LogStream
from opsconsole.heroku.log_text import EventText, PlainText

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
        self._following: LogStream | None = None  # opened before the present one is left
        self._closed = False
        self._history_told = False

    def close(self) -> None:
        """End `follow` at once, from any thread."""
        self._closed = True
        for stream in (self._stream, self._following):
            if stream is not None:
                stream.close()

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
        is_seamless = self._following is not None
        stream = self._following or self._open()
        self._stream, self._following = stream, None
        if self._closed:  # while it was being opened
            stream.close()
        try:
            yield Beat()
            text = EventText() if stream.is_sse else PlainText()
            yield from self._tell_history(stream, text, stop, is_seamless=is_seamless)
            yield from self._tell_what_comes(stream, text, stop)
        finally:
            stream.close()

    def _open(self) -> LogStream:
        lines = self._lines if self._overlap.is_empty else self._again
        return LogStream(self._open_session(lines), hosts=self._hosts)

    def _tell_history(
        self, stream: LogStream, text: PlainText | EventText, stop: Callable[[], bool], *, is_seamless: bool
    ) -> Iterator[LogEvent]:
        """What Heroku had kept: the first time as it comes, later only what was not told yet, and the hole before it."""
        is_first = self._overlap.is_empty
        asked = self._lines if is_first else self._again
        self._overlap.begin()
        if not (is_first or is_seamless or self._again):
            yield Gap("no_history")
        held: list[LogLine] = []  # until it is known whether something is missing before
        must_match = not is_first and self._again is not None
        count, failure = 0, None
        try:
            for lines in self._read_history(
                stream, text, stop, asked=asked, patience=FIRST_SECONDS if must_match else QUIET_SECONDS
            ):
                count += len(lines)
                held += self._overlap.keep_new(lines)
                if not must_match or self._overlap.matched:
                    yield from _in_batches(held)
                    held.clear()
        except HerokuError as error:
            failure = error
        # A stream that was cut before its first line says nothing of what may be missing: the next one will.
        if must_match and not self._overlap.matched and (held or failure is None):
            yield Gap("cut")
        yield from _in_batches(held)
        if failure is not None:
            raise failure
        if not self._history_told:
            self._history_told = True
            yield HistoryEnd(count)

    def _read_history(
        self,
        stream: LogStream,
        text: PlainText | EventText,
        stop: Callable[[], bool],
        *,
        asked: int | None,
        patience: float,
    ) -> Iterator[list[LogLine]]:
        """`patience` is for the first of it: what was told once is there, so that it must come."""
        deadline, left = self._clock() + LONGEST_HISTORY, asked or 0
        while left > 0 and self._clock() < deadline and not self._is_over(stop):
            piece = _next(stream, patience)
            patience = QUIET_SECONDS
            lines = text.feed(piece) if piece else []
            if piece is None or not piece.strip(b"\0"):  # nothing more for a moment, or a heartbeat
                return
            left -= len(lines)
            yield lines

    def _tell(self, lines: list[LogLine]) -> Iterator[LogEvent]:
        return _in_batches(self._overlap.keep_new(lines))

    def _tell_what_comes(
        self, stream: LogStream, text: PlainText | EventText, stop: Callable[[], bool]
    ) -> Iterator[LogEvent]:
        opened = heard = self._clock()
        renew_at = opened + self._renew_after
        while not self._is_over(stop):
            piece = _next(stream, LOOK_SECONDS)
            now = self._clock()
            if piece is None:
                if now - heard >= self._silence:
                    yield Silence(now - heard)
                    return
            else:
                heard = now
                lines = text.feed(piece)
                yield from self._tell(lines) if lines else (Beat(),)
            if now - opened >= OVERLAP_SECONDS:
                self._overlap.end()
            if now >= renew_at:
                if self._open_following():
                    yield from self._tell_the_rest(stream, text, stop)
                    return
                renew_at = now + LONGEST_PAUSE

    def _open_following(self) -> bool:
        """Open the next stream while this one still tells; a refusal is no reason to leave it."""
        try:
            self._following = self._open()
        except HerokuError:
            return False
        return True

    def _tell_the_rest(
        self, stream: LogStream, text: PlainText | EventText, stop: Callable[[], bool]
    ) -> Iterator[LogEvent]:
        """What the stream that is left still holds; the next one tells the rest of a busy log."""
        until = self._clock() + REST_SECONDS
        try:
            while self._clock() < until and not self._is_over(stop) and (piece := _next(stream, DRY_SECONDS)):
                yield from self._tell(text.feed(piece))
        except HerokuError:
            return


def read_history(
    session: LogSession,
    *,
    hosts: LogHosts = LogHosts(),  # noqa: B008 - frozen
    seconds: float,
) -> tuple[LogLine, ...]:
    """The lines of a session that does not tail, as far as they came in `seconds`. Raises HerokuError."""
    stream = LogStream(session, hosts=hosts)
    text = EventText() if stream.is_sse else PlainText()
    until = time.monotonic() + seconds
    lines: list[LogLine] = []
    try:
        while (left := until - time.monotonic()) > 0:
            lines += text.feed(stream.read(left) or b"")
    except EOFError:
        lines += text.end()
    finally:
        stream.close()
    return tuple(lines)


def _next(stream: LogStream, seconds: float) -> bytes | None:
    try:
        return stream.read(seconds)
    except EOFError:
        raise ConnectionCutError("Heroku has ended the log's stream.", call=CALL) from None


def _in_batches(lines: list[LogLine]) -> Iterator[LogEvent]:
    for start in range(0, len(lines), MOST_AT_ONCE):
        yield Lines(tuple(lines[start : start + MOST_AT_ONCE]))


def _pause_before(failures: int, error: HerokuError) -> float:
    if not failures:
        return 0.0
    longest = min(LONGEST_PAUSE, 2.0 ** (failures - 1))
    asked = error.retry_after or 0.0
    return max(asked, longest * random.SystemRandom().uniform(0.5, 1.0))

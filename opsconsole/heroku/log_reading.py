"""Reading a log stream line by line: one that goes on, and one that ends after what Heroku has kept."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.errors import ConnectionCutError
from opsconsole.heroku.log_hosts import CALL, LogHosts
from opsconsole.heroku.log_sessions import MOST_LINES
from opsconsole.heroku.log_stream import LogStream
from opsconsole.heroku.log_text import EventText, PlainText

if TYPE_CHECKING:
    from opsconsole.heroku.log_lines import LogLine
    from opsconsole.heroku.log_sessions import LogSession


class LogReading:
    """The lines of a stream that is not meant to end."""

    def __init__(self, stream: LogStream) -> None:
        self._stream = stream
        self._text = _text_of(stream)
        self._ahead: list[LogLine] = []

    def next(self, seconds: float) -> list[LogLine] | None:
        """None when nothing came in time, no line when what came ends none. Raises ConnectionCutError, at an end too."""
        if self._ahead:
            lines, self._ahead = self._ahead, []
            return lines
        try:
            piece = self._stream.read(seconds)
        except EOFError:
            raise ConnectionCutError("Heroku has ended the log's stream.", call=CALL) from None
        return None if piece is None else self._text.feed(piece)

    def put_back(self, lines: list[LogLine]) -> None:
        """What `next` is to tell again."""
        self._ahead = lines


@dataclass(frozen=True, slots=True)
class LogHistory:
    """`is_whole` unless time or room ended before the log did."""

    lines: tuple[LogLine, ...]
    is_whole: bool


def read_history(
    session: LogSession,
    *,
    hosts: LogHosts = LogHosts(),  # noqa: B008 - frozen
    seconds: float,
    most: int = MOST_LINES,
) -> LogHistory:
    """At most the first `most` lines of a session that does not tail, as far as they came in `seconds`. Raises HerokuError."""
    until = time.monotonic() + seconds
    stream = LogStream(session, hosts=hosts)
    text = _text_of(stream)
    lines: list[LogLine] = []
    has_ended = False
    try:
        while (left := until - time.monotonic()) > 0 and len(lines) <= most:
            lines += text.feed(stream.read(left) or b"")
    except EOFError:
        lines += text.end()
        has_ended = True
    finally:
        stream.close()
    return LogHistory(tuple(lines[:most]), is_whole=has_ended and len(lines) <= most)


def _text_of(stream: LogStream) -> PlainText | EventText:
    return EventText() if stream.is_sse else PlainText()

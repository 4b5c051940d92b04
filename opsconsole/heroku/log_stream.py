"""One open log stream: HTTP/1.1 over a socket whose waits can be cut short, so that whoever follows it can leave.

`http.client` cannot go on after a read that timed out, and a log may be silent for hours: that is why the framing is read here.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import socket
import time
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.errors import (
    ConnectionCutError,
    HerokuError,
    MalformedAnswerError,
    RedirectRefusedError,
)
from opsconsole.heroku.log_hosts import CALL, LogHosts
from opsconsole.heroku.losses import name_loss
from opsconsole.heroku.refusals import read_refusal

if TYPE_CHECKING:
    from opsconsole.heroku.log_sessions import LogSession

CONNECT_SECONDS: Final = 5.0
HEAD_SECONDS: Final = 10.0
_PIECE: Final = 262_144
_LONGEST_HEAD: Final = 65_536
_LONGEST_SIZE: Final = 1024  # of the line that tells how long a chunk is
_SIZE: Final = re.compile(rb"[0-9a-fA-F]{1,16}")
_OK: Final = 200


class LogStream:
    """Opened by its constructor, which raises HerokuError. `is_sse` says which of the two readings Heroku chose."""

    def __init__(self, session: LogSession, *, hosts: LogHosts, user_agent: str = "opsconsole") -> None:
        place = hosts.check(session.url)
        self._socket = hosts.connect(place, seconds=CONNECT_SECONDS)
        try:
            head = (
                f"GET {place.target} HTTP/1.1\r\nHost: {place.host}\r\nUser-Agent: {user_agent}\r\n"
                "Accept: text/plain, text/event-stream;q=0.5\r\nAccept-Encoding: identity\r\nConnection: close\r\n\r\n"
            )
            self._socket.sendall(head.encode("ascii"))
            self._rest = b""
            self._read_head()
        except OSError as error:
            self._socket.close()
            raise name_loss(error, call=CALL, request_id="") from None
        except HerokuError:
            self._socket.close()
            raise

    def read(self, seconds: float) -> bytes | None:
        """What came, at once when something is there; None when nothing came in time. Raises ConnectionCutError at a cut.

        EOFError: the stream ended in order.
        """
        if self._rest:
            piece, self._rest = self._rest, b""
            return self._unframe(piece)
        self._note_told_end()
        try:
            self._socket.settimeout(max(seconds, 0.0001))
            piece = self._socket.recv(_PIECE)
        except TimeoutError:
            return None
        except OSError as error:
            raise name_loss(error, call=CALL, request_id="") from None
        if not piece:
            self._end_of_connection()
        return self._unframe(piece)

    def close(self) -> None:
        """End a read that waits in another thread, too."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _read_head(self) -> None:
        received, deadline = b"", time.monotonic() + HEAD_SECONDS
        while b"\r\n\r\n" not in received:
            self._socket.settimeout(max(deadline - time.monotonic(), 0.001))
            piece = self._socket.recv(_PIECE)
            if not piece or len(received) > _LONGEST_HEAD:
                raise ConnectionCutError("The log's connection was cut before it began.", call=CALL)
            received += piece
        head, _, self._rest = received.partition(b"\r\n\r\n")
        status_line, _, fields = head.partition(b"\r\n")
        words = status_line.split(None, 2)
        if len(words) < 2 or not words[1].isdigit():  # noqa: PLR2004
            raise MalformedAnswerError("What came back is not a log.", call=CALL)
        headers = http.client.parse_headers(io.BytesIO(fields + b"\r\n\r\n"))
        self._check_status(int(words[1]), headers)
        self.is_sse = "text/event-stream" in (headers.get("Content-Type") or "").lower()
        self._chunks = _Chunks() if "chunked" in (headers.get("Transfer-Encoding") or "").lower() else None
        length = headers.get("Content-Length") or ""
        self._left = int(length) if length.isdecimal() else None
        if (headers.get("Content-Encoding") or "identity").lower() != "identity":  # none was accepted
            raise MalformedAnswerError("The log's encoding cannot be read.", call=CALL)

    def _check_status(self, status: int, headers: http.client.HTTPMessage) -> None:
        if status == _OK:
            return
        if 300 <= status < 400:  # noqa: PLR2004
            raise RedirectRefusedError(
                "The log's address redirects; no redirect is followed.", call=CALL, status=status
            )
        # The body may quote the address: it is not shown.
        raise read_refusal(
            b"",
            status=max(status, 400),
            call=CALL,
            request_id="",
            retry_after=headers.get("Retry-After"),
            mask=str,
        )

    def _unframe(self, piece: bytes) -> bytes:
        if self._chunks is not None:
            piece = self._chunks.feed(piece)
        elif self._left is not None:
            piece = piece[: self._left]
            self._left -= len(piece)
        if not piece:
            self._note_told_end()
        return piece

    def _note_told_end(self) -> None:
        """An end that was told is one, without waiting for the connection to close."""
        if (self._chunks is not None and self._chunks.ended) or self._left == 0:
            raise EOFError

    def _end_of_connection(self) -> None:
        if self._chunks is None and not self._left:
            raise EOFError
        if self._chunks is not None and self._chunks.ended:
            raise EOFError
        raise ConnectionCutError("The log's connection was cut.", call=CALL)


class _Chunks:
    """The chunked transfer coding (RFC 9112, section 7.1), fed with pieces cut anywhere."""

    def __init__(self) -> None:
        self.ended = False
        self._left = 0  # of the present chunk, its final CRLF not counted
        self._line = b""

    def feed(self, piece: bytes) -> bytes:
        if self._left >= len(piece) and not self._line:
            self._left -= len(piece)
            return piece
        found: list[bytes] = []
        at = 0
        while at < len(piece) and not self.ended:
            if self._left:
                taken = piece[at : at + self._left]
                found.append(taken)
                at += len(taken)
                self._left -= len(taken)
                continue
            end = piece.find(b"\n", at)
            self._line += piece[at : end + 1] if end >= 0 else piece[at:]
            at = end + 1 if end >= 0 else len(piece)
            if len(self._line) > _LONGEST_SIZE:
                raise MalformedAnswerError("The log's framing cannot be read.", call=CALL)
            if end >= 0:
                self._read_size()
        return b"".join(found)

    def _read_size(self) -> None:
        line, self._line = self._line.strip(), b""
        if not line:  # the CRLF that ends the chunk before
            return
        digits = line.partition(b";")[0].strip()
        if not _SIZE.fullmatch(digits):  # int() also takes a sign, and such a chunk would never be read
            raise MalformedAnswerError("The log's framing cannot be read.", call=CALL)
        self._left = int(digits, 16)
        self.ended = self._left == 0

"""A crowd in front of one event stream: asyncio readers that count and date what reaches their sockets."""

import asyncio
import re
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

_STAMP = b'datetime=\\"'
_MISSED = re.compile(rb'"kind":"gap"[^}]*"missed":(\d+|null)')
_PIECE = 262_144


@dataclass
class Viewer:
    """What one reader saw; moments are seconds of the monotonic clock, delays milliseconds."""

    opened_after: float | None = None
    delays: list[float] = field(default_factory=list)
    marks: int = 0
    missed: int = 0
    bytes: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    lost: bool = False


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One stream to open: where, as whom, of which topics, and the text to count in what comes."""

    port: int
    cookie: str = ""
    topics: tuple[str, ...]
    cursors: Mapping[str, str] = field(default_factory=dict)
    mark: bytes = b""

    @property
    def head(self) -> bytes:
        query = "&".join(f"topic={quote(name)}" for name in self.topics)
        places = ",".join(f"{name}={cursor}" for name, cursor in self.cursors.items())
        if places:
            query += f"&after={quote(places)}"
        cookie = f"Cookie: {self.cookie}\r\n" if self.cookie else ""
        return f"GET /stream/?{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n{cookie}\r\n".encode()


async def follow(watch: Watch, viewer: Viewer, *, stalled: bool = False) -> None:
    """Read until cancelled; a stalled reader opens the stream, and takes nothing from its socket any more."""
    began = time.monotonic()
    reader, writer = await asyncio.open_connection("127.0.0.1", watch.port, limit=2 * _PIECE)
    try:
        writer.write(watch.head)
        head = await reader.readuntil(b"\r\n\r\n")
        if not head.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(head[:200])
        viewer.opened_after = time.monotonic() - began
        if stalled:
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.Event().wait()
        await _read(reader, viewer, mark=watch.mark)
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


async def _read(reader: asyncio.StreamReader, viewer: Viewer, *, mark: bytes) -> None:
    rest = b""
    while piece := await reader.read(_PIECE):
        viewer.bytes += len(piece)
        found = rest + piece
        count = found.count(mark) if mark else 0
        if count:
            viewer.marks += count
            viewer.last_at = time.monotonic()
            viewer.first_at = viewer.first_at or viewer.last_at
        _note_delay(found, viewer)
        if b'"gap"' in found:
            viewer.missed += sum(int(each) for each in _MISSED.findall(found) if each != b"null")
        # A mark that two pieces share is counted once it is whole, and only then.
        last = found.rfind(mark) + len(mark) if count else 0
        rest = found[max(last, len(found) - len(mark) + 1) :] if mark else b""
    viewer.lost = True


def _note_delay(piece: bytes, viewer: Viewer) -> None:
    """How old the oldest line of a piece is when it reaches the socket."""
    at = piece.find(_STAMP)
    stamp = piece[at + len(_STAMP) :].partition(b'\\"')[0] if at >= 0 else b""
    with suppress(ValueError):
        viewer.delays.append((time.time() - datetime.fromisoformat(stamp.decode()).timestamp()) * 1000)

"""Answers kept in memory with their ETag: what did not change is not sent again (RFC 9110, 13.1.2)."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Final

MAX_BYTES: Final = 8_000_000
MAX_ENTRY_BYTES: Final = 1_000_000

Key = tuple[str, str, str | None]


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as it came; `status` and `next_range` tell whether a list went on after it."""

    etag: str
    status: int
    body: bytes
    next_range: str | None


class EtagCache:
    """The answers of one client, least recently used forgotten first; keys are (Accept, path, Range)."""

    def __init__(self, *, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def find(self, key: Key) -> Kept | None:
        with self._lock:
            kept = self._kept.get(key)
            if kept is not None:
                self._kept.move_to_end(key)
            return kept

    def keep(self, key: Key, kept: Kept) -> None:
        with self._lock:
            self._forget(key)
            if len(kept.body) > min(MAX_ENTRY_BYTES, self._max_bytes):
                return
            self._kept[key] = kept
            self._bytes += len(kept.body)
            while self._bytes > self._max_bytes:
                self._forget(next(iter(self._kept)))

    def _forget(self, key: Key) -> None:
        old = self._kept.pop(key, None)
        if old is not None:
            self._bytes -= len(old.body)

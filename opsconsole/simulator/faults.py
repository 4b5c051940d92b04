"""Faults on request: which requests go wrong, how, and how many times.

A fault is `{"mode": …, "match": {"method": "PATCH", "path": "/formation$"}, "times": 1, "params": {…}}`.
Without `match` it takes every request, without `times` for ever; the oldest one that matches is the one
that strikes. The path is searched with the regular expression, query included. "Works" means that the
request has its effect.

- `latency`: waits `seconds` (2), works, answers; it works even when the client has left meanwhile.
- `slow_drip`: works, then the body comes `chunk` bytes (1) every `interval` seconds (0.2); with `head` the
  head too.
- `reset_before`, `reset_after`: the connection is reset before, or after, it works.
- `lost`: works, then no answer until the client gives up.
- `blackhole`: does not work, no answer until the client gives up.
- `truncated_json`: works, half the JSON comes; with `cut` the connection breaks there, short of the length
  announced.
- `html`: a page of HTML with `status` (200) instead of JSON.
- `huge`: works, the answer is JSON of `bytes` (64 MiB), in chunks; with `gzip` that is the length after
  unpacking.
- `wrong_types`: works, every value of the answer has another type; or the whole answer is of the `shape`
  "list", "object", "null" or "string".
- `redirect`: `status` (307) to `location` (`/stolen` under another name of this host, which records who
  comes).
- `429`, `500`, `503`, `401`, `two_factor`: the refusal of that name.
- `error`: any refusal, by `status` (409), `id` (conflict) and `message`.
- `warning`: works, and the answer carries the warning header `text`.

`html`, `redirect` and the refusals do not work unless `done` is true; refusals carry `retry_after` as
Retry-After.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Mapping

MODES = frozenset(
    {
        *("latency", "slow_drip", "reset_before", "reset_after", "lost", "blackhole"),
        *("truncated_json", "html", "huge", "wrong_types", "redirect", "warning"),
        *("429", "500", "503", "401", "two_factor", "error"),
    }
)


class FaultError(ValueError):
    """A fault that cannot be set as it was described."""


@dataclass
class Fault:
    """`times` is how often it will still strike, None for ever."""

    mode: str
    method: str | None = None
    path: str = ""
    times: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    struck: int = 0
    id: str = field(default_factory=lambda: str(uuid4()))

    def matches(self, method: str, target: str) -> bool:
        return self.method in (None, method) and re.search(self.path, target) is not None

    def number(self, name: str, default: float) -> float:
        value = self.params.get(name, default)
        return float(value) if isinstance(value, int | float) else default

    def text(self, name: str, default: str) -> str:
        return str(self.params.get(name, default))

    def flag(self, name: str) -> bool:
        return bool(self.params.get(name, False))


class Faults:
    """The faults that are set, safe to change while requests come in."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def add(
        self,
        mode: str,
        *,
        method: str | None = None,
        path: str = "",
        times: int | None = None,
        **params: object,
    ) -> Fault:
        """Raises FaultError for an unknown mode or a path that is not a regular expression."""
        if mode not in MODES:
            raise FaultError(f"unknown mode {mode!r}: one of {', '.join(sorted(MODES))}")
        try:
            re.compile(path)
        except re.error as error:
            raise FaultError(f"path is not a regular expression: {error}") from error
        fault = Fault(mode, method, path, times, params)
        with self._lock:
            self._faults.append(fault)
        return fault

    def list(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def remove(self, fault_id: str) -> bool:
        with self._lock:
            kept = [fault for fault in self._faults if fault.id != fault_id]
            found = len(kept) < len(self._faults)
            self._faults = kept
            return found

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()

    def strike(self, method: str, target: str) -> Fault | None:
        """The fault that takes this request, counted; one that has struck its times is gone."""
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, target):
                    continue
                fault.struck += 1
                if fault.times is not None and fault.struck >= fault.times:
                    self._faults.remove(fault)
                return fault
        return None

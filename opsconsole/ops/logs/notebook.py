"""Notes the lines of one app as they come: gives each its id, and joins those that belong together into groups.

Three kinds of groups: the lines of a traceback, a text that one dyno repeats, and the routine of a minute (pages served
normally, measurements). A group stands where its first line does. And a budget: what is too much for eyes is marked.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from time import monotonic

from opsconsole import heroku
from opsconsole.ops.logs.records import Group, GroupKind, Record, line_id

TRACEBACK = "Traceback (most recent call last):"
LONGEST_TRACEBACK = 200
CHAINED = (
    "During handling of the above exception, another exception occurred:",
    "The above exception was the direct cause of the following exception:",
)
ROUTINE_SERVICE = 1000  # milliseconds; a page that takes longer is looked at
BURST, PER_SECOND = 1000.0, 300.0
ERROR_BURST, ERRORS_PER_SECOND = 300.0, 100.0

_ORDINARY_PAGE = re.compile(r"\bservice=(\d{1,3})ms status=([23]\d\d)\b", re.ASCII)
_SERIOUS = re.compile(r"error|Traceback|code=|CRITICAL|FATAL|status=5", re.IGNORECASE)
_REMEMBERED_IDS = 4000


@dataclass(slots=True)
class _Open:
    """A group that may still grow."""

    id: str
    kind: GroupKind
    lines: int
    first_at: str
    last_at: str
    head: str
    pages: int = 0
    milliseconds: int = 0
    is_ending: bool = False

    def close(self) -> Group:
        return Group(
            self.kind, self.lines, self.first_at, self.last_at, self.head, self.pages, self.milliseconds
        )


@dataclass(frozen=True, slots=True)
class Page:
    """What one batch of lines became: records, the groups they added to, and the ids too many to be shown live."""

    records: tuple[Record, ...]
    groups: dict[str, Group]
    skipped: tuple[str, ...]


@dataclass(slots=True)
class _Bucket:
    """A burst, then so many a second; seconds of a monotonic clock."""

    burst: float
    rate: float
    level: float = 0.0
    at: float = 0.0

    def take(self, now: float) -> bool:
        if now > self.at:
            self.level = max(0.0, self.level - (now - self.at) * self.rate)
            self.at = now
        if self.level + 1 > self.burst:
            return False
        self.level += 1
        return True


@dataclass(slots=True)
class Notebook:
    """One per topic; not thread-safe, as the pump that holds it is one thread."""

    clock: Callable[[], float] = monotonic
    key: bytes = b""  # of the ids: see `line_id`
    _tracebacks: dict[str, _Open] = field(default_factory=dict)  # by dyno
    _routines: dict[str, _Open] = field(default_factory=dict)  # by minute
    _last: dict[str, tuple[str, str]] = field(
        default_factory=dict
    )  # by dyno: the last text, and its line's id
    _repeats: dict[str, _Open] = field(default_factory=dict)  # by dyno
    _ids: Counter[str] = field(default_factory=Counter)
    _shown: _Bucket = field(default_factory=lambda: _Bucket(BURST, PER_SECOND))
    _errors: _Bucket = field(default_factory=lambda: _Bucket(ERROR_BURST, ERRORS_PER_SECOND))

    def note(self, lines: Iterable[heroku.LogLine], *, is_live: bool = True) -> Page:
        """Return what the lines became; history is never too much."""
        records: list[Record] = []
        touched: dict[str, _Open] = {}
        skipped: list[str] = []
        now = self.clock()
        for line in lines:
            identity = self._name(line)
            if is_live and not self._shown.take(now):
                serious = _SERIOUS.search(line.text) is not None
                if not serious or not self._errors.take(now):
                    skipped.append(identity)
            group = self._group_of(line, identity)
            if group is not None:
                touched[group.id] = group
            records.append(Record(identity, *line, group.id if group else ""))
        return Page(tuple(records), {name: group.close() for name, group in touched.items()}, tuple(skipped))

    def _name(self, line: heroku.LogLine) -> str:
        identity = line_id(*line, key=self.key)
        occurrence = self._ids[identity]
        self._ids[identity] = occurrence + 1
        if len(self._ids) > 2 * _REMEMBERED_IDS:
            # Counters keep their order: the older half can no longer come again.
            for old in list(self._ids)[:_REMEMBERED_IDS]:
                del self._ids[old]
        return f"{identity}-{occurrence}" if occurrence else identity

    def _group_of(self, line: heroku.LogLine, identity: str) -> _Open | None:
        if line.source == "heroku":
            return self._routine(line, identity)
        return self._traceback(line, identity) or self._repeat(line, identity)

    # ── the routine of a minute ──
    def _routine(self, line: heroku.LogLine, identity: str) -> _Open | None:
        milliseconds, is_page = 0, line.dyno == "router"
        if is_page:
            match = _ORDINARY_PAGE.search(line.text) if line.text.startswith("at=info") else None
            if match is None:
                return None
            milliseconds = int(match[1])
        elif "sample#" not in line.text:
            return None
        minute = line.at[:16]
        group = self._routines.get(minute)
        if group is None:
            self._routines = dict(list(self._routines.items())[-3:])
            group = self._routines[minute] = _begin("routine", line, identity)
        _grow(group, line)
        group.pages += is_page
        group.milliseconds += milliseconds
        return group

    # ── tracebacks ──
    def _traceback(self, line: heroku.LogLine, identity: str) -> _Open | None:
        group = self._tracebacks.get(line.dyno)
        text = line.text
        if group is None:
            if not text.startswith(TRACEBACK):
                return None
            group = self._tracebacks[line.dyno] = _begin("traceback", line, identity)
        elif group.is_ending and not (text.startswith(TRACEBACK) or text in CHAINED or not text.strip()):
            del self._tracebacks[line.dyno]
            return None
        _grow(group, line)
        if text.startswith(TRACEBACK) or text in CHAINED:
            group.is_ending = False
        elif text and not text[0].isspace() and not group.is_ending:
            group.head, group.is_ending = text, True
        if group.lines >= LONGEST_TRACEBACK:
            del self._tracebacks[line.dyno]
        return group

    # ── repeats ──
    def _repeat(self, line: heroku.LogLine, identity: str) -> _Open | None:
        before = self._last.get(line.dyno)
        self._last[line.dyno] = (line.text, identity)
        if before is None or before[0] != line.text or not line.text.strip():
            self._repeats.pop(line.dyno, None)
            return None
        group = self._repeats.get(line.dyno)
        if group is None:
            # Its first line is told already, and stands alone: the group is what comes after it.
            group = self._repeats[line.dyno] = _begin("repeat", line, identity)
        _grow(group, line)
        return group


def _begin(kind: GroupKind, line: heroku.LogLine, identity: str) -> _Open:
    return _Open(f"g{identity.removeprefix('l')}", kind, 0, line.at, line.at, line.text[:500])


def _grow(group: _Open, line: heroku.LogLine) -> None:
    group.lines += 1
    group.last_at = line.at

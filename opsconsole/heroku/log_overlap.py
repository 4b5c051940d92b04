"""What was told already, so that a stream that is opened again tells each line once: with counts, since equal lines exist."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.log_sessions import MOST_LINES

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opsconsole.heroku.log_lines import LogLine

_REMEMBERED: Final = 2 * MOST_LINES


class Overlap:
    """`begin` at each re-opening: what the new stream repeats of what was told is then left out, line by line."""

    def __init__(self) -> None:
        self._told: deque[LogLine] = deque(maxlen=_REMEMBERED)
        self._expected: Counter[LogLine] = Counter()
        self.matched = 0
        self.count = 0
        """How many lines were told so far."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was told yet."""
        return not self._told

    def begin(self) -> None:
        self._expected = Counter(self._told)
        self.matched = 0

    def end(self) -> None:
        """The new stream is past what the one before told."""
        self._expected.clear()

    def keep_new(self, lines: Iterable[LogLine]) -> list[LogLine]:
        """The lines that were not told yet, in their order; they count as told from now on."""
        new = [line for line in lines if not self._is_repeated(line)] if self._expected else list(lines)
        self._told.extend(new)
        self.count += len(new)
        return new

    def _is_repeated(self, line: LogLine) -> bool:
        left = self._expected.get(line, 0)
        if left <= 0:
            return False
        self._expected[line] = left - 1
        self.matched += 1
        return True

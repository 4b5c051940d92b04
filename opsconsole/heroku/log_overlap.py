"""What was told already, so that a stream that is opened again tells each line once: with counts, since equal lines exist."""

from __future__ import annotations

from collections import Counter, deque
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from opsconsole.heroku.log_lines import LogLine

REMEMBERED: Final = 20_000  # a second of the busiest log; hashes, so that long lines take no more room


class Overlap:
    """`begin` at each re-opening: what the new stream repeats of what was told is then left out, line by line."""

    def __init__(self) -> None:
        self._told: deque[int] = deque(maxlen=REMEMBERED)
        self._expected: Counter[int] = Counter()
        self._oldest = ""
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

    def keep_new(self, lines: Sequence[LogLine], *, is_history: bool = False) -> Sequence[LogLine]:
        """The lines that were not told yet, in their order; they count as told from now on.

        A history also holds what is older than all that was told, when fewer lines were asked for at first.
        """
        if self._expected:
            lines = [line for line in lines if not self._is_known(line, is_history=is_history)]
        if self.is_empty:
            self._oldest = min((line.at for line in lines if line.at), default="")
        self._told.extend(map(hash, lines))
        self.count += len(lines)
        return lines

    def _is_known(self, line: LogLine, *, is_history: bool) -> bool:
        mark = hash(line)
        if (left := self._expected.get(mark, 0)) > 0:
            self._expected[mark] = left - 1
            self.matched += 1
            return True
        if not is_history or not line.at:
            return False
        # Of several lines of one moment, those before the first one told were not asked for.
        return line.at < self._oldest or (line.at == self._oldest and not self.matched)

"""What a run printed, kept up to a size: its beginning and its end; how much of the middle was left out is counted.

Lines are kept as they were printed. They are masked and made harmless where they are shown.
"""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from opsconsole.ops.oneoffs.listener import Line
from opsconsole.ops.oneoffs.models import Piece, Run

HEAD_BYTES: Final = 200_000
TAIL_BYTES: Final = 400_000
PIECE_BYTES: Final = 64_000
REMEMBERED: Final = 3000  # lines; Heroku's history repeats at most 1,500


def size_of(line: Line) -> int:
    return len((line[1] or "").encode()) + 1


class Spool:
    """Takes lines as they come, and writes them down when asked; one follower at a time holds it."""

    def __init__(self, run: Run) -> None:
        self._run_id = run.id
        self._lines, self._bytes, self._left_out = run.lines, run.bytes, run.left_out
        kept = run.pieces.values_list("number", "count", "bytes").order_by("number")
        self._number = 0
        self._head = 0
        self._tail: deque[tuple[int, int, int]] = (
            deque()
        )  # (number, count, bytes) of the pieces behind the head
        for number, count, size in kept:
            self._note(number, count, size)
        self._pending: deque[Line] = deque()
        self._pending_bytes = 0

    @property
    def is_empty(self) -> bool:
        return not self._pending

    @property
    def is_heavy(self) -> bool:
        """Whether it should be written down without waiting."""
        return self._pending_bytes > HEAD_BYTES

    def add(self, lines: Iterable[Line]) -> None:
        for line in lines:
            size = size_of(line)
            self._pending.append(line)
            self._pending_bytes += size
            if line[1] is not None:
                self._lines += 1
                self._bytes += size
        if self._head >= HEAD_BYTES and self._pending_bytes > TAIL_BYTES:
            self._number += 1  # which leaves a hole between what is written and what comes
            while self._pending_bytes > TAIL_BYTES:  # it would be left out anyway
                dropped = self._pending.popleft()
                self._pending_bytes -= size_of(dropped)
                self._left_out += dropped[1] is not None

    def write(self) -> dict[str, int]:
        """Write what came since the last time, and return the run's counts; call it inside the transaction of its lease."""
        while self._pending:
            piece: list[Line] = []
            size = 0
            while self._pending and size < PIECE_BYTES:
                piece.append(self._pending.popleft())
                size += size_of(piece[-1])
            self._write_piece(piece, size)
        self._pending_bytes = 0
        self._forget_the_middle()
        return {"lines": self._lines, "bytes": self._bytes, "left_out": self._left_out}

    def _write_piece(self, lines: list[Line], size: int) -> None:
        count = sum(text is not None for _at, text in lines)
        number = self._number + 1
        Piece.objects.create(run_id=self._run_id, number=number, lines=lines, count=count, bytes=size)
        self._note(number, count, size)

    def _note(self, number: int, count: int, size: int) -> None:
        self._number = number
        if self._head < HEAD_BYTES and not self._tail:
            self._head += size
        else:
            self._tail.append((number, count, size))

    def _forget_the_middle(self) -> None:
        total, forgotten = sum(size for _number, _count, size in self._tail), []
        while len(self._tail) > 1 and total > TAIL_BYTES:
            number, count, size = self._tail.popleft()
            total -= size
            self._left_out += count
            forgotten.append(number)
        if forgotten:
            Piece.objects.filter(run_id=self._run_id, number__in=forgotten).delete()


class Told:
    """The last lines that an earlier follower wrote down: Heroku's history tells them again."""

    def __init__(self, run: Run) -> None:
        lines: list[Line] = []
        for piece in run.pieces.order_by("-number"):
            lines = [*_lines_of(piece), *lines]
            if len(lines) >= REMEMBERED:
                break
        self._known = Counter(line for line in lines if line[1] is not None)
        self._oldest = min((at for at, text in lines if text is not None), default="")
        self.is_empty = not self._known
        self.has_matched = False

    def keep_new(self, lines: Sequence[Line]) -> list[Line]:
        """Leave out what was written down, each line as often as it was, and what is older than all of it."""
        return [line for line in lines if not self._was_told(line)]

    def _was_told(self, line: Line) -> bool:
        if self._known[line] > 0:
            self._known[line] -= 1
            self.has_matched = True
            return True
        return bool(self._oldest) and line[0] < self._oldest


def lines_of(run: Run) -> Iterator[Line]:
    """Return what is kept of a run's output; a hole stands where its middle was left out, and where lines may be missing."""
    before = 0
    for piece in run.pieces.order_by("number").iterator(chunk_size=20):
        if piece.number > before + 1:
            yield "", None
        before = piece.number
        yield from _lines_of(piece)


def last_lines(run: Run, count: int) -> list[Line]:
    """Return the last lines that are kept, and the holes between them."""
    lines: list[Line] = []
    after = 0
    for piece in run.pieces.order_by("-number").iterator(chunk_size=4):
        hole: list[Line] = [("", None)] if after > piece.number + 1 else []
        lines = [*_lines_of(piece), *hole, *lines]
        after = piece.number
        if len(lines) >= count:
            break
    return lines[-count:]


def _lines_of(piece: Piece) -> Iterator[Line]:
    return ((at, text) for at, text in piece.lines)

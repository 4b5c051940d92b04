"""What a followed log says, in order: lines, and what is known of those that may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from opsconsole.heroku.errors import HerokuError
    from opsconsole.heroku.log_lines import LogLine


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines in the order in which they came; never empty."""

    lines: tuple[LogLine, ...]


@dataclass(frozen=True, slots=True)
class HistoryEnd:
    """What Heroku had kept is told; what follows is live. `count` lines came before."""

    count: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Lines may be missing after the last ones told: a stream was cut and what came back does not overlap."""

    reason: Literal["cut", "no_history"]


@dataclass(frozen=True, slots=True)
class Beat:
    """The stream is alive though nothing was written: a heartbeat came, or a stream was opened again."""


@dataclass(frozen=True, slots=True)
class Silence:
    """Neither a line nor a heartbeat came for `seconds`: the stream is taken for dead and opened again."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Trouble:
    """No stream could be opened, or one was cut; another try follows in `retry_in` seconds."""

    error: HerokuError
    retry_in: float


LogEvent = Lines | HistoryEnd | Gap | Beat | Silence | Trouble

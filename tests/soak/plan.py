"""What one round does, drawn from a seed so that it can be played again."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field

from opsconsole.simulator.faults import MODES

STRUCK = [
    ("PATCH", "/formation$"),
    ("PATCH", "/formation$"),  # twice as often as the others: it is the one that must not be sent again
    ("GET", "/formation$"),
    ("GET", "/dynos$"),
    ("PATCH", "/apps/[^/]+$"),
    ("GET", "/apps/[^/]+$"),
    (None, ""),
]
TIMES = (1, 2, 5, None)
MAY_BE_DONE_ALL_THE_SAME = {"html", "redirect", "500", "503"}  # what says nothing for sure about the change
SMALLER: Mapping[str, dict[str, object]] = {"huge": {"bytes": 8_000_000}}
LATEST = 1.5  # seconds after the click until which something else may happen
LONGEST = 5.0  # seconds after the click until which the fault lasts


@dataclass(frozen=True)
class Plan:
    """Moments are seconds after the click; `killed_after` and `scaled_after` are None where nobody does it."""

    mode: str
    method: str | None
    path: str
    times: int | None
    clickers: int
    with_page: bool
    mended_after: float
    killed_after: float | None
    scaled_after: float | None
    params: Mapping[str, object] = field(default_factory=dict)

    @property
    def fault(self) -> dict[str, object]:
        """As the simulator's control endpoint takes it."""
        match = {"path": self.path} | ({"method": self.method} if self.method else {})
        return {"mode": self.mode, "match": match, "times": self.times, "params": dict(self.params)}

    def __str__(self) -> str:
        done = " done" if self.params.get("done") else ""
        told = f"{self.mode}{done} on {self.method or 'all'} {self.path} ×{self.times or '∞'}"
        told += f" for {self.mended_after:.1f} s, {self.clickers} clicking"
        if self.scaled_after is not None:
            told += f", scaled elsewhere at {self.scaled_after:.2f} s"
        if self.killed_after is not None:
            told += f", killed at {self.killed_after:.2f} s"
        return told


def draw(seed: str, number: int) -> Plan:
    dice = random.Random(f"{seed} {number}")  # noqa: S311 - to be played again, not to be secret
    mode = dice.choice(sorted(MODES))
    method, path = dice.choice(STRUCK)
    done = mode in MAY_BE_DONE_ALL_THE_SAME and dice.random() < 0.5
    return Plan(
        mode=mode,
        method=method,
        path=path,
        times=dice.choice(TIMES),
        clickers=2 if dice.random() < 0.3 else 1,
        with_page=dice.random() < 0.3,
        mended_after=dice.uniform(0, LONGEST),
        killed_after=dice.uniform(0, LATEST) if dice.random() < 0.35 else None,
        scaled_after=dice.uniform(0, LATEST) if dice.random() < 0.2 else None,
        params={**SMALLER.get(mode, {}), **({"done": True} if done else {})},
    )

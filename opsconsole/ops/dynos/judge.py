"""The rules of restarting and stopping, without database or network: which dynos are meant, and whether they have moved.

Heroku replaces a dyno that restarts by one of the same name; on Fir the name changes too. What a dyno was is therefore kept as
a mark, and a dyno that shows another identity, another birth or another last change of state has moved.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from opsconsole import heroku
from opsconsole.ops.fleet.state import ONE_OFF_TYPES

Scope = Literal["app", "type", "dyno"]
Mark = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What somebody wants restarted: everything that is scaled, one process type, or one dyno by its name."""

    scope: Scope
    name: str = ""

    def among(
        self, dynos: Iterable[heroku.Dyno], *, formation: Iterable[heroku.Formation]
    ) -> tuple[heroku.Dyno, ...]:
        """Return the scaled dynos that are meant; one-off dynos never are."""
        scaled = {entry.type for entry in formation if entry.quantity}
        return tuple(dyno for dyno in dynos if dyno.type in scaled and self._means(dyno))

    def _means(self, dyno: heroku.Dyno) -> bool:
        if self.scope == "app":
            return True
        return self.name == (dyno.type if self.scope == "type" else dyno.name)

    def as_json(self) -> dict[str, str]:
        return {"scope": self.scope, "name": self.name}


def is_one_off(dyno: heroku.Dyno, *, formation: Iterable[heroku.Formation]) -> bool:
    """Tell whether stopping this dyno ends it: Heroku brings a scaled one straight back."""
    quantity = {entry.type: entry.quantity for entry in formation}.get(dyno.type)
    return quantity is None or (quantity == 0 and dyno.type in ONE_OFF_TYPES)


def mark_of(dyno: heroku.Dyno) -> Mark:
    """Return what tells a dyno from the one that takes its place."""
    return {
        "id": dyno.id,
        "name": dyno.name,
        "type": dyno.type,
        "created_at": dyno.created_at.isoformat(),
        "updated_at": dyno.updated_at.isoformat(),
    }


def unmoved(dynos: Iterable[heroku.Dyno], *, marks: Iterable[Mark]) -> list[str]:
    """Return the names of the dynos that are still exactly what they were."""
    before = list(marks)
    return [dyno.name for dyno in dynos if mark_of(dyno) in before]


def newcomers(
    dynos: Iterable[heroku.Dyno], *, marks: Iterable[Mark], others: Iterable[str]
) -> list[heroku.Dyno]:
    """Return the dynos that stand where the marked ones stood; `others` are the ids of those that nobody meant."""
    before, apart = list(marks), set(others)
    return [dyno for dyno in dynos if dyno.id not in apart and mark_of(dyno) not in before]


def wanted(marks: Iterable[Mark]) -> Mapping[str, int]:
    """Return how many dynos of each type shall stand in the end."""
    return Counter(mark["type"] for mark in marks)

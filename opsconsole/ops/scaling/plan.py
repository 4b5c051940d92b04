"""The rules of sleeping and waking, without database or network: which types, to which quantity, in which size."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opsconsole import heroku


@dataclass(frozen=True, slots=True, kw_only=True)
class Scaled:
    """A process type with the quantity and size that it has, had or shall have."""

    type: str
    quantity: int
    size: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WakePlan:
    """What a wake sends, what it cannot, and whether a person must say how large the site shall be."""

    updates: tuple[Scaled, ...]
    left_out: tuple[str, ...]
    asks_for_site: bool
    already_awake: bool
    knows_nothing: bool


def types_to_sleep(formation: Iterable[heroku.Formation]) -> tuple[Scaled, ...]:
    """Return the types above zero, the site first: what a sleep remembers and sends to zero."""
    return tuple(
        Scaled(type=entry.type, quantity=entry.quantity, size=entry.size)
        for entry in sorted(formation, key=site_first)
        if entry.quantity > 0
    )


def site_first(entry: heroku.Formation) -> tuple[bool, str]:
    return (entry.type != "web", entry.type)


def plan_wake(
    formation: Sequence[heroku.Formation], *, remembered: Sequence[Scaled], site_quantity: int | None
) -> WakePlan:
    """Plan a wake: remembered types that still exist and are still at zero, and the site itself if a person said how large."""
    current = {entry.type: entry for entry in formation}
    updates = {
        memory.type: memory
        for memory in remembered
        if memory.type in current and current[memory.type].quantity == 0
    }
    something_runs = any(entry.quantity for entry in formation)
    web = current.get("web")
    site_would_stay_closed = web is not None and web.quantity == 0 and "web" not in updates
    if web is not None and site_would_stay_closed and site_quantity:
        updates["web"] = Scaled(type="web", quantity=site_quantity, size=web.size)
    return WakePlan(
        updates=tuple(updates[kind] for kind in sorted(updates, key=lambda kind: (kind != "web", kind))),
        left_out=tuple(memory.type for memory in remembered if memory.type not in current),
        asks_for_site=site_would_stay_closed and not site_quantity,
        already_awake=not updates and not site_would_stay_closed and something_runs,
        knows_nothing=not updates and not site_would_stay_closed and not something_runs,
    )


def formation_of(formation: Iterable[heroku.Formation]) -> tuple[Scaled, ...]:
    """Return every type of a formation, at zero too, the site first."""
    return tuple(
        Scaled(type=entry.type, quantity=entry.quantity, size=entry.size)
        for entry in sorted(formation, key=site_first)
    )


def command_line(app_name: str, updates: Iterable[Scaled]) -> str:
    """Return the line that one would have typed in a terminal."""
    words = " ".join(f"{update.type}={update.quantity}" for update in updates)
    return f"heroku ps:scale {words} -a {app_name}"


def as_json(scaled: Iterable[Scaled]) -> list[dict[str, str | int]]:
    return [{"type": entry.type, "quantity": entry.quantity, "size": entry.size} for entry in scaled]


def from_json(entries: Iterable[dict[str, str | int]]) -> tuple[Scaled, ...]:
    return tuple(
        Scaled(type=str(entry["type"]), quantity=int(entry["quantity"]), size=str(entry["size"]))
        for entry in entries
    )


def as_words(formation: Iterable[Scaled]) -> str:
    """« web=2:Standard-1X worker=1:Standard-1X », as `heroku ps:scale` writes it."""
    return " ".join(f"{entry.type}={entry.quantity}:{entry.size}" for entry in formation)


def from_words(text: str) -> tuple[Scaled, ...]:
    """Return the formation that `as_words` wrote, nothing of what is not one."""
    return tuple(
        Scaled(type=kind, quantity=int(quantity), size=size)
        for kind, quantity, size in re.findall(r"(?<!\S)([-\w]{1,128})=(\d{1,4}):([-\w.]{1,60})(?!\S)", text)
    )


def applied(formation: Iterable[heroku.Formation], target: Iterable[Scaled]) -> bool:
    """Tell whether Heroku's formation is what was asked for."""
    quantities = {entry.type: entry.quantity for entry in formation}
    return all(quantities.get(entry.type) == entry.quantity for entry in target)


def applied_in_size(formation: Iterable[heroku.Formation], target: Iterable[Scaled]) -> bool:
    """`applied`, the sizes too."""
    there = tuple(formation)
    sizes = {entry.type: entry.size.lower() for entry in there}
    wanted = tuple(target)
    return applied(there, wanted) and all(sizes.get(entry.type) == entry.size.lower() for entry in wanted)

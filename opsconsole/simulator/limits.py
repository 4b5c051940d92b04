"""How many dynos of which size an app may have (Dev Center: dyno scaling and process limits, Dec 2024)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answer import RefusedError, invalid
from .sizes import size_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .sizes import DynoSize
    from .world import App, ProcessType

DYNOS_PER_APP = {"cedar": 100, "fir": 255}
PER_TYPE = {"eco": 1, "basic": 1, "performance": 10, "private": 10, "shield": 10}
RUNNING_ECO = 2
ONE_OFFS = {"eco": 1, "basic": 50, "standard": 50, "performance": 5, "private": 5, "shield": 5, "fir": 255}
SCALING_LIMITS = "https://devcenter.heroku.com/articles/dyno-size#default-scaling-limits"
MIXING_GROUPS = {"standard": "standard and performance", "performance": "standard and performance"}


def check_formation(app: App, wanted: Sequence[ProcessType]) -> None:
    """Refuse a whole formation that breaks a limit; `wanted` is the formation as it would become."""
    _check_mixing(wanted)
    for entry in wanted:
        _check_per_type(entry)
    _check_eco(wanted)
    limit = DYNOS_PER_APP[app.generation]
    if sum(entry.quantity for entry in wanted) > limit:
        raise _above_limit(f"Cannot update to more than {limit} dynos per app.", limit)


def check_one_off(app: App, size: DynoSize) -> None:
    limit = ONE_OFFS[size.tier]
    running = [dyno for dyno in app.dynos if dyno.one_off and size_named(dyno.size).tier == size.tier]
    if len(running) >= limit:
        raise _cannot_run(limit, size.name)


def _check_mixing(wanted: Sequence[ProcessType]) -> None:
    """Eco apps are all Eco and Basic apps all Basic; Standard and Performance mix."""
    sizes = {entry.size: size_named(entry.size) for entry in wanted}
    groups = {MIXING_GROUPS.get(size.tier, size.tier) for size in sizes.values()}
    if len(groups) > 1:
        raise invalid(f"Cannot use the following dyno types in the same app: {', '.join(sorted(sizes))}")


def _check_per_type(entry: ProcessType) -> None:
    size = size_named(entry.size)
    limit = PER_TYPE.get(size.tier)
    if limit is not None and entry.quantity > limit:
        raise _above_limit(
            f"Cannot update to more than {limit} {size.name} size dynos per process type.", limit
        )


def _check_eco(wanted: Sequence[ProcessType]) -> None:
    if sum(entry.quantity for entry in wanted if entry.size == "Eco") > RUNNING_ECO:
        raise _cannot_run(RUNNING_ECO, "Eco")


def _above_limit(message: str, limit: int) -> RefusedError:
    return RefusedError(422, "cannot_update_above_limit", message, limit=limit, url=SCALING_LIMITS)


def _cannot_run(limit: int, size: str) -> RefusedError:
    return RefusedError(
        422,
        "cannot_run_above_limit",
        f"Cannot run more than {limit} {size} size dynos.",
        limit=limit,
        size=size,
        url=SCALING_LIMITS,
    )

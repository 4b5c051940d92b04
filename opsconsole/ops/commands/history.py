"""The runs of an app: those that go on, those that were, how long a command usually takes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db.models import OuterRef

from opsconsole.ops.oneoffs.models import ACTIVE, Run, Sort, State

if TYPE_CHECKING:
    from django.db.models import QuerySet

PAGE: Final = 30
REMEMBERED: Final = 12  # runs that ended well, by which the usual time is told


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What a page of runs is narrowed to; "" for everything."""

    command_id: str = ""
    actor_id: str = ""
    ended: str = ""  # "well", "badly" or ""


ENDED: Final = {
    "well": (State.DONE,),
    "badly": (State.FAILED, State.EXPIRED, State.LOST, State.UNKNOWN, State.REFUSED),
}


def runs_of(app_id: UUID, filters: Filters | None = None) -> "QuerySet[Run]":
    """Return an app's commands, the newest first."""
    runs = Run.objects.filter(app_id=app_id, sort=Sort.COMMAND).order_by("-asked_at")
    if filters is None:
        return runs
    if filters.command_id:
        runs = runs.filter(command_id=filters.command_id)
    if filters.actor_id:
        runs = runs.filter(actor_id=filters.actor_id)
    return runs.filter(state__in=ENDED[filters.ended]) if filters.ended in ENDED else runs


def active(app_id: UUID) -> list[Run]:
    return list(runs_of(app_id).filter(state__in=ACTIVE))


def last_of_each(app_id: UUID, command_ids: Iterable[str]) -> dict[str, Run]:
    """Return the last run of each command, by its id."""
    latest = Run.objects.filter(app_id=app_id, command_id=OuterRef("command_id")).order_by("-asked_at")
    runs = Run.objects.filter(app_id=app_id, command_id__in=list(command_ids), id=latest.values("id")[:1])
    return {run.command_id: run for run in runs}


def usual_seconds(app_id: UUID, command_id: str) -> float | None:
    """Return how long a command usually takes in an app, in seconds; None when it never ended well."""
    if not command_id:
        return None
    ended = runs_of(app_id).filter(command_id=command_id, state=State.DONE).exclude(ended_at=None)
    times = list(_times(ended[:REMEMBERED]))
    return median(times) if times else None


def _times(runs: Iterable[Run]) -> Iterator[float]:
    for run in runs:
        began = run.up_at or run.launched_at
        if began and run.ended_at:
            yield max(0.0, (run.ended_at - began).total_seconds())

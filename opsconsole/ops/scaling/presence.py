"""What our own database adds to Heroku's readings: changes under way and sleeps, for many apps in two queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.state import Asleep, Change
from opsconsole.ops.scaling.models import Sleep


@dataclass(frozen=True, slots=True, kw_only=True)
class Presence:
    """The change that an app is in, and the sleep that it has not been woken from."""

    change: Change | None = None
    asleep: Asleep | None = None


def presences(app_ids: Iterable[UUID]) -> dict[UUID, Presence]:
    """Return each app's presence; every id asked for has one."""
    wanted = list(app_ids)
    changes = {row.app_id: _change(row) for row in ChangeInProgress.objects.filter(app_id__in=wanted)}
    sleeps = {row.app_id: _asleep(row) for row in Sleep.objects.filter(app_id__in=wanted)}
    return {app_id: Presence(change=changes.get(app_id), asleep=sleeps.get(app_id)) for app_id in wanted}


def _change(row: ChangeInProgress) -> Change:
    target = {update["type"]: update["quantity"] for update in row.target.get("updates", ())}
    return Change(action=row.action, by=row.actor_name, at=row.started_at, target=target)


def _asleep(row: Sleep) -> Asleep:
    return Asleep(since=row.confirmed_at, by=row.by, with_page=row.with_page)

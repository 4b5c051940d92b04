"""Who may change an app now: one row per app, taken by inserting it, kept by a lease that its follower renews.

No lock is held across the network: a process that dies simply lets its lease lapse, and whoever finds it takes over by a
compare-and-set on the owner. A follower that was paused and lost its lease finds out at its next step and leaves.
"""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.journal.models import AT_HEROKU, Kind, Outcome

LEASE = timedelta(seconds=60)


class AlreadyRequestedError(Exception):
    """Somebody's change of this app is under way; nothing was started a second time."""

    def __init__(self, change: ChangeInProgress) -> None:
        super().__init__(f"{change.action} already under way")
        self.change = change


class LeaseLostError(Exception):
    """Another follower has taken this change over; this one must not write any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right to follow one change, proved by a random owner's name."""

    app_id: uuid.UUID
    entry_id: uuid.UUID
    owner: str

    def renew(self, *, now: datetime, **values: Any) -> None:
        """Prolong the lease and note progress with it; raises LeaseLostError."""
        if not self._rows().update(lease_until=now + LEASE, **values):
            raise LeaseLostError

    def give_back(self, *, now: datetime) -> None:
        """Let the lease lapse at once, so that another process can follow on."""
        self._rows().update(lease_until=now)

    def end(self) -> None:
        """Remove the change: it has its outcome. Raises LeaseLostError."""
        deleted, _ = self._rows().delete()
        if not deleted:
            raise LeaseLostError

    def change(self) -> ChangeInProgress:
        """Return the change as it is kept now; raises LeaseLostError."""
        found = self._rows().first()
        if found is None:
            raise LeaseLostError
        return found

    def _rows(self) -> "QuerySet[ChangeInProgress]":
        return ChangeInProgress.objects.filter(app_id=self.app_id, entry_id=self.entry_id, owner=self.owner)


def claim(*, app_id: uuid.UUID, entry_id: uuid.UUID, now: datetime, **values: Any) -> Lease:
    """Take an app for one change, inside the caller's transaction; raises AlreadyRequestedError."""
    owner = uuid.uuid4().hex
    try:
        with transaction.atomic():
            ChangeInProgress.objects.create(
                app_id=app_id,
                entry_id=entry_id,
                owner=owner,
                started_at=now,
                lease_until=now + LEASE,
                **values,
            )
    except IntegrityError:
        under_way = ChangeInProgress.objects.filter(app_id=app_id).first()
        if under_way is None:  # it ended between the two statements
            return claim(app_id=app_id, entry_id=entry_id, now=now, **values)
        raise AlreadyRequestedError(under_way) from None
    return Lease(app_id=app_id, entry_id=entry_id, owner=owner)


def take_over(change: ChangeInProgress, *, now: datetime) -> Lease | None:
    """Take a lapsed change over, or None when somebody else was quicker or its follower is alive after all."""
    owner = uuid.uuid4().hex
    still_lapsed = Q(app_id=change.app_id, entry_id=change.entry_id, owner=change.owner, lease_until__lte=now)
    taken = ChangeInProgress.objects.filter(still_lapsed).update(owner=owner, lease_until=now + LEASE)
    return Lease(app_id=change.app_id, entry_id=change.entry_id, owner=owner) if taken else None


def lapsed(*, now: datetime) -> list[ChangeInProgress]:
    """Return the changes that nobody follows any more."""
    return list(ChangeInProgress.objects.filter(lease_until__lte=now))


def ended_since(moment: datetime, *, app_id: uuid.UUID) -> ChangeInProgress | None:
    """Return a change of this app that has been concluded since a moment; what never reached Heroku is none."""
    concluded = Outcome.objects.filter(entry__app_id=str(app_id), entry__action__in=AT_HEROKU, at__gte=moment)
    last = concluded.exclude(kind=Kind.REFUSED).exclude(reason="not_read").select_related("entry").last()
    if last is None:
        return None
    entry = last.entry
    return ChangeInProgress(action=entry.action, actor_name=entry.actor_name, started_at=entry.at)


def under_way(app_id: uuid.UUID) -> ChangeInProgress | None:
    return ChangeInProgress.objects.filter(app_id=app_id).first()

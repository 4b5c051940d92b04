"""Who follows a run: proved by a random owner's name, kept by a lease, taken over when it lapses."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from opsconsole.ops.changes.lease import LEASE, LeaseLostError
from opsconsole.ops.oneoffs.models import Run


@dataclass(frozen=True, slots=True, kw_only=True)
class Hold:
    """The right to follow one run."""

    run_id: uuid.UUID
    owner: str

    def renew(self, *, now: datetime, **values: Any) -> None:
        """Prolong the lease and note progress with it; raises LeaseLostError."""
        if values:
            values["changed_at"] = now
        if not self._rows().update(lease_until=now + LEASE, **values):
            raise LeaseLostError

    def give_back(self, *, now: datetime) -> None:
        """Let the lease lapse at once, so that another process can follow on."""
        self._rows().update(lease_until=now)

    def end(self, *, now: datetime, **values: Any) -> None:
        """Note how the run ended; nobody follows it any more. Raises LeaseLostError."""
        ended = {"lease_until": None, "owner": "", "alone": None, "changed_at": now, **values}
        if not self._rows().update(**ended):
            raise LeaseLostError

    def run(self) -> Run:
        """Return the run as it is kept now; raises LeaseLostError."""
        found = self._rows().first()
        if found is None:
            raise LeaseLostError
        return found

    def _rows(self) -> "QuerySet[Run]":
        return Run.objects.filter(id=self.run_id, owner=self.owner)


def take_over(run: Run, *, now: datetime) -> Hold | None:
    """Take a lapsed run over, or None when somebody else was quicker or its follower is alive after all."""
    owner = uuid.uuid4().hex
    still_lapsed = Q(id=run.id, owner=run.owner, lease_until__lte=now)
    taken = Run.objects.filter(still_lapsed).update(owner=owner, lease_until=now + LEASE)
    return Hold(run_id=run.id, owner=owner) if taken else None


def lapsed(*, now: datetime) -> list[Run]:
    """Return the runs that nobody follows any more."""
    return list(Run.objects.filter(lease_until__lte=now))

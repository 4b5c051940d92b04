"""One thread's hold on one run: its lease, its readings of Heroku, its outcomes."""

from collections.abc import Callable
from typing import Any, Final, NoReturn, TypeVar

from django.db import connection, transaction

from opsconsole import heroku
from opsconsole.ops.changes.following import ConcludedError, StoppingError
from opsconsole.ops.changes.lease import LEASE
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import conclude, detail_of
from opsconsole.ops.journal.models import Kind, Outcome
from opsconsole.ops.oneoffs.lease import Hold
from opsconsole.ops.oneoffs.models import State
from opsconsole.ops.oneoffs.topics import tell

Answer = TypeVar("Answer")

RENEW_EVERY: Final = LEASE / 4
PATIENCE: Final = 3.0  # seconds for what kind of app it is, where nobody has read it yet
LONGEST_REST: Final = 20.0  # seconds between two looks while Heroku fails; well below the lease


class Following:
    """What each step of a follower needs. What writes renews the lease, or raises LeaseLostError."""

    def __init__(self, fleet: Fleet, hold: Hold) -> None:
        self.fleet = fleet
        self.hold = hold
        self.run = hold.run()
        self.app = str(self.run.app_id)
        reading = fleet.look(self.run.app_id, patience=PATIENCE).reading
        self.has_history = reading is None or reading.app.generation != "fir"
        self.stack = reading.app.stack if reading else None
        self._renewed_at = fleet.now()
        self._failures = 0
        self._rest = 0.0  # seconds

    @property
    def client(self) -> heroku.Client:
        """The client, with no database connection held while it is asked."""
        connection.close()
        return self.fleet.client

    def renew(self, also: Callable[[], dict[str, Any]] = dict, **values: Any) -> None:
        """Prolong the lease, and note progress with it; what `also` writes and returns is noted at once, or not at all."""
        now = self.fleet.now()
        with transaction.atomic():
            self.hold.renew(now=now)
            noted = {**values, **also()}
            if noted:
                self.hold.renew(now=now, **noted)
        self._renewed_at = now
        for name, value in noted.items():
            setattr(self.run, name, value)
        if noted:
            tell(self.run.app_id)

    def stay(self) -> None:
        """Keep the lease while nothing happens; raises StoppingError when this process ends."""
        if self.fleet.stopping.is_set():
            raise StoppingError
        if self.fleet.now() - self._renewed_at >= RENEW_EVERY:
            self.renew()

    def pause(self, seconds: float) -> None:
        """Wait before the next look, longer while Heroku fails."""
        connection.close()
        if self.fleet.stopping.wait(max(seconds, self._rest)):
            raise StoppingError
        self.stay()

    def read(self, ask: Callable[[], Answer], *, calls: int = 1) -> Answer | None:
        """Ask Heroku once, inside the budget; None when it did not answer or the minute has no call left.

        `calls`: how many are to be counted here.
        """
        if not self.fleet.budget.take(calls, purpose="change"):
            return None
        connection.close()
        try:
            answer = ask()
        except heroku.HerokuError as error:
            self._failures += 1
            self._rest = min(LONGEST_REST, error.retry_after or 2.0 ** min(self._failures, 5))
            return None
        self._failures, self._rest = 0, 0.0
        return answer

    def note(self, kind: Kind, reason: str, *, error: heroku.HerokuError | None = None) -> None:
        """Add an outcome that is not the last word."""
        with transaction.atomic(durable=True):
            self.hold.renew(now=self.fleet.now(), reason=reason)
            self._conclude(kind, reason, error=error, detail={})
        self.run.reason = reason
        tell(self.run.app_id)

    def note_interruption(self) -> None:
        """Say that another process was interrupted before it knew; a lost answer has been said already."""
        if not Outcome.objects.filter(entry_id=self.run.entry_id).exists():
            self.note(Kind.UNKNOWN, "interrupted")

    def end(
        self,
        state: State,
        kind: Kind,
        reason: str = "",
        *,
        error: heroku.HerokuError | None = None,
        detail: dict[str, Any] | None = None,
        also: Callable[[], dict[str, Any]] = dict,
        **values: Any,
    ) -> NoReturn:
        """Give the run its last state, its journal entry its last outcome, and whoever asked for its end the answer."""
        now = self.fleet.now()
        told = {**self.run.detail, **(detail_of(error) if error else {}), **(detail or {})}
        with transaction.atomic(durable=True):
            self.hold.renew(now=now)
            run = self.hold.run()
            ended = {"ended_at": now, "state": state, "reason": reason, "detail": told, **values, **also()}
            self.hold.end(now=now, **ended)
            self._conclude(kind, reason, error=error, detail=told)
            if run.stop_entry_id:
                seconds = (now - (run.stop_asked_at or now)).total_seconds()
                conclude(run.stop_entry_id, kind=Kind.DONE, now=now, detail={"seconds": round(seconds, 1)})
        tell(self.run.app_id)
        raise ConcludedError

    def _conclude(
        self, kind: Kind, reason: str, *, error: heroku.HerokuError | None, detail: dict[str, Any]
    ) -> None:
        conclude(
            self.run.entry_id,
            kind=kind,
            reason=reason,
            now=self.fleet.now(),
            request_id=(error.request_id or "") if error else str(detail.get("request_id", "")),
            detail={**(detail_of(error) if error else {}), **detail},
        )

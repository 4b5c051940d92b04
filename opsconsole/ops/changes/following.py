"""One thread's hold on one change: its lease, the steps it tells, its readings of Heroku, its outcome."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.db import connection, transaction

from opsconsole import heroku
from opsconsole.ops.changes.lease import Lease
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import conclude, detail_of
from opsconsole.ops.journal.models import Kind, Outcome

Answer = TypeVar("Answer")

LONGEST_PAUSE = 6.0  # seconds between two looks
LONGEST_REST = 20.0  # seconds between two looks while Heroku fails; well below the lease
LOOK_TOTAL = 6.0
LONGEST_SILENCE = timedelta(hours=1)  # without one usable answer, after which a change ends as unknown


class StoppingError(Exception):
    """This process is stopping: another one follows on."""


class ConcludedError(Exception):
    """The change has its outcome; there is nothing more to follow."""


class Following:
    """What every step of a follower needs. Each method that writes renews the lease, or raises LeaseLostError."""

    def __init__(self, fleet: Fleet, lease: Lease) -> None:
        self.fleet = fleet
        self.lease = lease
        self.name = str(lease.app_id)
        self._heard_at = fleet.now()
        self._failures = 0
        self._rest = 0.0  # seconds

    @property
    def client(self) -> heroku.Client:
        """The client, with no database connection held while it is asked."""
        connection.close()
        return self.fleet.client

    def change(self) -> ChangeInProgress:
        return self.lease.change()

    def step(self, code: str, **facts: str) -> None:
        """Tell a step of the story, at the time it was known."""
        now = self.fleet.now()
        steps = [*self.lease.change().steps, {"code": code, "at": now.isoformat(), **facts}]
        self.lease.renew(now=now, steps=steps)
        self.fleet.tell(self.lease.app_id)

    def note(self, kind: Kind, reason: str, *, error: heroku.HerokuError | None = None) -> None:
        """Add an outcome that is not the last word."""
        with transaction.atomic(durable=True):
            self.lease.renew(now=self.fleet.now())
            self._conclude(kind, reason, error=error, detail=None)
        self.fleet.tell(self.lease.app_id)

    def note_interruption(self) -> None:
        """Say that another process was interrupted before it knew; a lost answer has been said already."""
        if not Outcome.objects.filter(entry_id=self.lease.entry_id).exists():
            self.note(Kind.UNKNOWN, "interrupted")

    def end(
        self,
        kind: Kind,
        reason: str = "",
        *,
        error: heroku.HerokuError | None = None,
        detail: dict[str, Any] | None = None,
        also: Callable[[], None] = lambda: None,
    ) -> NoReturn:
        """Give the change its last outcome and its app back, with what else must become true at once."""
        with transaction.atomic(durable=True):
            self.lease.end()
            also()
            self._conclude(kind, reason, error=error, detail=detail)
        raise ConcludedError

    def _conclude(
        self, kind: Kind, reason: str, *, error: heroku.HerokuError | None, detail: dict[str, Any] | None
    ) -> None:
        conclude(
            self.lease.entry_id,
            kind=kind,
            reason=reason,
            now=self.fleet.now(),
            request_id=(error.request_id or "") if error else (detail or {}).get("request_id", ""),
            detail={**(detail_of(error) if error else {}), **(detail or {})},
        )

    def proof(self) -> dict[str, Any]:
        """Return what proves a change: Heroku's request id, and how long it took from the click, in seconds."""
        change = self.change()
        request_ids = [step["request_id"] for step in change.steps if step.get("request_id")]
        return {
            "request_id": request_ids[-1] if request_ids else "",
            "seconds": round((self.fleet.now() - change.started_at).total_seconds(), 1),
            "steps": change.steps,
        }

    def comes_true(self, ask: Callable[[], Answer], holds: Callable[[Answer], bool]) -> bool:
        """Read back until what was asked for is so, or has had the time to become so and is not."""
        settled = self._settled_at()
        while True:
            answer = self.read(ask)
            if answer is not None and holds(answer):
                return True
            if answer is not None and self.fleet.now() >= settled:
                return False
            self.pause()

    def _settled_at(self) -> datetime:
        """Return when Heroku has had its time: from the loss of the answer, for the call itself may have taken long."""
        change = self.change()
        if change.sent_at is None:
            return change.started_at
        lost = [datetime.fromisoformat(step["at"]) for step in change.steps if step["code"] == "lost"]
        return max([change.sent_at, *lost]) + timedelta(seconds=settings.SCALING_SETTLE_SECONDS)

    def read(self, ask: Callable[[], Answer]) -> Answer | None:
        """Ask Heroku once, inside the budget; None when it did not answer or the minute has no call left.

        Ends the change when Heroku does not know the app any more: nothing can be read of it.
        """
        if not self.fleet.budget.take(1, purpose="change"):
            return None
        try:
            answer = ask()
        except (heroku.NotFoundError, heroku.GoneError) as error:
            self.end(Kind.UNKNOWN, "gone", error=error)
        except heroku.HerokuError as error:
            self._failures += 1
            self._rest = min(LONGEST_REST, error.retry_after or 2.0 ** min(self._failures, 5))
            return None
        self._failures, self._rest, self._heard_at = 0, 0.0, self.fleet.now()
        return answer

    def dynos(self, *, within: timedelta) -> Iterator[tuple[heroku.Dyno, ...]]:
        """Give each new reading of the dynos; the first one after the time is over is the last."""
        limit = self.fleet.now() + within
        while True:
            dynos = self.read(lambda: self.client.dynos.list(self.name, total=LOOK_TOTAL))
            if dynos is not None:
                self.fleet.learn(self.lease.app_id, dynos=dynos)
                yield dynos
                if self.fleet.now() >= limit:
                    return
            self.pause()

    def pause(self) -> None:
        """Wait before the next look, longer the fewer calls the minute has left and the longer Heroku fails.

        Raises StoppingError when this process ends; ends the change when Heroku was silent for too long.
        """
        if self.fleet.now() - self._heard_at > LONGEST_SILENCE:
            self.end(Kind.UNKNOWN, "silent")
        room = self.fleet.budget.room("change")
        pace = min(LONGEST_PAUSE, settings.SCALING_LOOK_SECONDS / room) if room else LONGEST_PAUSE
        connection.close()
        if self.fleet.stopping.wait(max(pace, self._rest)):
            raise StoppingError
        self.lease.renew(now=self.fleet.now())


def why_not(error: heroku.HerokuError) -> str:
    """Return the journal's reason for a change that surely was not made."""
    return "not_sent" if error.outcome == "not_sent" else "heroku_refused"

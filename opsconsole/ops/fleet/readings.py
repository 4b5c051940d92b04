"""What was read of an app at one moment, and why the last attempt to read it again failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from opsconsole import heroku

LONGEST_PAUSE = 30.0  # seconds between two attempts while Heroku is silent
LONGEST_RETRY_AFTER = 3600.0  # within an hour an account's calls have all come back
DENIED_PAUSE = 60.0  # what Heroku refuses it rarely grants a moment later

FailureKind = Literal[
    "unreachable",
    "denied",
    "suspended",
    "delinquent",
    "two_factor",
    "forbidden",
    "gone",
    "rate_limited",
    "no_token",
    "unreadable_token",
]
TOKEN_KINDS = frozenset({"denied", "suspended", "delinquent", "no_token", "unreadable_token"})
"""What only a person can put right, at Heroku or with another token: the whole account is concerned."""
REFUSED = TOKEN_KINDS | {"two_factor", "forbidden", "gone"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An app as Heroku described it; `read_at` is when the answers had arrived."""

    app: heroku.App
    formation: tuple[heroku.Formation, ...]
    dynos: tuple[heroku.Dyno, ...]
    quota: heroku.EcoQuota | None
    read_at: datetime

    def says_the_same(self, other: "Reading | None") -> bool:
        """Tell whether nothing that a page shows differs from another reading, but its age."""
        return other is not None and (self.app, self.formation, self.dynos, self.quota) == (
            other.app,
            other.formation,
            other.dynos,
            other.quota,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Reading has failed since a moment; the next attempt is not before `retry_at`."""

    kind: FailureKind
    since: datetime
    retry_at: datetime
    attempts: int
    message: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that we know of an app now: the last reading, and what went wrong since, if anything did."""

    reading: Reading | None = None
    failure: Failure | None = None


def failure_of(error: heroku.HerokuError, *, before: Failure | None, now: datetime) -> Failure:
    """Return the failure that an error means, as a continuation of the one before it."""
    kind = kind_of(error)
    continued = before if before and before.kind == kind else None
    attempts = continued.attempts + 1 if continued else 1
    return Failure(
        kind=kind,
        since=continued.since if continued else now,
        retry_at=now + timedelta(seconds=_pause(kind, error, attempts=attempts)),
        attempts=attempts,
        message=error.message,
        request_id=error.request_id or "",
    )


def _pause(kind: FailureKind, error: heroku.HerokuError, *, attempts: int) -> float:
    if kind == "rate_limited":
        return min(LONGEST_RETRY_AFTER, error.retry_after or LONGEST_PAUSE)
    if kind == "unreachable":
        return min(LONGEST_PAUSE, 2.0 ** min(attempts, 10))
    return DENIED_PAUSE


def without_token(*, now: datetime, unreadable: bool = False) -> Failure:
    """Return what keeps everything from being read while the console has no token; it does not pass by itself."""
    kind: FailureKind = "unreadable_token" if unreadable else "no_token"
    return Failure(kind=kind, since=now, retry_at=now + timedelta(days=36500), attempts=0)


def kind_of(error: heroku.HerokuError) -> FailureKind:
    match error:
        case heroku.UnauthorizedError():
            return "denied"
        case heroku.SuspendedError():
            return "suspended"
        case heroku.DelinquentError():
            return "delinquent"
        case heroku.TwoFactorRequiredError():
            return "two_factor"
        case heroku.RateLimitedError():
            return "rate_limited"
        case heroku.NotFoundError() | heroku.GoneError():
            return "gone"
        case heroku.RefusedError(status=403):
            return "forbidden"
        case _:
            return "unreachable"

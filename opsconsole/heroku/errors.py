"""Everything that can go wrong with a call to Heroku, as one tree (Platform API reference, "Errors").

HerokuError
 ├── NotSentError                     not_sent  nothing left this machine: refused, unresolved, untrusted TLS…
 │    └── InvalidNameError            not_sent  a name that cannot be one of Heroku's
 ├── LostAnswerError                  unknown   the request left, or may have, and no usable answer came
 │    ├── AnswerTimeoutError                    the total time was over
 │    ├── ConnectionCutError                    the connection ended before the answer did
 │    ├── MalformedAnswerError                  half an answer, HTML, a key missing or of another type
 │    ├── AnswerTooLargeError                   more than Limits.max_bytes
 │    └── RedirectRefusedError                  a redirect; none is ever followed
 ├── RefusedError                     refused   any other 4xx
 │    ├── BadRequestError                       400
 │    ├── UnauthorizedError                     401
 │    ├── DelinquentError                       402
 │    ├── ForbiddenError                        403
 │    │    ├── SuspendedError                   403 suspended
 │    │    └── TwoFactorRequiredError           403 two_factor
 │    ├── NotFoundError                         404
 │    ├── NotAcceptableError                    406
 │    ├── ConflictError                         409
 │    ├── GoneError                             410
 │    ├── PreconditionFailedError               412
 │    ├── RangeNotSatisfiableError              416
 │    ├── InvalidParamsError                    422 invalid_params, and ids of 422 not named below
 │    │    ├── VerificationNeededError          422 verification_needed, verification_required
 │    │    ├── CannotUpdateAboveLimitError      422 cannot_update_above_limit
 │    │    └── CannotRunAboveLimitError         422 cannot_run_above_limit
 │    ├── ConfirmationRequiredError             423
 │    └── RateLimitedError                      429
 └── ServerError                      unknown   5xx, and 408
      └── ApiMaintenanceError                   503
"""

from __future__ import annotations

from typing import ClassVar, Literal

Outcome = Literal["refused", "not_sent", "unknown"]
Reason = Literal["refused", "unresolved", "untrusted", "timeout", "unreachable", "invalid_name"]


class HerokuError(Exception):
    """A call to Heroku that did not bring what was asked.

    `outcome` says what that means for a change: surely not made (`refused`, `not_sent`), or `unknown` and to
    be read back. `message` is Heroku's English sentence cut to 300 characters, or ours where it said nothing;
    `url` the page that Heroku links; `call` the method and the path's template; `retry_after` is in seconds.
    """

    outcome: ClassVar[Outcome] = "unknown"

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        error_id: str = "",
        url: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.call = call
        self.status = status
        self.id = error_id
        self.url = url
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        facts = " ".join(str(fact) for fact in (self.call, self.status, self.id) if fact)
        asked = f" (Request-Id {self.request_id})" if self.request_id else ""
        return f"{facts}: {self.message}{asked}" if facts else f"{self.message}{asked}"


class NotSentError(HerokuError):
    """Surely not done: the request never left."""

    outcome: ClassVar[Outcome] = "not_sent"

    def __init__(
        self,
        message: str,
        *,
        reason: Reason = "unreachable",
        call: str = "",
        request_id: str | None = None,
    ) -> None:
        super().__init__(message, call=call, request_id=request_id)
        self.reason: Reason = reason


class InvalidNameError(NotSentError):
    """A name that cannot be one of Heroku's, stopped before it reached a path."""

    def __init__(self, message: str) -> None:
        super().__init__(message, reason="invalid_name")


class LostAnswerError(HerokuError):
    """The request left, or may have, and no usable answer came."""


class AnswerTimeoutError(LostAnswerError):
    """The answer was not whole when the total time was over."""


class ConnectionCutError(LostAnswerError):
    """The connection ended before the answer did."""


class MalformedAnswerError(LostAnswerError):
    """An answer that cannot be read without guessing."""


class AnswerTooLargeError(LostAnswerError):
    """An answer larger than Limits.max_bytes, counted after decompression."""


class RedirectRefusedError(LostAnswerError):
    """A redirect: the token goes nowhere else."""


class RefusedError(HerokuError):
    """Heroku said no: the change was not made."""

    outcome: ClassVar[Outcome] = "refused"


class BadRequestError(RefusedError):
    """The request is malformed: our fault."""


class UnauthorizedError(RefusedError):
    """The token is missing, expired or revoked: it must be replaced."""


class DelinquentError(RefusedError):
    """The account or team has an unpaid invoice."""


class ForbiddenError(RefusedError):
    """The token's account lacks the permission or the scope."""


class SuspendedError(ForbiddenError):
    """The account is suspended."""


class TwoFactorRequiredError(ForbiddenError):
    """The app wants a second factor, which a server's token cannot give."""


class NotFoundError(RefusedError):
    """It does not exist, or this token may not see it."""


class NotAcceptableError(RefusedError):
    """The Accept header is wrong: our fault."""


class ConflictError(RefusedError):
    """The state just changed; at a launch, the release has not spread yet."""


class GoneError(RefusedError):
    """It was removed."""


class PreconditionFailedError(RefusedError):
    """If-Match did not match."""


class RangeNotSatisfiableError(RefusedError):
    """The Range header is wrong: our fault."""


class InvalidParamsError(RefusedError):
    """Heroku does not accept these values."""


class VerificationNeededError(InvalidParamsError):
    """The account must be verified with billing information first."""


class CannotUpdateAboveLimitError(InvalidParamsError):
    """More dynos of a process type than its size allows."""

    limit: int | None = None


class CannotRunAboveLimitError(InvalidParamsError):
    """More dynos at once than the size allows."""

    limit: int | None = None
    size: str | None = None


class ConfirmationRequiredError(RefusedError):
    """Heroku wants X-Confirmation-Required for something destructive."""


class RateLimitedError(RefusedError):
    """The account's calls of the hour are used up."""


class ServerError(HerokuError):
    """Heroku failed; whether it made the change first is unknown."""


class ApiMaintenanceError(ServerError):
    """The API is down or read-only."""

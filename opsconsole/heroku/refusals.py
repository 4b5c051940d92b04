"""Turning a 4xx or 5xx answer into its error (Platform API reference, "Error Responses")."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

from opsconsole.heroku import errors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from opsconsole.heroku.errors import HerokuError

MAX_MESSAGE: Final = 300

_BY_ID: Final[Mapping[tuple[int, str], type[HerokuError]]] = {
    (403, "suspended"): errors.SuspendedError,
    (403, "two_factor"): errors.TwoFactorRequiredError,
    (422, "verification_needed"): errors.VerificationNeededError,
    (422, "verification_required"): errors.VerificationNeededError,
    (422, "cannot_update_above_limit"): errors.CannotUpdateAboveLimitError,
    (422, "cannot_run_above_limit"): errors.CannotRunAboveLimitError,
}
_BY_STATUS: Final[Mapping[int, type[HerokuError]]] = {
    400: errors.BadRequestError,
    401: errors.UnauthorizedError,
    402: errors.DelinquentError,
    403: errors.ForbiddenError,
    404: errors.NotFoundError,
    406: errors.NotAcceptableError,
    408: errors.ServerError,
    409: errors.ConflictError,
    410: errors.GoneError,
    412: errors.PreconditionFailedError,
    416: errors.RangeNotSatisfiableError,
    422: errors.InvalidParamsError,
    423: errors.ConfirmationRequiredError,
    429: errors.RateLimitedError,
    503: errors.ApiMaintenanceError,
}


def read_refusal(
    body: bytes,
    *,
    status: int,
    call: str,
    request_id: str,
    retry_after: str | None,
    mask: Callable[[str], str],
) -> HerokuError:
    """The error that a status of 400 or more stands for; the body may be anything, or nothing."""
    content = _read_object(body)
    error_id = _text(content, "id", mask=mask)[:60]
    kind = _BY_ID.get((status, error_id)) or _BY_STATUS.get(status) or _fall_back(status)
    url = _text(content, "url", mask=mask)
    error = kind(
        _text(content, "message", mask=mask)[:MAX_MESSAGE] or f"Heroku answered with status {status}.",
        call=call,
        status=status,
        error_id=error_id,
        # It becomes a link on a page.
        url=url[:MAX_MESSAGE] if url.startswith("https://") else None,
        request_id=request_id,
        retry_after=read_retry_after(retry_after, now=datetime.now(UTC)),
    )
    _add_limits(error, content)
    return error


def read_retry_after(value: str | None, *, now: datetime) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110, section 10.2.3)."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return float(value.strip()[:9])
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _fall_back(status: int) -> type[HerokuError]:
    return errors.RefusedError if status < 500 else errors.ServerError  # noqa: PLR2004 - the classes of HTTP


def _read_object(body: bytes) -> Mapping[str, object]:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(content: Mapping[str, object], key: str, *, mask: Callable[[str], str]) -> str:
    value = content.get(key)
    return mask(value) if isinstance(value, str) else ""


def _add_limits(error: HerokuError, content: Mapping[str, object]) -> None:
    limit, size = content.get("limit"), content.get("size")
    if isinstance(error, errors.CannotUpdateAboveLimitError | errors.CannotRunAboveLimitError):
        error.limit = limit if isinstance(limit, int) else None
    if isinstance(error, errors.CannotRunAboveLimitError) and isinstance(size, str | int):
        error.size = str(size)

"""Each status and id of Heroku's refusals becomes its own error."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from opsconsole.heroku import (
    ApiMaintenanceError,
    BadRequestError,
    CannotRunAboveLimitError,
    CannotUpdateAboveLimitError,
    Client,
    ConfirmationRequiredError,
    ConflictError,
    DelinquentError,
    ForbiddenError,
    GoneError,
    HerokuError,
    InvalidParamsError,
    NotAcceptableError,
    NotFoundError,
    PreconditionFailedError,
    RangeNotSatisfiableError,
    RateLimitedError,
    RefusedError,
    ServerError,
    SuspendedError,
    TwoFactorRequiredError,
    UnauthorizedError,
    VerificationNeededError,
)
from opsconsole.heroku.refusals import read_retry_after
from tests.heroku.scripted_server import ScriptedServer, whole

NOW = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)

REFUSALS: list[tuple[int, str, type[HerokuError]]] = [
    (400, "bad_request", BadRequestError),
    (401, "unauthorized", UnauthorizedError),
    (401, "device_trust_required", UnauthorizedError),
    (401, "mfa_required", UnauthorizedError),
    (402, "delinquent", DelinquentError),
    (403, "forbidden", ForbiddenError),
    (403, "suspended", SuspendedError),
    (403, "two_factor", TwoFactorRequiredError),
    (404, "not_found", NotFoundError),
    (406, "not_acceptable", NotAcceptableError),
    (409, "conflict", ConflictError),
    (410, "gone", GoneError),
    (412, "", PreconditionFailedError),
    (416, "requested_range_not_satisfiable", RangeNotSatisfiableError),
    (422, "invalid_params", InvalidParamsError),
    (422, "verification_needed", VerificationNeededError),
    (422, "verification_required", VerificationNeededError),
    (422, "cannot_update_above_limit", CannotUpdateAboveLimitError),
    (422, "cannot_run_above_limit", CannotRunAboveLimitError),
    (422, "multiple_matches", InvalidParamsError),
    (422, "unprocessable_entity", InvalidParamsError),
    (423, "confirmation_required", ConfirmationRequiredError),
    (429, "rate_limit", RateLimitedError),
    (418, "teapot", RefusedError),
]


def refuse(
    server: ScriptedServer, client: Client, content: Any, *, status: int, **headers: str
) -> HerokuError:
    """What a change says of such an answer."""
    server.plan(
        whole(content, status=status, headers={key.replace("_", "-"): headers[key] for key in headers})
    )
    with pytest.raises(HerokuError) as caught:
        client.apps.set_maintenance("site-vitrine", on=True)
    return caught.value


@pytest.mark.parametrize(("status", "error_id", "kind"), REFUSALS)
def test_a_refusal_has_a_class_of_its_own(
    server: ScriptedServer, client: Client, status: int, error_id: str, kind: type[HerokuError]
) -> None:
    error = refuse(server, client, {"id": error_id, "message": "No."}, status=status)
    assert type(error) is kind
    assert (error.outcome, error.status, error.id, error.message) == ("refused", status, error_id, "No.")
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "kind"),
    [(500, ServerError), (502, ServerError), (503, ApiMaintenanceError), (504, ServerError)],
)
def test_a_failure_of_heroku_leaves_a_change_unknown(
    server: ScriptedServer, client: Client, status: int, kind: type[HerokuError]
) -> None:
    error = refuse(server, client, {"id": "server_error", "message": "Sorry."}, status=status)
    assert (type(error), error.outcome) == (kind, "unknown")


def test_a_refusal_keeps_what_heroku_said(server: ScriptedServer, client: Client) -> None:
    content = {"id": "forbidden", "message": "No.", "url": "https://devcenter.heroku.com/articles/x"}
    error = refuse(server, client, content, status=403, Request_Id="heroku-id")
    assert error.url == "https://devcenter.heroku.com/articles/x"
    assert str(error) == "PATCH /apps/{app} 403 forbidden: No. (Request-Id heroku-id)"


def test_a_message_is_cut_to_300_characters(server: ScriptedServer, client: Client) -> None:
    error = refuse(server, client, {"id": "invalid_params", "message": "é" * 1000}, status=422)
    assert error.message == "é" * 300


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://example.org", 5, None])
def test_only_a_secure_address_becomes_a_link(server: ScriptedServer, client: Client, url: object) -> None:
    assert refuse(server, client, {"id": "forbidden", "message": "No.", "url": url}, status=403).url is None


@pytest.mark.parametrize(
    "content",
    [b"<html>Forbidden</html>", [], "no", {"message": 5}, None],
    ids=["page", "list", "text", "odd", "empty"],
)
def test_a_refusal_without_a_sentence_gets_ours(
    server: ScriptedServer, client: Client, content: object
) -> None:
    error = refuse(server, client, content, status=403)
    assert type(error) is ForbiddenError
    assert error.message == "Heroku answered with status 403."


def test_a_formation_limit_is_kept(server: ScriptedServer, client: Client) -> None:
    error = refuse(
        server, client, {"id": "cannot_update_above_limit", "message": "No.", "limit": 1}, status=422
    )
    assert isinstance(error, CannotUpdateAboveLimitError)
    assert error.limit == 1


@pytest.mark.parametrize("size", ["1", 1])
def test_a_launch_limit_is_kept_with_its_size(server: ScriptedServer, client: Client, size: object) -> None:
    content = {"id": "cannot_run_above_limit", "message": "No.", "limit": 2, "size": size}
    error = refuse(server, client, content, status=422)
    assert isinstance(error, CannotRunAboveLimitError)
    assert (error.limit, error.size) == (2, "1")


@pytest.mark.parametrize("limit", [None, "2", [2]])
def test_a_limit_that_is_no_number_is_unknown(server: ScriptedServer, client: Client, limit: object) -> None:
    content = {"id": "cannot_run_above_limit", "message": "No.", "limit": limit}
    error = refuse(server, client, content, status=422)
    assert isinstance(error, CannotRunAboveLimitError)
    assert (error.limit, error.size) == (None, None)


def test_a_rate_limit_says_how_long_to_wait(server: ScriptedServer, client: Client) -> None:
    error = refuse(server, client, {"id": "rate_limit", "message": "Slow."}, status=429, Retry_After="30")
    assert error.retry_after == 30


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("30", 30),
        (" 0 ", 0),
        ("Fri, 20 Nov 2026 08:30:10 GMT", 10),
        ("Fri, 20 Nov 2026 08:29:00 GMT", 0),
        ("Fri, 20 Nov 2026 08:30:10 -0000", 10),
        ("soon", None),
        ("-5", None),
        ("³", None),
        ("9" * 400, 999_999_999),
    ],
)
def test_a_wait_is_read_in_both_forms(value: str | None, seconds: float | None) -> None:
    assert read_retry_after(value, now=NOW) == seconds

"""When a call is tried again: the rules by themselves, then over the wire."""

from __future__ import annotations

import logging
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import (
    AnswerTimeoutError,
    AnswerTooLargeError,
    ApiMaintenanceError,
    Client,
    ConflictError,
    ConnectionCutError,
    FormationUpdate,
    HerokuError,
    MalformedAnswerError,
    NotFoundError,
    NotSentError,
    RateLimitedError,
    RedirectRefusedError,
    ServerError,
    UnauthorizedError,
)
from opsconsole.heroku.retry import LONGEST_PAUSE, ReadRetry, WriteRetry
from tests.heroku import samples
from tests.heroku.conftest import TOKEN
from tests.heroku.scripted_server import Script, ScriptedServer, hold, message, raw, reset, whole

if TYPE_CHECKING:
    from collections.abc import Iterator

PASSING: list[HerokuError] = [
    NotSentError("", reason="refused"),
    NotSentError("", reason="unresolved"),
    NotSentError("", reason="timeout"),
    NotSentError("", reason="unreachable"),
    ConnectionCutError(""),
    ServerError(""),
    ApiMaintenanceError(""),
    RateLimitedError("", retry_after=1),
]
LASTING: list[HerokuError] = [
    NotSentError("", reason="untrusted"),
    AnswerTimeoutError(""),
    MalformedAnswerError(""),
    AnswerTooLargeError(""),
    RedirectRefusedError(""),
    NotFoundError(""),
    UnauthorizedError(""),
    ConflictError(""),
    RateLimitedError(""),
    RateLimitedError("", retry_after=30),
    ServerError("", retry_after=30),
]


def name(error: HerokuError) -> str:
    return f"{type(error).__name__} {getattr(error, 'reason', '')} {error.retry_after or ''}"


@pytest.mark.parametrize("error", PASSING, ids=name)
def test_a_read_is_repeated_after_what_passes(error: HerokuError) -> None:
    assert ReadRetry(attempts=3).pause_after(error, left=10) is not None


@pytest.mark.parametrize("error", LASTING, ids=name)
def test_a_read_is_not_repeated_after_what_lasts(error: HerokuError) -> None:
    assert ReadRetry(attempts=3).pause_after(error, left=10) is None


def test_a_read_is_tried_three_times_at_most() -> None:
    retry = ReadRetry(attempts=3)
    pauses = [retry.pause_after(ServerError(""), left=10) for _ in range(3)]
    assert [pause is None for pause in pauses] == [False, False, True]


def test_pauses_grow() -> None:
    retry = ReadRetry(attempts=4, spread=lambda: 0.5)
    assert [retry.pause_after(ServerError(""), left=10) for _ in range(3)] == [0.2, 0.4, 0.8]


def test_pauses_are_spread_so_that_not_everybody_comes_back_at_once() -> None:
    error = ServerError("")
    pauses = [
        ReadRetry(attempts=2, spread=spread).pause_after(error, left=10)
        for spread in (lambda: 0.0, lambda: 0.9)
    ]
    assert pauses == [pytest.approx(0.1), pytest.approx(0.28)]


def test_a_short_wait_asked_by_heroku_is_kept() -> None:
    assert (
        ReadRetry(attempts=3).pause_after(RateLimitedError("", retry_after=LONGEST_PAUSE), left=10)
        == LONGEST_PAUSE
    )


def test_a_pause_that_would_use_up_the_total_is_not_taken() -> None:
    assert ReadRetry(attempts=3, spread=lambda: 0.5).pause_after(ServerError(""), left=0.2) is None


@pytest.mark.parametrize(
    "error", [error for error in (*PASSING, *LASTING) if getattr(error, "reason", "") != "refused"], ids=name
)
def test_a_change_is_not_repeated_after_anything_but_a_refused_connection(error: HerokuError) -> None:
    assert WriteRetry().pause_after(error, left=10) is None


def test_a_change_is_repeated_once_after_a_refused_connection() -> None:
    retry = WriteRetry()
    error = NotSentError("", reason="refused")
    assert [retry.pause_after(error, left=10) is None for _ in range(2)] == [False, True]


def test_a_launch_is_repeated_twice_after_a_conflict() -> None:
    retry = WriteRetry(conflicts=2)
    assert [retry.pause_after(ConflictError(""), left=10) is None for _ in range(3)] == [False, False, True]


def test_a_launch_is_not_repeated_when_no_time_is_left() -> None:
    assert WriteRetry(conflicts=2).pause_after(ConflictError(""), left=0.01) is None


@pytest.mark.parametrize(
    "script",
    [whole(status=500), reset(), whole(status=429, headers={"Retry-After": "0"})],
    ids=["500", "reset", "429"],
)
def test_a_read_gets_over_two_failures(server: ScriptedServer, client: Client, script: Script) -> None:
    server.plan(script, script, whole([samples.app()]))
    assert client.apps.list()[0].name == "site-vitrine"
    assert len(server.requests) == 3


def test_a_read_gives_up_after_three_failures(server: ScriptedServer, client: Client) -> None:
    server.plan(*[whole(status=503)] * 5)
    with pytest.raises(ApiMaintenanceError):
        client.apps.list()
    assert len(server.requests) == 3


def test_every_attempt_has_an_id_of_its_own(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(status=500), whole([]))
    client.apps.list()
    assert len({seen.headers["request-id"] for seen in server.requests}) == 2


def test_a_long_wait_asked_by_heroku_is_not_sat_out(server: ScriptedServer, client: Client) -> None:
    server.plan(*[whole(status=429, headers={"Retry-After": "60"})] * 2)
    with pytest.raises(RateLimitedError):
        client.apps.list()
    assert len(server.requests) == 1


def test_a_refused_token_is_not_tried_again(server: ScriptedServer, client: Client) -> None:
    server.plan(*[whole({"id": "unauthorized"}, status=401)] * 2)
    with pytest.raises(UnauthorizedError):
        client.apps.list()
    assert len(server.requests) == 1


def test_a_launch_gets_over_two_conflicts(server: ScriptedServer, client: Client) -> None:
    conflict = whole({"id": "conflict", "message": "Not yet."}, status=409)
    server.plan(conflict, conflict, whole(samples.dyno(), status=201))
    client.dynos.create("site-vitrine", command="true")
    assert len(server.requests) == 3


def test_a_launch_gives_up_after_three_conflicts(server: ScriptedServer, client: Client) -> None:
    server.plan(*[whole({"id": "conflict"}, status=409)] * 4)
    with pytest.raises(ConflictError):
        client.dynos.create("site-vitrine", command="true")
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    "script",
    [
        whole(status=500),
        whole(status=503),
        whole(status=429, headers={"Retry-After": "0"}),
        raw(b""),
        reset(),
        raw(message(samples.dyno(), status=201)[:-9]),
        hold(),
    ],
    ids=["500", "503", "429", "closed", "reset", "cut", "silence"],
)
def test_a_launch_that_may_have_happened_is_never_sent_again(
    server: ScriptedServer, client: Client, script: Script
) -> None:
    server.plan(script, whole(samples.dyno(), status=201))
    with pytest.raises(HerokuError):
        client.dynos.create("site-vitrine", command="true", total=0.3)
    assert len(server.requests) == 1


def test_a_conflict_on_a_scale_is_not_sent_again(server: ScriptedServer, client: Client) -> None:
    server.plan(whole({"id": "conflict"}, status=409), whole([samples.formation()]))
    with pytest.raises(ConflictError):
        client.formation.update("site-vitrine", updates=[FormationUpdate("web", quantity=1)])
    assert len(server.requests) == 1


class OpenOnRefusal(logging.Handler):
    """Opens a server as soon as the client says that it was refused."""

    def __init__(self, server: ScriptedServer) -> None:
        super().__init__()
        self._server = server
        self.refusals = 0

    def emit(self, record: logging.LogRecord) -> None:
        if "NotSentError" in record.getMessage():
            self.refusals += 1
            self._server.open()


@pytest.fixture
def late_server() -> Iterator[ScriptedServer]:
    """A server that refuses the first connection."""
    logger = logging.getLogger("opsconsole.heroku")
    level = logger.level
    with ScriptedServer(refuses=True) as server:
        handler = OpenOnRefusal(server)
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        yield server
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert handler.refusals == 1


def test_a_change_refused_at_the_door_is_sent_once_more(late_server: ScriptedServer) -> None:
    late_server.plan(whole([samples.formation(quantity=1)]))
    with closing(Client(TOKEN, base_url=late_server.base_url)) as client:
        client.formation.update("site-vitrine", updates=[FormationUpdate("web", quantity=1)])
    assert len(late_server.requests) == 1


def test_a_read_refused_at_the_door_is_sent_once_more(late_server: ScriptedServer) -> None:
    late_server.plan(whole([]))
    with closing(Client(TOKEN, base_url=late_server.base_url)) as client:
        assert client.apps.list() == ()


def test_a_change_refused_twice_at_the_door_is_given_up() -> None:
    with ScriptedServer(refuses=True) as server, closing(Client(TOKEN, base_url=server.base_url)) as client:
        with pytest.raises(NotSentError):
            client.apps.set_maintenance("site-vitrine", on=True)
        assert client.calls == 2

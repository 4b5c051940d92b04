"""Every way in which an answer goes wrong: its error, its outcome, and the time it takes."""

from __future__ import annotations

import gzip
import json
import socket
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import (
    AnswerTimeoutError,
    AnswerTooLargeError,
    Client,
    ConnectionCutError,
    FormationUpdate,
    HerokuError,
    Limits,
    MalformedAnswerError,
    NotSentError,
    RedirectRefusedError,
    RefusedError,
    ServerError,
)
from tests.heroku import samples
from tests.heroku.conftest import TOKEN
from tests.heroku.scripted_server import (
    Script,
    ScriptedServer,
    Wire,
    drip,
    hold,
    message,
    raw,
    reset,
    whole,
    zipped,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

FORMATION = [samples.formation(quantity=0)]
WHOLE = message(FORMATION)
HEAD = WHOLE.index(b"\r\n\r\n") + 4
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
LARGE = json.dumps([samples.formation(command="x" * 20_000)]).encode()

LONGEST = 4.0  # seconds: less than an answer takes that drips to its end, and than the total of what needs no waiting

LOST: list[tuple[str, Script, type[HerokuError]]] = [
    ("silence", hold(), AnswerTimeoutError),
    ("dripping head", drip(WHOLE), AnswerTimeoutError),
    ("dripping body", drip(WHOLE[HEAD:], after=WHOLE[:HEAD]), AnswerTimeoutError),
    ("dripping chunk size", drip(b"0" * 99, after=CHUNKED), AnswerTimeoutError),
    ("endless continue", drip(b"HTTP/1.1 100 Continue\r\n\r\n" * 50, every=0.005), AnswerTimeoutError),
    ("body shorter than announced, held", hold(WHOLE[:-9]), AnswerTimeoutError),
    ("closed at once", raw(b""), ConnectionCutError),
    ("reset at once", reset(), ConnectionCutError),
    ("cut in the head", raw(WHOLE[:30]), MalformedAnswerError),
    ("cut in the body", raw(WHOLE[:-9]), ConnectionCutError),
    ("reset in the body", reset(WHOLE[:-9]), ConnectionCutError),
    ("chunks cut", raw(CHUNKED + b"5\r\n[{\"id"), ConnectionCutError),
    ("chunks without an end", raw(CHUNKED + b"2\r\n[]\r\n"), ConnectionCutError),
    ("bad chunk size", raw(CHUNKED + b"zz\r\n[]\r\n0\r\n\r\n"), MalformedAnswerError),
    ("not HTTP", raw(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"), MalformedAnswerError),
    ("noise", raw(bytes(range(256)) * 4), MalformedAnswerError),
    ("a header without an end", raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 99_999), MalformedAnswerError),
    ("two lengths", whole(FORMATION, extra=(("Content-Length", "3"),)), MalformedAnswerError),
    ("half the JSON", whole(json.dumps(FORMATION).encode()[:-9]), MalformedAnswerError),
    ("length too short", whole(FORMATION, headers={"Content-Length": "20"}), MalformedAnswerError),
    ("gzip cut", zipped(FORMATION, cut=30), MalformedAnswerError),
    ("gzip that is none", whole(FORMATION, headers={"Content-Encoding": "gzip"}), MalformedAnswerError),
    ("a page", whole(b"<!doctype html><title>Sign in</title>", headers={"Content-Type": "text/html"}), MalformedAnswerError),
    ("nothing", whole(), MalformedAnswerError),
    ("nothing, 204", whole(status=204), MalformedAnswerError),
    ("an object for a list", whole({}), MalformedAnswerError),
    ("a list of something else", whole(["web"]), MalformedAnswerError),
    ("null", whole(b"null"), MalformedAnswerError),
    ("not a number", whole([samples.formation(quantity=float("nan"))]), MalformedAnswerError),
    ("depth without an end", whole(b"[" * 9_000), MalformedAnswerError),
    ("not UTF-8", whole(b'[{"id": "\xff\xfe"}]'), MalformedAnswerError),
    ("a status that is none", raw(b"HTTP/1.1 777 Lucky\r\nContent-Length: 2\r\n\r\n[]"), MalformedAnswerError),
    ("too large", whole(LARGE), AnswerTooLargeError),
    ("too large once unzipped", whole(gzip.compress(LARGE), headers={"Content-Encoding": "gzip"}), AnswerTooLargeError),
    ("too large, length unknown", raw(b"HTTP/1.1 200 OK\r\n\r\n" + LARGE), AnswerTooLargeError),
    ("redirect", whole(status=302, headers={"Location": "/elsewhere"}), RedirectRefusedError),
    ("redirect that keeps the method", whole(status=307, headers={"Location": "/elsewhere"}), RedirectRefusedError),
    ("500", whole({"id": "server_error", "message": "Sorry."}, status=500), ServerError),
    ("503", whole({"id": "maintenance", "message": "Read-only."}, status=503), ServerError),
    ("502, a page", whole(b"<html>", status=502), ServerError),
    ("408", whole(status=408), ServerError),
    ("500, then cut", raw(message({"id": "server_error"}, status=500)[:-5]), ServerError),
]  # fmt: skip

each_loss = pytest.mark.parametrize(
    ("script", "kind"), [pytest.param(script, kind, id=name) for name, script, kind in LOST]
)


def total_for(kind: type[HerokuError]) -> float:
    """Short where waiting for the end is the point, generous where a busy machine must not change the error."""
    return 0.3 if kind is AnswerTimeoutError else 5


@each_loss
def test_a_read_says_what_went_wrong_in_time(
    server: ScriptedServer, plain_client: Client, script: Script, kind: type[HerokuError]
) -> None:
    server.plan(script)
    started = time.monotonic()
    with pytest.raises(kind):
        plain_client.formation.list("site-vitrine", total=total_for(kind))
    assert time.monotonic() - started < LONGEST


@each_loss
def test_a_change_without_a_proper_answer_is_unknown_and_sent_once(
    server: ScriptedServer, plain_client: Client, script: Script, kind: type[HerokuError]
) -> None:
    server.plan(script)
    updates = [FormationUpdate("web", quantity=0)]
    started = time.monotonic()
    with pytest.raises(kind) as caught:
        plain_client.formation.update("site-vitrine", updates=updates, total=total_for(kind))
    assert caught.value.outcome == "unknown"
    assert len(server.requests) == 1
    assert time.monotonic() - started < LONGEST


@pytest.mark.parametrize("content", [b"<html></html>", b"[]", b'"done"'], ids=["page", "list", "text"])
def test_a_restart_answered_by_something_else_is_unknown(
    server: ScriptedServer, plain_client: Client, content: bytes
) -> None:
    server.plan(whole(content))
    with pytest.raises(MalformedAnswerError) as caught:
        plain_client.dynos.restart_all("site-vitrine")
    assert caught.value.outcome == "unknown"


def test_a_lost_answer_keeps_the_id_under_which_it_was_asked(
    server: ScriptedServer, plain_client: Client
) -> None:
    server.plan(hold())
    with pytest.raises(AnswerTimeoutError) as caught:
        plain_client.apps.list(total=0.25)
    assert caught.value.request_id == server.requests[0].headers["request-id"]
    assert caught.value.call == "GET /apps"


@pytest.mark.parametrize(
    "script",
    [
        raw(message({"id": "forbidden", "message": "No."}, status=403)[:-5]),
        drip(message({"id": "forbidden", "message": "No." * 999}, status=403), every=0.002),
        whole({"id": "forbidden", "message": "x" * 20_000}, status=403),
    ],
    ids=["cut", "dripping", "too large"],
)
def test_a_refusal_is_a_refusal_even_when_its_sentence_is_lost(
    server: ScriptedServer, plain_client: Client, script: Script
) -> None:
    server.plan(script)
    with pytest.raises(RefusedError) as caught:
        plain_client.apps.set_maintenance("site-vitrine", on=True, total=2.0)
    assert (caught.value.outcome, caught.value.status) == ("refused", 403)


def test_the_total_of_one_call_can_be_shortened(server: ScriptedServer, client: Client) -> None:
    server.plan(drip(WHOLE))
    started = time.monotonic()
    with pytest.raises(AnswerTimeoutError):
        client.formation.list("site-vitrine", total=0.3)
    assert 0.25 < time.monotonic() - started < LONGEST


def test_an_answer_that_falls_silent_late_gets_only_what_is_left(
    server: ScriptedServer, plain_client: Client
) -> None:
    def act(wire: Wire) -> None:
        wire.send(WHOLE[:HEAD])
        wire.drip(WHOLE[HEAD : HEAD + 10], every=0.1)
        wire.hold()

    server.plan(Script(act))
    started = time.monotonic()
    with pytest.raises(AnswerTimeoutError):
        plain_client.formation.list("site-vitrine", total=1.5)
    assert time.monotonic() - started < 2.4  # a whole total once more would be 2.5


def test_the_total_covers_repeats_too(server: ScriptedServer, client: Client) -> None:
    server.plan(*[whole(status=500)] * 2, hold())
    started = time.monotonic()
    with pytest.raises(HerokuError):
        client.apps.list(total=0.6)
    assert time.monotonic() - started < 1.1


def test_the_total_covers_all_pages(server: ScriptedServer, client: Client) -> None:
    def page(number: int) -> Script:
        answer = message([], status=206, headers={"Next-Range": f"id ]{number}.."})
        return Script(lambda wire: wire.drip(answer, every=0.002), keeps=True)

    server.plan(*[page(number) for number in range(20)])
    started = time.monotonic()
    with pytest.raises(HerokuError):
        client.apps.list(total=0.6)
    assert time.monotonic() - started < LONGEST


def test_a_slow_answer_within_the_total_is_read(server: ScriptedServer, client: Client) -> None:
    server.plan(drip(message([]), every=0.002))
    assert client.apps.list(total=3) == ()


def test_bytes_after_an_answer_do_not_become_the_next_answer(server: ScriptedServer, client: Client) -> None:
    planted = message([samples.app(name="plante")])
    server.plan(raw(message([]) + planted, keeps=True), whole([]))
    assert client.apps.list() == ()
    assert client.apps.list() == ()


@pytest.fixture
def full_port() -> Iterator[int]:
    """A listener whose queue is full: connecting to it waits."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        fillers = [socket.socket() for _ in range(4)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(listener.getsockname())
        yield listener.getsockname()[1]
        for filler in fillers:
            filler.close()


def change_through(base_url: str, *, connect: float = 0.3) -> NotSentError:
    limits = Limits(connect=connect, total=60, read_attempts=1)
    with (
        closing(Client(TOKEN, base_url=base_url, limits=limits)) as client,
        pytest.raises(NotSentError) as caught,
    ):
        client.apps.set_maintenance("site-vitrine", on=True)
    return caught.value


def test_a_refused_connection_means_that_nothing_was_sent() -> None:
    with ScriptedServer(refuses=True) as server:
        error = change_through(server.base_url)
    assert (error.outcome, error.reason) == ("not_sent", "refused")


def test_a_connection_that_is_never_made_means_that_nothing_was_sent(full_port: int) -> None:
    started = time.monotonic()
    error = change_through(f"http://127.0.0.1:{full_port}")
    assert (error.outcome, error.reason) == ("not_sent", "timeout")
    assert time.monotonic() - started < 30


def test_a_name_that_does_not_exist_means_that_nothing_was_sent() -> None:
    error = change_through("https://api.heroku.invalid", connect=1)
    assert (error.outcome, error.reason) == ("not_sent", "unresolved")

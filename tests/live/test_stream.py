"""The event stream over real HTTP, under the server that serves the console."""

from __future__ import annotations

import contextlib
import json
import socket
import time
import uuid
from typing import TYPE_CHECKING, Any

import pytest

from tests.edge.server import Server, Stream, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable

GRACE = "--graceful-timeout 60"
AT_ONCE = 25.0  # seconds, which a server that waits for anybody's leaving takes longer than


@pytest.fixture
def topic() -> str:
    return f"app:{uuid.uuid4()}"


def refusal(server: Server, path: str, **headers: str) -> tuple[int, str]:
    response, body = server.ask("GET", path, headers={"X-Person": "anne", **headers})
    return response.status, body.decode()


def test_the_first_bytes_come_at_once(start_server: Callable[..., Server], topic: str) -> None:
    """Whoever reads waits half a minute at most, and the next bytes come after an hour."""
    with Stream(start_server(SAMPLE_HEARTBEAT="3600"), f"topic={topic}") as stream:
        first = stream.read_block()
    assert first[""] == "open"
    assert 2000 <= int(first["retry"]) <= 4000


def test_its_headers_keep_it_out_of_every_cache_and_under_the_same_policy(server: Server, topic: str) -> None:
    with Stream(server, f"topic={topic}") as stream:
        headers = stream.response.headers
    assert headers["Content-Type"] == "text/event-stream; charset=utf-8"
    assert headers["Cache-Control"] == "no-cache, no-transform, no-store"
    assert headers["X-Accel-Buffering"] == "no"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; frame-ancestors 'none'")


def test_an_event_carries_its_topic_its_payload_and_a_cursor_of_all_topics(
    server: Server, topic: str
) -> None:
    with Stream(server, f"topic=fleet&topic={topic}") as stream:
        stream.read_block()
        server.control(f"publish?topic={topic}&text=oui")
        event = stream.read_event()
    assert json.loads(event["data"]) == {"kind": "changed", "text": "oui", "number": 0, "topic": topic}
    fleet, app = event["id"].split(",")
    assert fleet.startswith("fleet=")
    assert fleet.endswith("-0")
    assert app.startswith(f"{topic}=")
    assert app.endswith("-1")


@pytest.mark.parametrize("by", ["header", "query"])
def test_a_browser_that_comes_back_gets_what_it_missed_and_nothing_twice(
    server: Server, topic: str, by: str
) -> None:
    with Stream(server, f"topic={topic}") as staying:
        staying.read_block()
        with Stream(server, f"topic={topic}") as leaving:
            leaving.read_block()
            server.control(f"publish?topic={topic}&times=2")
            leaving.read_event()
            cursor = leaving.read_event()["id"]
        server.control(f"publish?topic={topic}&text=missed")
        query = f"topic={topic}" + (f"&after={cursor}" if by == "query" else "")
        headers = {"Last-Event-ID": cursor} if by == "header" else {}
        with Stream(server, query, headers=headers) as back:
            assert json.loads(back.read_event()["data"])["text"] == "missed"


def test_the_header_of_a_returning_browser_wins_over_its_first_address(server: Server, topic: str) -> None:
    with Stream(server, f"topic={topic}") as stream:
        old = stream.read_block()["id"]
        server.control(f"publish?topic={topic}&times=3")
        newer = [stream.read_event()["id"] for _ in range(3)][1]
        with Stream(server, f"topic={topic}&after={old}", headers={"Last-Event-ID": newer}) as back:
            assert json.loads(back.read_event()["data"])["number"] == 2


def test_a_cursor_given_before_any_event_resumes_too(server: Server, topic: str) -> None:
    with Stream(server, f"topic={topic}") as staying:
        cursor = staying.read_block()["id"]
        server.control(f"publish?topic={topic}&text=first")
        with Stream(server, f"topic={topic}&after={cursor}") as back:
            assert json.loads(back.read_event()["data"])["text"] == "first"


def test_the_id_of_an_earlier_process_is_a_gap_for_that_topic_only(server: Server, topic: str) -> None:
    other = f"app:{uuid.uuid4()}"
    with Stream(server, f"topic={topic}&topic={other}&after={topic}=deadbeef-12") as stream:
        event = stream.read_event()
        server.control(f"publish?topic={other}")
        assert json.loads(event["data"]) == {"kind": "gap", "topic": topic, "missed": None}
        assert json.loads(stream.read_event()["data"])["topic"] == other


def test_the_position_after_a_gap_can_be_resumed_from(server: Server, topic: str) -> None:
    with Stream(server, f"topic={topic}&after={topic}=deadbeef-12") as stream:
        stream.read_event()
        cursor = stream.read_block()["id"]
        server.control(f"publish?topic={topic}&text=next")
        with Stream(server, f"topic={topic}&after={cursor}") as back:
            assert json.loads(back.read_event()["data"])["text"] == "next"


def test_a_text_cannot_forge_an_event(server: Server, topic: str) -> None:
    with Stream(server, f"topic={topic}") as stream:
        stream.read_block()
        server.control(f"publish?topic={topic}&text=a%0A%0Aevent:%20bye%0Adata:x%E2%80%A8data:y%0Did:z")
        block = stream.read_event()
    assert set(block) == {"id", "data"}
    assert json.loads(block["data"])["text"] == "a\n\nevent: bye\ndata:x\u2028data:y\rid:z"


@pytest.mark.parametrize("path", ["/stream/", "/stream/?topic=", "/stream/?topic=A%0A", "/stream/?topic=a,b"])
def test_what_names_no_topic_is_refused(server: Server, path: str) -> None:
    assert refusal(server, path)[0] == 400


def test_more_topics_than_the_limit_are_refused(server: Server) -> None:
    query = "&".join(f"topic=app:{number}" for number in range(25))
    assert refusal(server, f"/stream/?{query}")[0] == 400


def test_the_refusal_of_the_one_who_decides_is_passed_on(server: Server, topic: str) -> None:
    response, body = server.ask("GET", f"/stream/?topic={topic}")
    assert (response.status, body.decode()) == (401, "Qui êtes-vous ?")
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert topic not in server.control("status")["starts"]


@pytest.mark.parametrize("method", ["POST", "HEAD", "PUT", "OPTIONS"])
def test_only_get_reads_a_stream(server: Server, topic: str, method: str) -> None:
    response, _body = server.ask(method, f"/stream/?topic={topic}", headers={"X-Person": "anne"})
    assert (response.status, response.headers["Allow"]) == (405, "GET")


def test_a_topic_one_may_not_see_is_answered_as_unknown(server: Server, topic: str) -> None:
    server.control(f"hide?topic={topic}")
    assert refusal(server, f"/stream/?topic={topic}")[0] == 404


def test_one_person_has_a_bounded_number_of_streams(server: Server, topic: str) -> None:
    with contextlib.ExitStack() as streams:
        for _ in range(12):
            streams.enter_context(Stream(server, f"topic={topic}", person="greedy"))
        with Stream(server, f"topic={topic}", person="greedy") as refused:
            assert refused.response.status == 429
            assert refused.response.headers["Retry-After"]
        with Stream(server, f"topic={topic}", person="another") as served:
            assert served.response.status == 200


def test_a_stream_that_was_closed_gives_its_place_back(server: Server, topic: str) -> None:
    for _ in range(30):
        with Stream(server, f"topic={topic}", person="patient") as stream:
            assert stream.response.status == 200
            stream.read_block()
        wait_until(lambda: not server.control("status")["pumps"].get(topic))


def test_a_browser_that_left_is_noticed_at_once(start_server: Callable[..., Server], topic: str) -> None:
    server = start_server(GUNICORN_CMD_ARGS="--asgi-disconnect-grace-period 60")
    with Stream(server, f"topic={topic}") as stream:
        stream.read_block()
        assert server.control("status")["pumps"][topic] == 1
    wait_until(lambda: not server.control("status")["pumps"].get(topic))


def test_a_hundred_streams_have_one_pump_which_stops_after_the_last(server: Server, topic: str) -> None:
    with contextlib.ExitStack() as stack:
        streams = [
            stack.enter_context(Stream(server, f"topic={topic}", person=f"person {number}"))
            for number in range(100)
        ]
        for stream in streams:
            stream.read_block()
        status = server.control(f"publish?topic={topic}")
        assert all(topic in stream.read_event()["data"] for stream in streams)
        assert status["pumps"][topic] == 100
        assert status["starts"][topic] == 1
    wait_until(lambda: topic not in server.control("status")["pumps"])


def test_a_quiet_stream_beats(start_server: Callable[..., Server], topic: str) -> None:
    with Stream(start_server(SAMPLE_HEARTBEAT="0.1"), f"topic={topic}") as stream:
        stream.read_block()
        assert stream.read_block() == {"": ""}


def test_more_streams_than_the_limit_are_told_to_come_back(
    start_server: Callable[..., Server], topic: str
) -> None:
    server = start_server(SAMPLE_MAX_STREAMS="1")
    with Stream(server, f"topic={topic}"), Stream(server, f"topic={topic}", person="bob") as second:
        assert second.response.status == 503
        assert second.response.headers["Retry-After"]


def test_a_right_withdrawn_ends_the_stream_in_order(start_server: Callable[..., Server], topic: str) -> None:
    server = start_server(SAMPLE_CHECK_EVERY="0.2")
    with Stream(server, f"topic={topic}") as stream, Stream(server, f"topic={topic}", person="bob") as other:
        server.control("refuse?person=anne")
        event = stream.read_event()
        assert (event["event"], json.loads(event["data"])) == ("bye", {"reason": "refused"})
        assert stream.read_block() == {}
        other.read_block()
        server.control(f"publish?topic={topic}")
        assert json.loads(other.read_event()["data"])["kind"] == "changed"


def test_a_right_withdrawn_on_one_topic_leaves_the_others(
    start_server: Callable[..., Server], topic: str
) -> None:
    server = start_server(SAMPLE_CHECK_EVERY="0.2")
    with Stream(server, f"topic=fleet&topic={topic}") as stream:
        server.control(f"hide?topic={topic}")
        assert json.loads(stream.read_event()["data"]) == {"kind": "refused", "topic": topic}
        assert not server.control("status")["pumps"].get(topic)
        server.control("publish?topic=fleet")
        assert json.loads(stream.read_event()["data"])["topic"] == "fleet"


def test_what_one_may_not_see_of_a_topic_is_left_out_for_them_alone(server: Server, topic: str) -> None:
    server.control(f"keep-back?person=bob&text=secret-{topic}")
    with Stream(server, f"topic={topic}") as stream, Stream(server, f"topic={topic}", person="bob") as other:
        server.control(f"publish?topic={topic}&text=secret-{topic}")
        server.control(f"publish?topic={topic}&text=open")
        assert [stream.read_event()["data"].count(text) for text in ("secret", "open")] == [1, 1]
        assert json.loads(other.read_event()["data"])["text"] == "open"


def test_what_one_may_see_of_a_topic_is_asked_again(start_server: Callable[..., Server], topic: str) -> None:
    server = start_server(SAMPLE_CHECK_EVERY="0.2")
    with Stream(server, f"topic={topic}") as stream:
        asked = server.control("keep-back?person=anne&text=secret")["asked"]
        wait_until(lambda: server.control("status")["asked"] >= asked + 2)
        server.control(f"publish?topic={topic}&text=secret")
        server.control(f"publish?topic={topic}&text=open")
        assert json.loads(stream.read_event()["data"])["text"] == "open"


def stall(server: Server, topic: str, person: str) -> socket.socket:
    """A reader who asks for a stream and never reads it."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    reader.connect(("127.0.0.1", server.port))
    reader.sendall(f"GET /stream/?topic={topic} HTTP/1.1\r\nHost: a\r\nX-Person: {person}\r\n\r\n".encode())
    return reader


def test_readers_who_stop_reading_are_dropped_and_cost_a_megabyte_each_at_most(
    start_server: Callable[..., Server], topic: str
) -> None:
    server = start_server(SAMPLE_SEND_SECONDS="0.5")
    publish = f"publish?topic={topic}&times=20&text={'x' * 6000}"
    # One kept connection: each new one leaves the server garbage that would be counted as the readers'.
    with Stream(server, f"topic={topic}", person="quick") as quick, server.keep_control() as control:

        def send_twenty() -> dict[str, Any]:
            status = control(publish)
            assert all(quick.read_event()["data"] for _ in range(20))
            return status

        quick.read_block()
        for _ in range(20):
            send_twenty()
        with contextlib.ExitStack() as stack:
            for number in range(20):
                stack.enter_context(stall(server, topic, f"slow {number}"))
            wait_until(lambda: control("status")["pumps"][topic] == 21)
            before = control("status")["memory"]
            largest = 0
            deadline = time.monotonic() + 60
            while (status := send_twenty())["pumps"][topic] > 1:
                largest = max(largest, status["memory"] - before)
                assert time.monotonic() < deadline
        assert largest < 20_000_000


def test_a_stop_does_not_wait_for_a_reader_who_stopped_reading(
    start_server: Callable[..., Server], topic: str
) -> None:
    server = start_server(GUNICORN_CMD_ARGS=GRACE)
    publish = f"publish?topic={topic}&times=20&text={'x' * 6000}"
    with (
        stall(server, topic, "slow"),
        Stream(server, "topic=fleet") as reading,
        server.keep_control() as control,
    ):
        reading.read_block()
        wait_until(lambda: control("status")["pumps"].get(topic) == 1)
        for _ in range(100):
            control(publish)
        assert server.stop() < AT_ONCE
        assert reading.read_event()["event"] == "bye"


def test_a_stop_ends_fifty_streams_in_order_and_at_once(
    start_server: Callable[..., Server], topic: str
) -> None:
    server = start_server(GUNICORN_CMD_ARGS=GRACE)
    with contextlib.ExitStack() as stack:
        streams = [
            stack.enter_context(Stream(server, f"topic={topic}", person=f"person {number}"))
            for number in range(50)
        ]
        for stream in streams:
            stream.read_block()
        idle = stack.enter_context(server.connect())
        seconds = server.stop()
        farewells = [stream.read_event() for stream in streams]
        assert seconds < AT_ONCE
        assert {(event["event"], event["data"]) for event in farewells} == {("bye", '{"reason": "restart"}')}
        assert len({event["retry"] for event in farewells}) > 25
        assert [stream.read_block() for stream in streams] == [{}] * 50
        assert idle.recv(1) == b""

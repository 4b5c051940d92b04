"""The bridge to WSGI over real HTTP, under the server that serves the console."""

from __future__ import annotations

import contextlib
import hashlib
import json
import socket
import time
from typing import TYPE_CHECKING

import pytest

from tests.edge.server import Server, wait_until

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LIMIT = 2_621_440


def slow_post(server: Server, *, length: int = 1000) -> socket.socket:
    return server.send(f"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\nx".encode())


def read_all(connection: socket.socket) -> bytes:
    data = b""
    with contextlib.suppress(ConnectionResetError):
        while piece := connection.recv(65536):
            data += piece
    return data


@contextlib.contextmanager
def full_pool(server: Server, *, requests: int = 8) -> Iterator[list[socket.socket]]:
    """`requests` visitors of a page that holds its thread until the block ends."""
    server.control("hold-back")
    with contextlib.ExitStack() as stack:
        visitors = [
            stack.enter_context(server.send(b"GET /block HTTP/1.1\r\nHost: a\r\n\r\n"))
            for _ in range(requests)
        ]
        wait_until(lambda: server.control("status")["blocked"] == 8)
        yield visitors
        server.control("release")
        wait_until(lambda: server.control("status")["blocked"] == 0)


def test_a_page_comes_with_its_own_headers(server: Server) -> None:
    response, body = server.ask("GET", "/hello")
    assert (response.status, body) == (200, b"hello")
    assert response.headers["X-Own"] == "1"
    assert "/" not in response.headers["Server"].replace("gunicorn/asgi", "")


def test_sixteen_slow_senders_do_not_hold_a_page_up(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(slow_post(server))
        # A thread that waits for a body waits thirty seconds, and `ask` less.
        assert server.ask("GET", "/hello")[0].status == 200


def test_sixteen_slow_readers_do_not_hold_a_page_up(start_server: Callable[..., Server]) -> None:
    server = start_server(send_buffer=16_384)
    with contextlib.ExitStack() as stack:
        for _ in range(16):
            reader = stack.enter_context(socket.socket())
            reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            reader.connect(("127.0.0.1", server.port))
            reader.sendall(b"GET /big?400000 HTTP/1.1\r\nHost: a\r\n\r\n")
            assert reader.recv(16)
        # A thread that waits for a reader waits a minute, and `ask` less.
        assert server.ask("GET", "/hello")[0].status == 200


def test_a_body_that_takes_too_long_is_answered_408(start_server: Callable[..., Server]) -> None:
    server = start_server(SAMPLE_BODY_SECONDS="0.3")
    with slow_post(server) as connection:
        answer = read_all(connection)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"connection: close" in answer.lower()
    assert b"nosniff" in answer


def test_more_bodies_at_once_than_the_limit_are_refused_and_pages_are_not(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(SAMPLE_MAX_BODIES="2")
    with slow_post(server), slow_post(server):
        wait_until(lambda: server.ask("POST", "/echo", body=b"x")[0].status == 503)
        assert server.ask("GET", "/hello")[0].status == 200
    wait_until(lambda: server.ask("POST", "/echo", body=b"x")[0].status == 200)


def test_a_body_declared_too_large_is_answered_413_before_it_is_sent(server: Server) -> None:
    with slow_post(server, length=LIMIT + 1) as connection:
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_the_sender_of_a_body_too_large_can_read_why(server: Server) -> None:
    # More than the kernel's buffers hold: it is still being sent when the answer is ready.
    response, body = server.ask("POST", "/echo", body=b"x" * 14_000_000)
    assert response.status == 413
    assert "trop volumineux" in body.decode()
    assert response.headers["Connection"] == "close"


def test_a_chunked_body_too_large_is_answered_413(server: Server) -> None:
    pieces = (b"x" * 100_000 for _ in range(27))
    response, _body = server.ask("POST", "/echo", body=pieces, chunked=True)
    assert response.status == 413


def test_a_body_of_exactly_the_limit_arrives_whole(server: Server) -> None:
    sent = bytes(range(256)) * (LIMIT // 256)
    seen = json.loads(server.ask("POST", "/echo", body=sent)[1])
    assert (seen["length"], seen["digest"]) == (str(LIMIT), hashlib.sha256(sent).hexdigest())
    assert seen["CONTENT_LENGTH"] == str(LIMIT)


def test_a_chunked_body_arrives_whole_with_its_length_counted(server: Server) -> None:
    pieces = [bytes([number]) * (number * 100) for number in range(1, 40)]
    seen = json.loads(server.ask("POST", "/echo", body=iter(pieces), chunked=True)[1])
    whole = b"".join(pieces)
    assert (seen["length"], seen["digest"]) == (str(len(whole)), hashlib.sha256(whole).hexdigest())
    assert seen["CONTENT_LENGTH"] == str(len(whole))
    assert "HTTP_TRANSFER_ENCODING" not in seen


def test_a_sender_who_leaves_in_the_middle_reaches_no_page(server: Server) -> None:
    before = server.control("status")["blocked"]
    with server.send(b"POST /block HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx"):
        pass
    assert server.ask("GET", "/hello")[0].status == 200
    assert server.control("status")["blocked"] == before


def test_the_environment_says_what_was_asked(server: Server) -> None:
    with server.send(
        b"POST /echo/%C3%A9%2F%20x//y?a=%20b&c HTTP/1.1\r\nHost: site.example:81\r\nContent-Type: text/x\r\n"
        b"Cookie: a=1\r\nCookie: b=2\r\nX-List: 1\r\nX-List: 2\r\nX_List: forged\r\n"
        b"Path_Info: /forged\r\n"
        b"X-Forwarded-Proto: https\r\n"
        b"Content-Length: 2\r\nConnection: close\r\n\r\nok"
    ) as connection:
        seen = json.loads(read_all(connection).split(b"\r\n\r\n", 1)[1].split(b"\r\n")[1])
    expected = {
        "PATH_INFO": "/echo/é/ x//y".encode().decode("latin-1"),
        "SCRIPT_NAME": "",
        "QUERY_STRING": "a=%20b&c",
        "REQUEST_METHOD": "POST",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": str(server.port),
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "text/x",
        "CONTENT_LENGTH": "2",
        "HTTP_HOST": "site.example:81",
        "HTTP_COOKIE": "a=1; b=2",
        "HTTP_X_LIST": "1,2",
        "wsgi.url_scheme": "https",
    }
    assert {key: seen.get(key) for key in expected} == expected
    assert "HTTP_PATH_INFO" not in seen


def test_a_head_request_gets_the_headers_alone(server: Server) -> None:
    response, body = server.ask("HEAD", "/hello")
    assert (response.status, response.headers["Content-Length"], body) == (200, "5", b"")


def test_a_kept_connection_serves_page_after_page(server: Server) -> None:
    with server.connect() as connection:
        for _ in range(3):
            connection.sendall(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx")
            answer = b""
            while not answer.endswith(b"0\r\n\r\n"):
                answer += connection.recv(65536)
            assert answer.startswith(b"HTTP/1.1 200 ")
            assert b"keep-alive" not in answer


def test_the_pieces_of_an_answer_leave_as_they_are_made(server: Server) -> None:
    server.control("hold-back")
    with server.send(b"GET /pieces HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n") as connection:
        seen = b""
        while b"first" not in seen:
            seen += connection.recv(65536)
        assert b"second" not in seen
        server.control("release")
        assert b"second" in read_all(connection)


def test_an_answer_that_is_read_slowly_does_not_run_ahead(server: Server) -> None:
    before = server.control("status")
    with server.send(b"GET /endless HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        connection.recv(10)
        wait_until(lambda: server.control("status")["written"] > before["written"])
        written = -1
        while written != (now := server.control("status")["written"] - before["written"]):
            written = now
            time.sleep(0.2)
        memory = server.control("status")["memory"] - before["memory"]
        assert memory < 4_000_000
    wait_until(lambda: server.control("status")["closed"] == before["closed"] + 1)


@pytest.mark.parametrize("page", ["boom", "silent"])
def test_a_page_that_breaks_is_answered_500_without_a_trace(server: Server, page: str) -> None:
    response, body = server.ask("GET", f"/{page}")
    assert (response.status, response.headers["Cache-Control"]) == (500, "no-store")
    assert body.decode() == "Une erreur est survenue. Something went wrong."
    assert response.headers["X-Frame-Options"] is None
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_what_broke_is_in_the_log(server: Server) -> None:
    server.ask("GET", "/boom")
    wait_until(lambda: "RuntimeError: boom" in server.log.read_text())


def test_an_answer_that_breaks_in_the_middle_is_not_passed_off_as_whole(server: Server) -> None:
    server.control("hold-back")
    with server.send(b"GET /half HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        assert connection.recv(12) == b"HTTP/1.1 200"
        server.control("release")
        assert b"0\r\n\r\n" not in read_all(connection)


def test_health_answers_while_every_thread_is_taken(server: Server) -> None:
    with full_pool(server):
        response, body = server.ask("GET", "/health")
        assert (response.status, json.loads(body)) == (200, {"status": "ok"})


def test_those_who_wait_for_a_thread_are_served_in_the_end(server: Server) -> None:
    with full_pool(server, requests=20) as visitors:
        server.control("release")
        assert [visitor.recv(12) for visitor in visitors] == [b"HTTP/1.1 200"] * 20


def test_a_queue_that_is_full_is_said(start_server: Callable[..., Server]) -> None:
    server = start_server(SAMPLE_QUEUE="2")
    with full_pool(server, requests=10):
        response, body = server.ask("GET", "/hello")
        assert (response.status, response.headers["Retry-After"]) == (503, "5")
        assert "Trop de demandes" in body.decode()
    assert server.ask("GET", "/hello")[0].status == 200


def test_a_visitor_who_gave_up_waiting_leaves_the_queue(start_server: Callable[..., Server]) -> None:
    server = start_server(SAMPLE_QUEUE="2")
    with full_pool(server, requests=10) as visitors:
        assert server.ask("GET", "/hello")[0].status == 503
        visitors[8].close()
        visitors[9].close()
        wait_until(lambda: _waits(server))


def _waits(server: Server) -> bool:
    """Whether a new request is let into the queue, where it stays without an answer."""
    with server.send(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") as visitor:
        visitor.settimeout(0.3)
        try:
            return not visitor.recv(12).startswith(b"HTTP/1.1 503")
        except TimeoutError:
            return True


def test_a_page_under_way_is_finished_at_a_stop(start_server: Callable[..., Server]) -> None:
    server = start_server()
    with server.send(b"GET /pieces HTTP/1.1\r\nHost: a\r\n\r\n") as visitor:
        seen = b""
        while b"first" not in seen:
            seen += visitor.recv(65536)
        with server.connect() as control:
            control.sendall(b"GET /control/status HTTP/1.1\r\nHost: a\r\n\r\n")
            control.recv(65536)
            server.process.terminate()
            control.sendall(b"GET /control/release HTTP/1.1\r\nHost: a\r\n\r\n")
            assert b"second" in read_all(visitor)
    server.process.wait(45)
    assert "sample ended in order" in server.log.read_text()

"""What the edge answers by itself, and how the process starts and ends."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.edge.routes import Edge
from opsconsole.edge.worker import EdgeWorker
from tests.edge.server import ROOT, Server

if TYPE_CHECKING:
    from collections.abc import Callable

UPGRADE = (
    b"GET /anything HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


def test_health_is_json_that_nobody_keeps(server: Server) -> None:
    response, body = server.ask("GET", "/health")
    assert (response.status, json.loads(body)) == (200, {"status": "ok"})
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "no-store"


def test_health_answers_head_without_a_body(server: Server) -> None:
    response, body = server.ask("HEAD", "/health")
    assert (response.status, response.headers["Content-Length"], body) == (200, "16", b"")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "same-origin"),
        ("Cross-Origin-Opener-Policy", "same-origin"),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), clipboard-write=(self)"),
        ("Strict-Transport-Security", "max-age=60; includeSubDomains"),
    ],
)
def test_its_own_answers_carry_the_security_headers(server: Server, name: str, value: str) -> None:
    assert server.ask("GET", "/health")[0].headers[name] == value


@pytest.mark.parametrize("method", ["TRACE", "FOO", "PROPFIND", "get"])
def test_a_method_nobody_needs_is_refused(server: Server, method: str) -> None:
    with server.send(f"{method} /hello HTTP/1.1\r\nHost: a\r\n\r\n".encode()) as connection:
        assert connection.recv(12) in {b"HTTP/1.1 405", b"HTTP/1.1 400"}


def test_trace_is_answered_405_with_what_is_allowed(server: Server) -> None:
    response, body = server.ask("TRACE", "/hello", headers={"X-Secret": "canary"})
    assert response.status == 405
    assert response.headers["Allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"
    assert b"canary" not in body


@pytest.mark.parametrize("target", ["CONNECT a:443", "GET http://evil.example/hello", "OPTIONS *"])
def test_a_target_that_is_no_path_is_refused(server: Server, target: str) -> None:
    with server.send(f"{target} HTTP/1.1\r\nHost: a\r\n\r\n".encode()) as connection:
        assert connection.recv(12) in {b"HTTP/1.1 400", b"HTTP/1.1 405"}


def test_a_websocket_is_refused(server: Server) -> None:
    with server.send(UPGRADE) as connection:
        assert connection.recv(12) == b"HTTP/1.1 403"


def test_every_other_path_goes_to_django(server: Server) -> None:
    assert server.ask("GET", "/hello")[1] == b"hello"


def test_ready_goes_to_django_while_the_server_serves(server: Server) -> None:
    assert server.ask("GET", "/ready")[1] == b"ready"


@pytest.mark.parametrize(("path", "status"), [("/ready", 503), ("/health", 200)])
def test_a_stop_is_seen_in_readiness_not_in_health(path: str, status: int) -> None:
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def unreachable(*_: object) -> None:
        raise AssertionError

    edge = Edge(django=unreachable, stream=unreachable, is_stopping=lambda: True)
    asyncio.run(edge({"type": "http", "method": "GET", "path": path}, receive, send))
    assert sent[0]["status"] == status


def test_too_many_headers_are_refused(server: Server) -> None:
    headers = {f"X-{number}": "1" for number in range(101)}
    assert server.ask("GET", "/hello", headers=headers)[0].status == 431


def test_headers_that_never_end_are_given_up(start_server: Callable[..., Server]) -> None:
    server = start_server(GUNICORN_CMD_ARGS="--worker-class tests.edge.hasty_worker.HastyWorker")
    with contextlib.ExitStack() as stack:
        slow = [stack.enter_context(server.send(b"GET /hello HTTP/1.1\r\nX-Slow: ")) for _ in range(200)]
        slow.append(stack.enter_context(server.connect()))
        assert server.ask("GET", "/hello")[0].status == 200
        assert [connection.recv(1) for connection in slow] == [b""] * 201


def test_a_second_request_has_the_same_time_for_its_headers(start_server: Callable[..., Server]) -> None:
    server = start_server(GUNICORN_CMD_ARGS="--worker-class tests.edge.hasty_worker.HastyWorker")
    with server.send(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") as connection:
        while not connection.recv(65536).endswith(b"hello"):
            pass
        connection.sendall(b"GET /hello HTTP/1.1\r\nX-Slow: ")
        assert connection.recv(1) == b""


def test_headers_have_ten_seconds() -> None:
    assert EdgeWorker.header_seconds == 10


def test_a_start_that_fails_ends_the_server_with_its_sentence(start_server: Callable[..., Server]) -> None:
    server = start_server(SAMPLE_BROKEN_START="no database")
    assert server.process.wait(45) != 0
    assert "no database" in server.log.read_text()


def test_the_end_is_told_to_the_application_after_the_last_answer(
    start_server: Callable[..., Server],
) -> None:
    server = start_server(GUNICORN_CMD_ARGS="--graceful-timeout 60")
    assert server.ask("GET", "/hello")[0].status == 200
    with server.send(b"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n") as kept:
        assert kept.recv(12) == b"HTTP/1.1 200"
        assert server.stop() < 25
    assert "sample ended in order" in server.log.read_text()


def test_several_processes_are_refused_without_a_redis_between_them() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "tests.edge.sample_app:application"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "OPSCONSOLE_BIND": "127.0.0.1:0",
            "GUNICORN_CMD_ARGS": "--workers 2",
        },
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert run.returncode != 0
    assert "set REDIS_URL" in run.stderr


def test_several_processes_start_with_a_redis_between_them(start_server: Callable[..., Server]) -> None:
    server = start_server(GUNICORN_CMD_ARGS="--workers 2", REDIS_URL="redis://127.0.0.1:1/0")
    assert server.ask("GET", "/hello")[0].status == 200

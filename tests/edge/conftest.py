"""One running server for the tests that leave it as they found it, and a way to start others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.edge.server import Server

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture(scope="module")
def start_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(*, send_buffer: int | None = None, **settings: str) -> Server:
        log = tmp_path_factory.mktemp("server") / "log"
        server = Server(log, send_buffer=send_buffer, **settings)
        servers.append(server)
        return server

    yield start
    for server in servers:
        server.interrupt()
    for server in servers:
        server.wait()


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()

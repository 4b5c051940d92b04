"""One running server for the tests that leave it as they found it, and a way to start others."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from opsconsole.live.redis_broker import RedisBroker
from opsconsole.live.topics import MemoryTopic
from tests.edge.server import Server, wait_until
from tests.live.redis_server import BINARY, RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsconsole.live.shared_topic import SharedTopic


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


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    if BINARY is None and not os.environ.get("OPSCONSOLE_TEST_ALL"):
        pytest.skip("redis-server is not installed")
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.close()


@pytest.fixture(params=["memory", "redis"])
def make_topic(request: pytest.FixtureRequest) -> Iterator[Callable[..., MemoryTopic | SharedTopic]]:
    """Make a topic, in this process's memory or in Redis: every test holds of both."""
    if request.param == "memory":
        yield MemoryTopic
        return
    broker = RedisBroker(request.getfixturevalue("shared_redis").empty().url)
    made: list[SharedTopic] = []

    def make(name: str, *, max_events: int = 500, max_bytes: int = 262_144) -> SharedTopic:
        topic = broker.topic(name, max_events=max_events, max_bytes=max_bytes)
        made.append(topic)
        wait_until(lambda: topic.cursor != "?")
        return topic

    yield make
    for topic in made:
        topic.close()

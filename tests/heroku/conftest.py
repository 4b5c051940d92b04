"""A scripted server and a client that talks to it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import Client, Limits
from tests.heroku.scripted_server import ScriptedServer

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "HRKU-canari-0123456789"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    with ScriptedServer() as server:
        yield server


@pytest.fixture
def client(server: ScriptedServer) -> Iterator[Client]:
    with closing(Client(TOKEN, base_url=server.base_url)) as client:
        yield client


@pytest.fixture
def plain_client(server: ScriptedServer) -> Iterator[Client]:
    """A client that repeats nothing and takes no large answer."""
    limits = Limits(max_bytes=10_000, read_attempts=1)
    with closing(Client(TOKEN, base_url=server.base_url, limits=limits)) as client:
        yield client

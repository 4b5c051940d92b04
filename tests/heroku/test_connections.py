"""Connecting is bounded as a whole: the name look-up, every address, and the TLS handshake."""

from __future__ import annotations

import socket
import time
from contextlib import closing
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.heroku import Client, Limits, NotSentError
from opsconsole.heroku.connections import resolve
from tests.heroku.conftest import TOKEN

if TYPE_CHECKING:
    from tests.heroku.scripted_server import ScriptedServer


def test_a_silent_name_server_does_not_hold_a_call() -> None:
    released = Event()

    def look_up(*_: Any, **__: Any) -> list[Any]:
        released.wait(60)
        return []

    started = time.monotonic()
    with pytest.raises(socket.gaierror):
        resolve("api.heroku.com", 443, seconds=0.1, look_up=look_up)
    assert time.monotonic() - started < 30
    released.set()


def test_a_name_is_resolved_to_its_addresses() -> None:
    assert resolve("127.0.0.1", 80, seconds=5)[0][4] == ("127.0.0.1", 80)


def test_a_server_that_never_shakes_hands_does_not_hold_a_call() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        client = Client(
            TOKEN,
            base_url=f"https://127.0.0.1:{listener.getsockname()[1]}",
            limits=Limits(connect=0.3, total=60, read_attempts=1),
        )
        started = time.monotonic()
        with closing(client), pytest.raises(NotSentError) as caught:
            client.apps.set_maintenance("site-vitrine", on=True)
    assert time.monotonic() - started < 30
    assert (caught.value.reason, caught.value.outcome) == ("timeout", "not_sent")


def test_an_address_that_refuses_leaves_the_next_one_its_turn(server: ScriptedServer) -> None:
    """`localhost` is ::1 and 127.0.0.1 where there is IPv6; the server listens on the latter only."""
    base_url = server.base_url.replace("127.0.0.1", "localhost")
    with closing(Client(TOKEN, base_url=base_url)) as client, pytest.raises(Exception, match="599"):
        client.apps.set_maintenance("site-vitrine", on=True)
    assert server.connections == 1

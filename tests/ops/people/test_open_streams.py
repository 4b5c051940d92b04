"""Whoever is changed loses the streams that they have open, within half a minute."""

import asyncio
import inspect
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from opsconsole.live.hub import Hub
from opsconsole.live.stream import EventStream
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.streams import authorise
from opsconsole.ops.people import accounts
from tests.ops.access.conftest import Browser
from tests.ops.people.conftest import SCHOOL, actor_for, browser_of

# Committed for good: the stream asks from threads of its own.
pytestmark = pytest.mark.django_db(transaction=True)
SECONDS = 0.2


async def follow_while(browser: Browser, act: Callable[[], object]) -> str:
    """Return all that a stream said that was open while something was done, up to its end."""
    hub = Hub()
    stream = EventStream(hub, authorise, is_stopping=lambda: False, check_every=SECONDS)
    said, is_open = bytearray(), asyncio.Event()

    async def receive() -> dict[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        said.extend(message.get("body", b""))
        if b": open" in said:
            is_open.set()

    scope = {
        "type": "http",
        "method": "GET",
        "path": "/stream/",
        "scheme": "https",
        "query_string": b"topic=fleet",
        "headers": [
            (b"host", b"testserver"),
            (b"cookie", f"__Host-session={browser.session_key}".encode()),
        ],
        "client": ("127.0.0.1", 1),
    }

    def act_aside() -> None:
        act()
        connection.close()

    task = asyncio.create_task(stream(scope, receive, send))
    await asyncio.wait_for(is_open.wait(), 10)
    await asyncio.to_thread(act_aside)
    await asyncio.wait_for(task, 10)
    await asyncio.to_thread(hub.shutdown, 2)
    return said.decode()


@pytest.mark.parametrize("change", ["disabled", "another profile", "some sites", "signed out"])
def test_a_change_ends_what_is_open(ines: User, hugo: User, change: str) -> None:
    actor, now = actor_for(ines), timezone.now()
    acts: dict[str, Callable[[], object]] = {
        "disabled": lambda: accounts.disable(hugo, actor=actor, now=now),
        "another profile": lambda: accounts.change_rights(
            hugo, actor=actor, profile=Profile.OPERATOR, apps=None, now=now
        ),
        "some sites": lambda: accounts.change_rights(
            hugo, actor=actor, profile=Profile.READER, apps=frozenset({SCHOOL}), now=now
        ),
        "signed out": lambda: accounts.end_sessions(hugo, actor=actor, now=now),
    }
    said = asyncio.run(follow_while(browser_of(hugo), acts[change]))
    assert said.rstrip().endswith('event: bye\ndata: {"reason": "refused"}')


def test_an_open_stream_is_checked_twice_a_minute_unless_told_otherwise() -> None:
    assert inspect.signature(EventStream).parameters["check_every"].default <= 30

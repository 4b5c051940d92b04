"""An export as it is served: through the bridge that carries Django's pages, piece by piece."""

import asyncio
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connections

from opsconsole.edge.bridge import WSGIBridge
from opsconsole.ops.access.models import Profile
from opsconsole.ops.journal.export import PIECE
from opsconsole.ops.journal.models import Action, Entry
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.exports import PAGE, lines
from tests.ops.journal.long import write_years

pytestmark = pytest.mark.django_db(transaction=True)


def post(browser: Browser, **values: str) -> tuple[dict[bytes, bytes], list[bytes]]:
    """Send a form of the console over ASGI, as a browser that has just read it does; return headers and pieces."""
    browser.get(PAGE)
    token = browser.cookies["__Host-csrf"].value
    body = "&".join(
        f"{name}={value}" for name, value in {**values, "csrfmiddlewaretoken": token}.items()
    ).encode()
    cookies = "; ".join(f"{name}={morsel.value}" for name, morsel in browser.cookies.items())
    headers = {
        "host": "testserver",
        "origin": "https://testserver",
        "cookie": cookies,
        "content-type": "application/x-www-form-urlencoded",
        "content-length": str(len(body)),
    }
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": PAGE,
        "raw_path": PAGE.encode(),
        "query_string": b"",
        "root_path": "",
        "client": ("127.0.0.1", 1),
        "server": ("testserver", 443),
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return asyncio.run(answer_of(scope, body))


async def answer_of(scope: dict[str, Any], body: bytes) -> tuple[dict[bytes, bytes], list[bytes]]:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await WSGIBridge(closing_connections(get_wsgi_application()), threads=1)(scope, receive, send)
    start, *pieces = sent
    assert start["status"] == 200
    return dict(start["headers"]), [piece["body"] for piece in pieces]


def closing_connections(application: Any) -> Any:
    """The thread of the bridge has a connection of its own, which nobody else would close before the database goes."""

    def run(environ: Any, start_response: Any) -> Any:
        try:
            yield from application(environ, start_response)
        finally:
            connections.close_all()

    return run


def test_it_leaves_in_pieces_and_is_never_kept() -> None:
    browser = make_browser("amelie", Profile.ADMINISTRATOR, "Amélie Roux")
    browser.prove_password()
    write_years(PIECE * 4)
    headers, pieces = post(browser, format="jsonl", group="tout")
    assert headers[b"cache-control"] == b"no-store"
    assert headers[b"content-disposition"].startswith(b'attachment; filename="journal-')
    assert len([piece for piece in pieces if piece]) > 1
    assert len(lines(b"".join(pieces))) == PIECE * 4
    assert Entry.objects.get(action=Action.EXPORT).after["count"] == PIECE * 4

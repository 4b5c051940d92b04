"""The sheets as a browser posts and reads them."""

import re

from django.contrib.messages import get_messages

from opsconsole.ops.fleet.models import App
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain

SITE = "/apps/inscriptions/"
SLEEP = SITE + "scaling/sleep/"
WAKE = SITE + "scaling/wake/"
REOPEN = SITE + "scaling/reopen/"


def confirmed(app: App, **values: str) -> dict[str, str]:
    """What the sleep sheet sends once somebody has typed the short name."""
    return {"page": "error", "confirmation": app.name, **values}


def messages_of(browser: Browser) -> list[str]:
    """Read the messages that wait for this person, without Heroku being asked for a page."""
    response = browser.get("/journal/")
    return [plain(str(message)) for message in get_messages(response.wsgi_request)] or [
        plain(found)
        for found in re.findall(
            r'<div class="notice__body">(.*?)</div>', response.content.decode(), re.DOTALL
        )
    ]


def read(browser: Browser, path: str) -> str:
    """What a person reads on a page that opens."""
    response = browser.get(path)
    assert response.status_code == 200
    return plain(response.content.decode())

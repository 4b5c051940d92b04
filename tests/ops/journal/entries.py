"""Entries written by hand, and pages read as a person reads them."""

import html
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.journal.change import NO_APP, Intent, Subject, begin, conclude
from opsconsole.ops.journal.lines import lines_of
from opsconsole.ops.journal.models import Action, Entry, Kind
from opsconsole.ops.journal.search import Filters, find
from tests.ops.access.conftest import Browser

CLAIRE = Actor(id="1", name="Claire Morel", profile="operator", address="192.0.2.14", session_ref="abc")
HUGO = Actor(id="2", name="Hugo Petit", profile="reader", address="192.0.2.15", session_ref="def")
SCHOOL = Subject(
    app_id="8c9e5d10-0000-4000-8000-000000000001", app_name="inscriptions", app_title="Inscriptions"
)
SHOP = Subject(
    app_id="8c9e5d10-0000-4000-8000-000000000002", app_name="boutique", app_title="Boutique solidaire"
)
AWAKE = {"formation": [{"type": "web", "quantity": 2, "size": "Standard-1X"}]}
ASLEEP = {"formation": [{"type": "web", "quantity": 0, "size": "Standard-1X"}]}
SLEEP = Intent(
    action=Action.SLEEP,
    subject=SCHOOL,
    before=AWAKE,
    after=ASLEEP,
    command_line="heroku ps:scale web=0 -a inscriptions",
)


CHANGES: dict[Action, tuple[dict[str, Any], dict[str, Any]]] = {
    Action.SLEEP: (AWAKE, ASLEEP),
    Action.WAKE: (ASLEEP, AWAKE),
    Action.REOPEN: ({"maintenance": True}, {"maintenance": False}),
    Action.RESTART: ({}, {"scope": "dyno", "name": "web.2"}),
    Action.STOP: ({}, {"dyno": "run.1234"}),
    Action.RUN: ({}, {"title": "Vérifier le site"}),
    Action.STOP_RUN: ({}, {"title": "Vérifier le site", "dyno": "run.1234"}),
    Action.CONSOLE: ({}, {"title": "shell", "kind": "shell", "purpose": "corriger un dossier"}),
    Action.CLOSE_CONSOLE: ({}, {"title": "shell", "person": "Hugo Petit"}),
    Action.READ_RECORDING: ({}, {"person": "Hugo Petit"}),
    Action.PHRASES: ({"shell": ""}, {"shell": "Voir les fichiers : ls"}),
    Action.WRITE_COMMAND: (
        {"template": "python manage.py check", "risk": "safe"},
        {"title": "Vérifier le site", "template": "python manage.py check --deploy", "risk": "sensitive"},
    ),
    Action.DELETE_COMMAND: ({"template": "python manage.py check"}, {"title": "Vérifier le site"}),
    Action.SCALE: (AWAKE, {"formation": [{"type": "web", "quantity": 2, "size": "Standard-2X"}]}),
    Action.DESCRIBE_APP: ({"label": "Cours", "protected": False}, {"label": "École", "protected": True}),
    Action.PRICES: ({"euros_per_dollar": "0.92"}, {"euros_per_dollar": None}),
    Action.STORE_TOKEN: ({}, {"account": "technique@ecole.example"}),
    Action.DELETE_TOKEN: ({"account": "technique@ecole.example"}, {}),
    Action.INVITE: ({}, {"person": "Anne Roy", "profile": "operator", "apps": ["Boutique", "Cours"]}),
    Action.WITHDRAW: ({}, {"person": "Anne Roy"}),
    Action.CHANGE_PERSON: (
        {"person": "Anne Roy", "profile": "reader", "apps": ["Cours"]},
        {"person": "Anne Roy", "profile": "manager", "apps": None},
    ),
    Action.DISABLE_PERSON: ({}, {"person": "Hugo Petit"}),
    Action.ENABLE_PERSON: ({}, {"person": "Hugo Petit"}),
    Action.EXPORT: ({}, {"format": "csv", "count": 1234}),
    Action.REVEAL_LOGS: ({}, {"until": "2026-11-23T18:47:07+00:00"}),
    Action.OPEN_PAGE: ({}, {"path": "/settings/people/"}),
    Action.SIGN_IN: ({}, {}),
    Action.SIGN_OUT: ({}, {}),
}
ABOUT_AN_APP = {
    Action.SLEEP,
    Action.WAKE,
    Action.REOPEN,
    Action.RESTART,
    Action.STOP,
    Action.RUN,
    Action.STOP_RUN,
    Action.CONSOLE,
    Action.CLOSE_CONSOLE,
    Action.READ_RECORDING,
    Action.SCALE,
    Action.DESCRIBE_APP,
    Action.REVEAL_LOGS,
}


def intend(action: Action = Action.SLEEP, *, subject: Subject = SCHOOL, **after: Any) -> Intent:
    """What somebody asks for: two dynos of « Inscriptions » unless said otherwise, or something of the console itself."""
    before, wanted = CHANGES[action]
    about = subject if action in ABOUT_AN_APP else NO_APP
    return Intent(action=action, subject=about, before=before, after={**wanted, **after})


def write(
    intent: Intent = SLEEP,
    *kinds: Kind,
    by: Actor = CLAIRE,
    at: datetime | None = None,
    reason: str = "",
    **detail: Any,
) -> Entry:
    """Write an entry and the outcomes that followed it; `reason` and `detail` are those of the last one."""
    now = at or timezone.now()
    entry = begin(by, intent=intent, now=now)
    for kind in kinds[:-1]:
        conclude(entry.id, kind=kind, reason="lost", now=now)
    for kind in kinds[-1:]:
        conclude(entry.id, kind=kind, reason=reason, now=now, request_id="abc-123", detail=detail)
    return entry


def line_of(entry: Entry) -> dict[str, Any]:
    [line] = lines_of(find(Filters()).filter(id=entry.id))
    return line


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def plain(markup: object) -> str:
    """Return what is read: no tags, one kind of space."""
    body = re.sub(r"<(head|svg)\b.*?</\1>", " ", str(markup), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


def said(line: dict[str, Any]) -> str:
    """The sentence of a line, its names not set apart from the words around them."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", line["say"])).split())


def read(browser: Browser, **filters: str) -> str:
    response = browser.get("/journal/?" + urlencode(filters))
    assert response.status_code == 200
    return str(response.content.decode())


def sentences(page: str) -> list[str]:
    """What each entry says, in the order of the page."""
    return [plain(found) for found in re.findall(r'<p class="entry__say">(.*?)</p>', page, re.DOTALL)]


def count(browser: Browser, **filters: str) -> int:
    return len(sentences(read(browser, **filters)))

"""The table of docs/security.md, cell by cell: every address, every method, every profile; and forged forms."""

import asyncio
import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.middleware.csrf import get_token
from django.test import RequestFactory
from django.test.client import ClientHandler
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from pytest_django import Settings

from opsconsole.live import runtime
from opsconsole.live.hub import Hub
from opsconsole.live.stream import EventStream
from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Grant, Invitation, Profile, User
from opsconsole.ops.access.streams import authorise
from opsconsole.ops.commands.models import Command
from opsconsole.ops.console.models import Console
from opsconsole.ops.fleet import current
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Entry, Kind
from opsconsole.ops.logs import topics as logs
from opsconsole.ops.oneoffs.models import Run, Sort, State
from tests.ops.access.conftest import Browser

# Django's own administration asks for variables that are not always there.
pytestmark = pytest.mark.ignore_template_errors

DOCUMENT = Path(__file__).parents[2] / "docs" / "security.md"
COLUMNS = ("stranger", "reader", "operator", "manager", "administrator", "limited")
OURS, FOREIGN = "inscriptions", "agenda-salles"
# One for all browsers: each of its own would look through the static files first.
HANDLER = ClientHandler(enforce_csrf_checks=True)
IN, AGAIN = "/accounts/login/", "/accounts/confirm/"
STREAM = "(stream)"

# What is asked for and posted where nothing would say little
ASKED: dict[str, dict[str, str]] = {"stop": {"dyno": "run.1234"}}
POSTED: dict[str, dict[str, Any]] = {
    **ASKED,
    "sleep": {"page": "error", "confirmation": OURS},
    "set_language": {"language": "en"},
    "invite": {"name": "Léa Blanc", "profile": "reader", "reach": "all"},
    "person": {"profile": "operator", "reach": "all"},
}


@dataclass(frozen=True, slots=True)
class Row:
    name: str
    method: str
    recent: bool
    cells: dict[str, str] = field(hash=False)

    def __str__(self) -> str:
        return f"{self.name} {self.method}"


def rows() -> list[Row]:
    """Return the lines of the table: name, method, one answer a column, and whether the password is asked again."""
    lines = re.findall(r"^\| `([^`]+)` +\| (GET|POST) +\|(.+)\|$", DOCUMENT.read_text(), re.MULTILINE)
    cells = [(name, method, [cell.strip() for cell in rest.split("|")]) for name, method, rest in lines]
    return [
        Row(name, method, more[-1] == "yes", dict(zip(COLUMNS, more[:-1], strict=True)))
        for name, method, more in cells
    ]


def walk(
    patterns: list[URLPattern | URLResolver], prefix: str = "/", space: str = ""
) -> Iterator[tuple[str, str]]:
    """Return the name and the route of every address."""
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern.url_patterns, route, inner)
        else:
            yield f"{space}{pattern.name or '(any other)'}", route


def line_for(name: str, method: str) -> Row | None:
    """Return the first line that is about an address: particular ones stand above general ones."""
    return next((row for row in ROWS if row.method == method and fnmatchcase(name, row.name)), None)


ROUTES = list(walk(get_resolver().url_patterns))
ROWS = rows()
TRIED = [
    pytest.param(row, name, route, id=f"{name} {method}")
    for name, route in ROUTES
    for method in ("GET", "POST")
    if (row := line_for(name, method))
]
# Of the addresses that share a line, one stands for all where the line is not what is tried.
ONE_EACH = list({case.values[0]: case for case in reversed(TRIED)}.values())
EVERY_CASE = pytest.mark.parametrize(("row", "name", "route"), TRIED)
WRITING = [case for case in ONE_EACH if getattr(case.values[0], "method", "") == "POST"]


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_address_has_a_line_for_each_method(method: str) -> None:
    assert [name for name, _route in ROUTES if line_for(name, method) is None] == []


def test_every_line_is_an_address() -> None:
    names = [name for name, _route in ROUTES]
    assert [row.name for row in ROWS if not any(fnmatchcase(name, row.name) for name in names)] == [STREAM]


# ── the people and what they act on ──
@pytest.fixture
def people(db: None, settings: Settings) -> Iterator[dict[str, User]]:  # noqa: ARG001
    """One of each profile; the console has no token, so that nothing reaches Heroku."""
    settings.HEROKU_API_KEY = ""
    settings.RENDEZVOUS_ADDRESS = "127.0.0.1:9"  # which is refused before it is tried
    current.fleet.cache_clear()
    runtime.hub.cache_clear()
    cache.clear()
    logs.register(runtime.hub(), current.fleet())
    yield {name: _person(name) for name in COLUMNS if name != "stranger"}
    runtime.hub().shutdown(5)
    runtime.hub.cache_clear()
    current.fleet().close()
    current.fleet.cache_clear()


def _person(name: str) -> User:
    """Who is limited is a manager: of those that can be, the profile with most rights."""
    limited = name == "limited"
    profile = Profile.MANAGER if limited else name
    person = User.objects.create(username=name, name=name.title(), profile=profile, limited=limited)
    if limited:
        Grant.objects.create(user=person, app_id=make_app(OURS).heroku_id)
    return person


def make_app(name: str) -> App:
    number = 1 + (OURS, FOREIGN).index(name)
    app, _is_new = App.objects.get_or_create(
        heroku_id=f"8c9e5d10-0000-4000-8000-00000000000{number}",
        defaults={"name": name, "seen_at": timezone.now()},
    )
    return app


def address(route: str, *, column: str) -> str:
    """Fill a route in: an app that only somebody limited may not see, and somebody who may be changed."""
    app = make_app(FOREIGN if column == "limited" else OURS)
    token = invitations.invite("reader", created_by="a test", now=timezone.now())
    target, _is_new = User.objects.get_or_create(username="target", name="Target")
    pk = Invitation.objects.latest("pk").pk if "invitations" in route else target.pk
    if "command_id" in route:
        return _in_app(route, app, command_id=make_command().id)
    if "consoles/" in route and "run_id" in route:
        return _in_app(route, app, run_id=make_console(app).pk)
    if "run_id" in route:
        return _in_app(route, app, run_id=make_run(app).id)
    filled = {"slug": app.name, "uuid": str(app.heroku_id), "int": str(pk), "str": token, "path": "0"}
    path = re.sub(r"<(\w+):\w+>", lambda found: filled[found[1]], route)
    return path.replace("^(?P<app_label>ops)/$", "ops/").replace("(?P<url>.*)$", "elsewhere/")


def _in_app(route: str, app: App, **ids: uuid.UUID) -> str:
    filled = {"name": app.name, **{name: str(value) for name, value in ids.items()}}
    return re.sub(r"<\w+:(\w+)>", lambda found: filled[found[1]], route)


def make_command() -> Command:
    """One for operators, that asks for a value."""
    command, _is_new = Command.objects.get_or_create(
        title="Envoyer un essai",
        defaults={
            "template": "python manage.py sendtestemail {to}",
            "parameters": [{"name": "to", "kind": "email"}],
            "changed_at": timezone.now(),
        },
    )
    return command


def make_run(app: App) -> Run:
    """One that is over."""
    now = timezone.now()
    return Run.objects.create(
        key=uuid.uuid4(),
        entry_id=uuid.uuid4(),
        app_id=app.heroku_id,
        app_name=app.name,
        title="Vérifier le site",
        line="python manage.py check",
        tag=f"oc-{uuid.uuid4().hex[:16]}",
        time_to_live=60,
        state=State.DONE,
        asked_at=now,
        ended_at=now,
        changed_at=now,
    )


def make_console(app: App) -> Console:
    """One that is over, of nobody who is left."""
    run = make_run(app)
    Run.objects.filter(pk=run.pk).update(sort=Sort.CONSOLE)
    return Console.objects.create(run=run, kind="python", columns=80, rows=24)


def open_browser(person: User | None, *, is_recent: bool = True) -> Browser:
    browser = Browser()
    browser.handler = HANDLER
    if person:
        browser.force_login(person)
        if is_recent:
            browser.prove_password()
    return browser


def send(browser: Browser, row: Row, name: str, path: str, **headers: str) -> Any:
    """Ask for a page, or send its form with its proof and our own origin unless `headers` say otherwise."""
    if row.method == "GET":
        return browser.get(path, ASKED.get(name))
    request = RequestFactory().get("/")
    values = {**POSTED.get(name, {}), "csrfmiddlewaretoken": get_token(request)}
    browser.cookies[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    return browser.post(path, values, headers={"origin": "https://testserver", **headers})


def told(answer: Any) -> str:
    """Return an answer as the table writes it."""
    location = answer.headers.get("Location", "")
    return {IN: "in", AGAIN: "again"}.get(location.split("?")[0], str(answer.status_code))


# ── every cell ──
@EVERY_CASE
def test_every_cell_answers_as_the_table_says(
    people: dict[str, User], row: Row, name: str, route: str
) -> None:
    answers, refusals = {}, {}
    for column in COLUMNS:
        before = set(Entry.objects.values_list("id", flat=True))
        browser = open_browser(people.get(column))
        answers[column] = told(send(browser, row, name, address(route, column=column)))
        refusals[column] = _refused(Entry.objects.exclude(id__in=before))
    assert answers == row.cells
    expected = {column: int(answers[column] == "403" and column != "stranger") for column in COLUMNS}
    assert refusals == expected, "each refusal is one entry of the journal"


def _refused(entries: Any) -> int:
    return sum(entry.outcomes.filter(kind=Kind.REFUSED, reason="right").count() for entry in entries)


@pytest.mark.parametrize(("row", "name", "route"), ONE_EACH)
def test_a_closed_account_is_a_strangers(people: dict[str, User], row: Row, name: str, route: str) -> None:
    person = people["administrator"]
    browser = open_browser(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert told(send(browser, row, name, address(route, column="administrator"))) == row.cells["stranger"]


@pytest.mark.parametrize(("row", "name", "route"), ONE_EACH)
def test_a_password_is_asked_again_where_the_table_says(
    people: dict[str, User], row: Row, name: str, route: str
) -> None:
    browser = open_browser(people["administrator"], is_recent=False)
    answer = told(send(browser, row, name, address(route, column="administrator")))
    assert (answer == "again") == row.recent


@pytest.mark.parametrize(("row", "name", "route"), WRITING)
def test_a_forged_form_is_refused_to_everybody(
    people: dict[str, User], row: Row, name: str, route: str
) -> None:
    for column in COLUMNS:
        browser, path = open_browser(people.get(column)), address(route, column=column)
        before = Entry.objects.count()
        answers = {
            "without proof": browser.post(path, POSTED.get(name)),
            "from elsewhere": send(browser, row, name, path, origin="https://evil.example"),
            "from nowhere": send(browser, row, name, path, origin="null"),
        }
        assert {how: answer.status_code for how, answer in answers.items()} == dict.fromkeys(answers, 403)
        assert Entry.objects.count() == before


# ── the raw one ──
@pytest.mark.django_db(transaction=True)
def test_the_stream_answers_as_the_table_says() -> None:
    [row] = [row for row in ROWS if row.name == STREAM]
    answers = {}
    for column in COLUMNS:
        person = None if column == "stranger" else _person(column)
        app = make_app(FOREIGN if column == "limited" else OURS)
        answers[column] = str(asyncio.run(stream_status(open_browser(person), app.topic)))
    assert answers == row.cells


async def stream_status(browser: Browser, topic: str) -> int:
    started: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    hub = Hub()

    async def receive() -> dict[str, Any]:
        await started
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        if "status" in message:
            started.set_result(message["status"])

    headers = [(b"host", b"testserver"), (b"cookie", f"__Host-session={browser.session_key}".encode())]
    scope = {"type": "http", "method": "GET", "path": "/stream/", "scheme": "https", "headers": headers}
    stream = EventStream(hub, authorise, is_stopping=lambda: False)
    await stream({**scope, "query_string": f"topic={topic}".encode(), "client": None}, receive, send)
    await asyncio.to_thread(hub.shutdown, 2)
    return await started

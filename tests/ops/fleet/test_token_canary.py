"""A made-up token, pasted and used while Heroku misbehaves in every way: it is nowhere to be found."""

import logging
from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import OperationalError, connection

from opsconsole.live import runtime
from opsconsole.ops.access.models import Profile
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.simulator import Simulator
from opsconsole.simulator.faults import MODES
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser

PAGES = (
    *("/", "/apps/inscriptions/", "/apps/inscriptions/dynos/", "/apps/inscriptions/scaling/"),
    *("/apps/inscriptions/scaling/sleep/", "/apps/inscriptions/dynos/restart/", "/journal/", "/quota/"),
    *("/settings/", "/settings/token/", "/settings/health/", "/settings/apps/", "/nowhere/"),
)
MISBEHAVING = sorted(MODES - {"blackhole", "slow_drip", "latency", "huge"})


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[pytest.LogCaptureFixture]:
    """Everything that is logged, the journal's own lines included, which go no further than their logger."""
    journal = logging.getLogger("opsconsole.journal")
    journal.addHandler(caplog.handler)
    with caplog.at_level(logging.DEBUG):
        yield caplog
    journal.removeHandler(caplog.handler)


@pytest.fixture
def ines(site: App) -> Browser:  # noqa: ARG001
    browser = make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")
    browser.prove_password()
    return browser


def everything_shown(browser: Browser, paths: tuple[str, ...]) -> str:
    shown = []
    for path in paths:
        response = browser.get(path)
        content = b"".join(response) if response.streaming else response.content
        shown += [content.decode(), str(response.headers), str(response.cookies)]
    return "\n".join(shown)


def everything_logged(said: pytest.LogCaptureFixture) -> str:
    """The lines, and what goes with them for whoever formats them otherwise."""
    return said.text + "".join(str(vars(record)) for record in said.records)


def noting(queries: list[str]) -> Callable[..., Any]:
    """Keep every query with its values: what a database may write into its file, its journal or its own log."""

    def note(execute: Callable[..., Any], sql: str, values: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        queries.append(f"{sql} {values}")
        return execute(sql, values, many, context)

    return note


def everything_kept() -> str:
    """What is in the database, as rows and, where it can be had, as the very bytes of its file."""
    dumped = StringIO()
    call_command("dumpdata", stdout=dumped)
    raw = connection.connection.serialize().decode("latin-1") if connection.vendor == "sqlite" else ""
    return dumped.getvalue() + raw + str(getattr(cache, "_cache", ""))


def test_the_token_is_in_no_page_header_cookie_log_cache_session_database_or_dump(
    fleet: Fleet, site: App, ines: Browser, simulator: Simulator, said: pytest.LogCaptureFixture
) -> None:
    canary = simulator.world.issue_token(scopes=("identity", "read", "write"))
    queries: list[str] = []
    topics = [runtime.hub().topic(name) for name in ("fleet", site.topic)]
    with connection.execute_wrapper(noting(queries)):
        assert ines.post("/settings/token/", {"token": canary}).status_code == 302
    shown = everything_shown(ines, PAGES)
    for mode in MISBEHAVING:
        fault = simulator.faults.add(mode)
        fleet.refresh(site.heroku_id)
        shown += everything_shown(ines, ("/", "/apps/inscriptions/"))
        simulator.faults.remove(fault.id)
        fleet.use(fleet.client)  # the silence after a failure is over
    events = [event.data for topic in topics for event in topic.read_after("").events]
    shown += everything_shown(ines, ("/settings/health/", "/journal/"))
    assert simulator.requests[-1].headers["authorization"] == f"Bearer {canary}"
    for where in (shown, *events, *queries, everything_logged(said), everything_kept(), repr(fleet.client)):
        assert canary not in where
    # What was looked into was not empty.
    assert "GET /apps" in said.text
    assert any(record.name == "opsconsole.journal" for record in said.records)
    assert any('"changed"' in event for event in events)
    assert any("ops_storedtoken" in query for query in queries)


def test_a_token_that_was_refused_leaves_no_trace_either(
    ines: Browser, said: pytest.LogCaptureFixture
) -> None:
    canary = "HRKU-canary-0123456789-canary"
    response = ines.post("/settings/token/", {"token": canary})
    assert response.status_code == 200
    for where in (
        response.content.decode(),
        str(response.headers),
        everything_logged(said),
        everything_kept(),
    ):
        assert canary not in where


def failing(execute: Callable[..., Any], sql: str, *query: Any) -> Any:
    if "ops_storedtoken" in sql and not sql.startswith("SELECT"):
        raise OperationalError("disk I/O error")
    return execute(sql, *query)


@pytest.mark.parametrize(("enforces", "status"), [(False, 500), (True, 403)])
def test_a_page_of_error_says_nothing_of_what_was_pasted(
    ines: Browser, simulator: Simulator, said: pytest.LogCaptureFixture, *, enforces: bool, status: int
) -> None:
    canary = simulator.world.issue_token()
    ines.raise_request_exception = False
    ines.handler.enforce_csrf_checks = enforces
    with connection.execute_wrapper(failing):
        response = ines.post("/settings/token/", {"token": canary})
    assert response.status_code == status
    for where in (
        response.content.decode(),
        str(response.headers),
        everything_logged(said),
        everything_kept(),
    ):
        assert canary not in where

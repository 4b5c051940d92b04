"""A made-up token, pasted and used while Heroku misbehaves in every way: it is nowhere to be found."""

import logging
from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

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
    with caplog.at_level(logging.DEBUG):
        yield caplog


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
    assert ines.post("/settings/token/", {"token": canary}).status_code == 302
    shown = everything_shown(ines, PAGES)
    for mode in MISBEHAVING:
        fault = simulator.faults.add(mode)
        fleet.refresh(site.heroku_id)
        shown += everything_shown(ines, ("/", "/apps/inscriptions/"))
        simulator.faults.remove(fault.id)
        fleet.use(fleet.client)  # the silence after a failure is over
    shown += everything_shown(ines, ("/settings/health/", "/journal/"))
    assert simulator.requests[-1].headers["authorization"] == f"Bearer {canary}"
    for where in (shown, said.text, everything_kept(), repr(fleet.client)):
        assert canary not in where
    assert "GET /apps" in said.text  # the log was listened to


def test_a_token_that_was_refused_leaves_no_trace_either(
    ines: Browser, said: pytest.LogCaptureFixture
) -> None:
    canary = "HRKU-canary-0123456789-canary"
    response = ines.post("/settings/token/", {"token": canary})
    assert response.status_code == 200
    for where in (response.content.decode(), str(response.headers), said.text, everything_kept()):
        assert canary not in where

"""A real Chromium on a stand-in site."""

import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.ops.ui.live_site import LiveSite, serve

# pytest-playwright's own fixtures stand on one of pytest-base-url that pytest 9 calls deprecated, and warnings are errors.
expect.set_options(timeout=30_000)  # milliseconds; a busy machine takes its time
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-background-networking"]


# A module at most: while Playwright runs, Django takes this thread for an asynchronous one and refuses the database.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path="/usr/bin/chromium", args=ARGUMENTS)


@pytest.fixture
def browsing(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="fr-FR") as context:
        yield context


@pytest.fixture
def tab(browsing: BrowserContext) -> Page:
    return browsing.new_page()


@pytest.fixture
def site() -> Iterator[LiveSite]:
    with serve() as site:
        yield site


@pytest.fixture
def eventually() -> Callable[[Callable[[], bool]], None]:
    def wait(condition: Callable[[], bool], seconds: float = 45) -> None:
        deadline = time.monotonic() + seconds
        while not condition():
            assert time.monotonic() < deadline, "it never became true"
            time.sleep(0.02)

    return wait

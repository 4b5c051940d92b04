"""A real Chromium on the whole console, watched: no address but ours, no error on any page, nothing that the policy refuses."""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)

from opsconsole.simulator import Simulator
from tests.browser.served import PASSWORD, Console, prepare, serve

CHROMIUM = os.environ.get("OPSCONSOLE_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    *(
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
    ),
    *("--disable-sync", "--no-first-run", "--disable-default-apps", "--disable-domain-reliability"),
    "--disable-features=OptimizationHints,MediaRouter,Translate",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
SHOWN_WITHIN = (
    30_000  # milliseconds; what a page shows at once on an idle machine takes its time on a busy one
)
expect.set_options(timeout=SHOWN_WITHIN)
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return prepare(tmp_path_factory.mktemp("console"))


# A module at most: while Playwright runs, Django takes this thread for an asynchronous one and refuses the database.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture
def speed() -> float:
    """How much faster than Heroku's the dynos of a test are."""
    return 25


@pytest.fixture
def apps() -> frozenset[str]:
    """Which of the simulator's apps this Heroku has."""
    return frozenset({"inscriptions", "bibliotheque"})


@pytest.fixture
def executes() -> bool:
    """Whether this Heroku really runs commands, in a copy of its sample."""
    return False


@pytest.fixture
def console(
    prepared: Path, tmp_path: Path, speed: float, apps: frozenset[str], executes: bool
) -> Iterator[Console]:
    """A console of its own for each test, whose minute of calls to Heroku nobody else has spent."""

    def keep_only(simulator: Simulator) -> None:
        for name in set(simulator.apps) - apps:
            simulator.world.remove_app(name)

    with serve(prepared, tmp_path, speed=speed, arrange=keep_only, execute=executes) as running:
        yield running


class Desk:
    """The browsers of a test. `expected`: what their consoles may say; `posts`: the changes that they sent."""

    def __init__(self, chromium: Browser, console: Console) -> None:
        self.expected: tuple[str, ...] = ()
        self.posts: list[str] = []
        self._said: list[str] = []
        self._chromium = chromium
        self._console = console
        self._open = ExitStack()

    def browser(self, **looks: Any) -> BrowserContext:
        """A person's own browser, with nobody signed in."""
        settings = {
            **WIDE,
            "locale": "fr-FR",
            "timezone_id": "Europe/Paris",
            "base_url": self._console.url,
            **looks,
        }
        context = self._open.enter_context(self._chromium.new_context(**settings))
        context.set_default_timeout(SHOWN_WITHIN)
        context.on("request", self._note_request)
        context.on("console", self._note_message)
        context.on("weberror", lambda error: self._said.append(str(error.error)))
        return context

    def sign_in(self, username: str, **looks: Any) -> Page:
        page = self.browser(**looks).new_page()
        page.goto("/accounts/login/")
        page.get_by_label("Identifiant").fill(username)
        page.get_by_label("Mot de passe").fill(PASSWORD)
        press(page, "Se connecter")
        page.wait_for_url("/")
        return page

    def close(self) -> list[str]:
        """Close every browser and return what nobody expected."""
        self._open.close()
        return [line for line in self._said if not any(part in line for part in self.expected)]

    def _note_request(self, request: Request) -> None:
        if not request.url.startswith((f"{self._console.url}/", "blob:", "about:")):
            self._said.append(f"asked for {request.url}")
        if request.method == "POST":
            self.posts.append(request.url.removeprefix(self._console.url))

    def _note_message(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._said.append(message.text)


def press(page: Page, name: str) -> None:
    """Press a button or a link as this browser does, with a finger or with a mouse."""
    main = page.get_by_role("main")
    target = main.get_by_role("button", name=name).or_(main.get_by_role("link", name=name)).first
    if page.evaluate("matchMedia('(pointer: coarse)').matches"):
        target.tap()
    else:
        target.click()


@pytest.fixture
def desk(chromium: Browser, console: Console) -> Iterator[Desk]:
    opened = Desk(chromium, console)
    yield opened
    assert opened.close() == []

"""What every page does by itself: one stream for all tabs, ages that grow, honest words when the console is away."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Desk
from tests.browser.served import Console
from tests.browser.test_sleep_and_wake import SITE, ask_for_sleep, sentence

pytestmark = pytest.mark.browser
TABS = 8  # a browser opens six connections to one host


@pytest.fixture
def apps() -> frozenset[str]:
    return frozenset({"inscriptions"})  # the fewer are watched, the sooner each is read again


def test_more_tabs_than_connections_all_follow_one_stream(desk: Desk) -> None:
    first = desk.sign_in("claire")
    tabs = [first, *(first.context.new_page() for _number in range(TABS - 1))]
    for tab in tabs:
        tab.goto(SITE)
        sentence(tab).to_have_text("Tout va bien.")
    ask_for_sleep(tabs[-1])
    for tab in tabs:
        sentence(tab).to_have_text(re.compile("^En veille depuis"))


def test_a_page_says_that_the_console_is_away_and_comes_back_by_itself(desk: Desk, console: Console) -> None:
    desk.expected = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED_ENCODING", "ERR_CONNECTION_RESET")
    page = desk.sign_in("claire")
    open_live(page)
    page.evaluate("window.wasNotReloaded = true")
    status = page.locator("[data-live-status]")
    console.stop()
    expect(status).to_contain_text("Connexion en direct perdue")
    console.simulator.world.app("inscriptions").set_maintenance()
    console.start()
    expect(status).to_have_text("", timeout=30_000)
    sentence(page).to_have_text("En maintenance.")
    assert page.evaluate("window.wasNotReloaded")


def test_back_after_signing_out_shows_nothing_of_the_site(desk: Desk) -> None:
    page = desk.sign_in("claire")
    page.goto(SITE)
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("/accounts/login/")
    page.go_back()
    expect(page.get_by_role("button", name="Se connecter")).to_be_visible()
    expect(page.locator("#state")).to_have_count(0)


def test_a_quiet_page_learns_the_age_of_a_new_reading_without_asking(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire")
    open_live(page)
    console.simulator.clear_requests()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    reading = page.locator("time[data-read-of]")
    for _reading in range(3):  # what the opening still had to bring may come with the first
        asked.clear()
        moment = reading.get_attribute("datetime") or ""
        expect(reading).not_to_have_attribute("datetime", moment, timeout=25_000)
        expect(reading).to_have_text(re.compile("à l’instant|il y a"))
        if not asked:
            break
    assert asked == []
    assert len(console.simulator.requests) <= 20


def open_live(page: Page) -> None:
    """Open the site's page and wait for its stream, whose opening has the page fetched once more."""
    with page.expect_response(lambda answer: "x-pushed" in answer.request.headers):
        page.goto(SITE)

"""What the scripts do in a browser: pushed changes, one stream for all tabs, honest words when it is lost."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.ops.ui.live_site import LiveSite

pytestmark = pytest.mark.browser
OLDER = re.compile(r"^il y a\s([6-9]|[1-5]\d)\ss$")  # than the four seconds with which the page came
Eventually = Callable[[Callable[[], bool]], None]


def open_page(page: Page, site: LiveSite, *topics: str) -> None:
    query = "&".join(f"topic={topic}" for topic in topics)
    page.goto(f"{site.url}/page?{query}")


def settle(site: LiveSite, eventually: Eventually) -> None:
    """Wait for the stream and for the one refresh that covers the time before it."""
    eventually(lambda: site.open_streams == 1 and site.asked["refreshed /page"] == 1)


def test_a_pushed_change_is_shown_where_the_page_is_live(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.sentence, site.state = "En veille.", "asleep"
    site.push("app:1")
    expect(tab.locator("h1")).to_have_text("En veille.")
    expect(tab.locator("body")).to_have_attribute("data-state", "asleep")
    expect(tab).to_have_title("En veille.")
    expect(tab.locator("#still")).to_have_text("Tout va bien.")


def test_a_refresh_keeps_the_focus_the_folds_and_what_was_typed(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    tab.locator("summary").click()
    tab.locator("#typed").fill("inscr")
    tab.locator("#act").focus()
    site.sentence = "En veille."
    site.push("app:1")
    expect(tab.locator("details p")).to_have_text("En veille.")
    expect(tab.locator("details p")).to_be_visible()
    expect(tab.locator("#typed")).to_have_value("inscr")
    expect(tab.locator("#act")).to_be_focused()


def test_a_burst_of_changes_asks_for_few_pages(tab: Page, site: LiveSite, eventually: Eventually) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    before = site.asked["refreshed /page"]
    for number in range(50):
        site.sentence = f"Changement {number}"
        site.push("app:1")
    expect(tab.locator("h1")).to_have_text("Changement 49")
    assert site.asked["refreshed /page"] - before <= 3


def test_all_tabs_share_one_stream_of_all_their_topics(
    browsing: BrowserContext, site: LiveSite, eventually: Eventually
) -> None:
    browsing.add_init_script(
        "document.addEventListener('live', (event) => (window.heard ??= []).push(event.detail))"
    )
    first, second = browsing.new_page(), browsing.new_page()
    open_page(first, site, "fleet")
    open_page(second, site, "fleet", "app:1")
    eventually(lambda: site.open_streams == 1 and set(site.stream_queries[-1]["topic"]) == {"fleet", "app:1"})
    site.push("app:1")
    site.push("fleet")
    heard = (
        "() => (window.heard ?? []).filter((event) => event.kind === 'changed').map((event) => event.topic)"
    )
    eventually(lambda: second.evaluate(heard) == ["app:1", "fleet"])
    eventually(lambda: first.evaluate(heard) == ["fleet"])


def test_a_browser_without_shared_workers_opens_its_own_stream(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    tab.add_init_script("delete window.SharedWorker")
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.sentence = "En veille."
    site.push("app:1")
    expect(tab.locator("h1")).to_have_text("En veille.")
    assert site.asked["/static/build/stream-worker.js"] == 0


def test_a_cut_stream_resumes_after_the_last_thing_it_saw(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.sentence = "En veille."
    site.push("app:1")
    expect(tab.locator("h1")).to_have_text("En veille.")
    site.cut()
    eventually(lambda: len(site.stream_queries) == 2)
    assert site.stream_queries[-1]["after"] == ["app:1=0f-1"]


def test_a_lost_stream_says_so_in_place_until_it_is_back(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.stream_status = 503
    site.cut()
    status = tab.locator("[data-live-status]")
    expect(status).to_have_text("Nouvel essai…", timeout=15_000)
    site.stream_status = 200
    expect(status).to_be_empty(timeout=15_000)


def test_an_ended_session_stops_the_stream_and_offers_to_sign_in(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.stream_status = 401
    site.cut()
    link = tab.get_by_role("link", name="Se reconnecter")
    expect(link).to_have_attribute("href", "/sign-in?next=%2Fpage%3Ftopic%3Dapp%3A1", timeout=15_000)
    asked = site.asked["/stream/"]
    tab.wait_for_timeout(1500)  # nothing happens: there is no event to wait for
    assert site.asked["/stream/"] == asked


def test_a_refresh_that_is_sent_to_sign_in_goes_there(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.sign_in_first = True
    site.push("app:1")
    tab.wait_for_url(f"{site.url}/sign-in")


def test_a_page_without_topics_opens_no_stream(tab: Page, site: LiveSite) -> None:
    open_page(tab, site)
    tab.wait_for_load_state("networkidle")
    assert site.asked["/stream/"] == 0


def test_a_form_that_is_on_its_way_is_not_sent_again(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    open_page(tab, site)
    tab.locator("#send").click()
    expect(tab.get_by_text("Demande envoyée, un instant…")).to_be_visible()
    expect(tab.locator("#send")).to_have_attribute("aria-disabled", "true")
    tab.locator("#send").click(force=True)
    tab.evaluate("fetch('/after', {cache: 'no-store'})")
    eventually(lambda: site.asked["/after"] == 1)
    assert site.asked["posts"] == 1


def test_an_age_grows_without_asking_anybody(tab: Page, site: LiveSite) -> None:
    open_page(tab, site)
    expect(tab.locator("time")).to_have_text(OLDER)
    assert site.asked["/page"] == 1


def test_an_age_is_right_on_a_machine_whose_clock_is_wrong(tab: Page, site: LiveSite) -> None:
    site.clock_lead = 3600
    open_page(tab, site)
    expect(tab.locator("time")).to_have_text(OLDER)


def test_a_page_with_errors_opens_on_their_summary(tab: Page, site: LiveSite) -> None:
    site.refused = '<div tabindex="-1" data-error-summary>Un champ est à revoir.</div>'
    open_page(tab, site)
    expect(tab.get_by_text("Un champ est à revoir.")).to_be_focused()


def test_nothing_that_the_scripts_do_breaks_the_policy(
    tab: Page, site: LiveSite, eventually: Eventually
) -> None:
    said: list[str] = []
    tab.on("console", lambda message: said.append(message.text))
    tab.on("pageerror", lambda error: said.append(str(error)))
    open_page(tab, site, "app:1")
    settle(site, eventually)
    site.sentence = "En veille."
    site.push("app:1")
    expect(tab.locator("h1")).to_have_text("En veille.")
    assert [line for line in said if "favicon" not in line and "404" not in line] == []

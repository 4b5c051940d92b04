"""The page of logs in a browser: it follows, waits for who reads, narrows in place, and stays whole whatever an app prints."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import PHONE, Desk
from tests.browser.served import Console, wait_until
from tests.browser.test_for_everyone import CALM, look, walk

pytestmark = pytest.mark.browser
LOGS = "/apps/inscriptions/logs/"
AT_END = "log => log.scrollHeight - log.scrollTop - log.clientHeight < 30"
FLOOD_SECONDS = 2
MOST_NODES = 20_000
BACK = 60_000  # milliseconds for a browser that lost the console
TWICE = """() => { const ids = [...document.querySelectorAll("#log [id]")].map((each) => each.id);
    return ids.filter((id, place) => ids.indexOf(id) !== place) }"""
# How far a line is from the top of the log
MOVED = """(id) => document.getElementById(id).getBoundingClientRect().top
    - document.getElementById("log").getBoundingClientRect().top - parseFloat(getComputedStyle(log).paddingTop) - 1"""
HOSTILE = (
    "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script>",
    "\x1b]0;taken\x07\x1b]8;;https://evil.example\x07link\x1b]8;;\x07\x1b[2J\x1b[31mred",
    'one\u2028event: bye\u2029data: {"kind":"state","state":"refused"}',
    "event: bye",
    "\u202egnp.exe\u202c after",
    "x" * 1_000_000,
)


@pytest.fixture
def apps() -> frozenset[str]:
    return frozenset({"inscriptions"})


@pytest.fixture
def site(console: Console) -> Any:
    return console.simulator.world.app("inscriptions")


@pytest.fixture
def page(desk: Desk, site: Any) -> Page:
    for number in range(60):
        site.log(f"inscription {number} enregistrée")
    page = desk.sign_in("ines", **CALM)
    open_logs(page)
    page.keyboard.press("f")
    return page


def open_logs(page: Page, query: str = "") -> None:
    page.goto(f"{LOGS}{query}")
    expect(page.locator("[data-say]")).to_contain_text("En direct")


def line(page: Page, text: str) -> Locator:
    return page.locator("#log .line").filter(has_text=text)


def test_the_page_opens_on_what_was_written_and_follows_what_comes(page: Page, site: Any) -> None:
    expect(line(page, "inscription 59 enregistrée")).to_be_in_viewport()
    site.log("une ligne nouvelle")
    expect(line(page, "une ligne nouvelle")).to_be_in_viewport()
    assert page.evaluate(TWICE) == []


def test_who_scrolls_up_is_not_moved_and_is_told_what_came(page: Page, site: Any) -> None:
    log = page.locator("#log")
    log.hover()
    place = log.evaluate("log => log.scrollTop") - 300
    page.mouse.wheel(0, -300)
    resume = page.get_by_role("button", name="Reprendre le direct")
    expect(resume).to_be_visible()
    wait_until(lambda: log.evaluate("log => log.scrollTop") == place)  # it glides there
    site.log("arrivée pendant la pause", "et une autre")
    expect(resume).to_have_text("Reprendre le direct · 2 nouvelles lignes")
    assert log.evaluate("log => log.scrollTop") == place
    resume.click()
    expect(resume).to_be_hidden()
    expect(line(page, "et une autre")).to_be_in_viewport()


def test_a_filter_goes_into_the_address_and_is_kept_by_what_comes(page: Page, site: Any) -> None:
    page.evaluate("window.same = true")
    page.get_by_label("Chercher dans les lignes").fill("PAIEMENT")
    page.wait_for_url("**/logs/?*q=PAIEMENT*")
    expect(line(page, "inscription")).to_have_count(0)
    site.log("rien à voir", "paiement reçu")
    expect(page.locator("#log mark")).to_have_text("paiement")
    expect(page.locator("#log .line")).to_have_count(1)
    page.get_by_text("Erreurs", exact=False).first.click()
    page.wait_for_url("**who=errors*")
    expect(page.locator("#log .line")).to_have_count(0)
    assert page.evaluate("window.same")
    page.reload()
    expect(page.get_by_label("Chercher dans les lignes")).to_have_value("PAIEMENT")


def test_older_lines_come_above_what_is_read_without_moving_it(page: Page, site: Any) -> None:
    site.log(*(f"visite {number}" for number in range(250)))
    expect(line(page, "visite 249")).to_be_attached()
    open_logs(page)
    expect(line(page, "inscription 5 enregistrée")).to_have_count(0)
    page.keyboard.press("g")
    first = page.locator("#log .line").first
    name = first.get_attribute("id")
    page.get_by_role("link", name="Charger les 200 lignes").click()
    expect(line(page, "inscription 5 enregistrée")).to_be_attached()
    moved = page.evaluate(MOVED, name)
    assert abs(moved) < 2
    assert page.evaluate(TWICE) == []


def test_a_line_has_an_address_that_opens_on_it(page: Page, site: Any) -> None:
    site.log(*(f"visite {number}" for number in range(450)))
    expect(line(page, "visite 449")).to_be_attached()
    page.goto(f"{LOGS}?q=inscription+59")
    asked = line(page, "inscription 59 enregistrée")
    asked.locator("a.line__at").click()
    page.wait_for_url("**around=l*")
    expect(asked).to_be_in_viewport()
    site.log("bien plus tard")
    expect(page.locator("[data-say]")).to_have_text("En pause")
    expect(line(page, "bien plus tard")).to_have_count(0)
    page.get_by_role("button", name="Reprendre le direct").click()
    expect(line(page, "bien plus tard")).to_be_in_viewport()
    site.log("et en direct")
    expect(line(page, "et en direct")).to_be_in_viewport()


def test_what_an_app_prints_does_nothing_to_the_page(page: Page, site: Any) -> None:
    title = page.title()
    site.log(*HOSTILE)
    site.log("après tout cela")
    expect(line(page, "après tout cela")).to_be_in_viewport()
    for printed in ("<img src=x onerror=", "event: bye", "gnp.exe"):
        expect(line(page, printed).first).to_be_attached()
    assert page.title() == title
    assert page.locator("#log :is(img, script, iframe, a[href^=http])").count() == 0
    expect(page.locator("[data-say]")).to_contain_text("En direct")
    page.goto(f"{LOGS}?q=onerror")
    expect(line(page, "<img src=x onerror=")).to_be_attached()
    assert page.title() == title


def test_a_flood_is_thinned_and_its_page_stays_small(page: Page, site: Any) -> None:
    site.flood(rate=5000, seconds=FLOOD_SECONDS).join()
    site.log("ERROR la dernière de toutes")  # an error is never passed over with the crowd
    expect(line(page, "la dernière de toutes")).to_be_in_viewport()
    expect(page.locator("#log .gap").first).to_contain_text("passées")
    assert page.evaluate("document.querySelectorAll('*').length") <= MOST_NODES
    assert page.evaluate(TWICE) == []


def test_the_page_holds_no_more_lines_than_it_may_even_while_it_is_paused(page: Page, site: Any) -> None:
    log = page.locator("#log")
    log.evaluate("log => { log.dataset.most = 40 }")
    page.keyboard.press("p")
    for number in range(8):
        site.log(*(f"série {number} ligne {each}" for each in range(50)))
        expect(page.locator("[data-say]")).to_have_text("En pause")
    expect(line(page, "inscription 1 enregistrée")).to_be_attached()
    page.keyboard.press("f")
    expect(line(page, "série 7 ligne 49")).to_be_in_viewport()
    expect(line(page, "inscription 1 enregistrée")).to_have_count(0)
    assert log.evaluate("log => log.childElementCount") <= 40 + 200  # it drops so many at once


def test_a_lost_console_is_said_and_nothing_is_told_twice_when_it_is_back(
    page: Page, site: Any, console: Console, desk: Desk
) -> None:
    desk.expected = ("ERR_",)
    site.log("avant la coupure")
    expect(line(page, "avant la coupure")).to_be_attached()
    console.stop()
    expect(page.locator("[data-say]")).to_contain_text("perdue")
    console.start()
    expect(page.locator("[data-say]")).to_contain_text("En direct", timeout=BACK)
    site.log("après la coupure")
    expect(line(page, "après la coupure")).to_be_attached(timeout=BACK)
    expect(line(page, "avant la coupure")).to_have_count(1)
    assert page.evaluate(TWICE) == []


def test_an_error_that_comes_is_explained_without_a_reload(page: Page, site: Any) -> None:
    site.request("/planning", status=503, service=30_001, code="H12", desc="Request timeout")
    card = page.locator("#findings .explain")
    expect(card).to_contain_text("H12")
    expect(line(page, "/planning")).to_have_attribute("data-level", "error")


def test_keys_do_what_their_sheet_says_until_they_are_switched_off(page: Page) -> None:
    page.keyboard.press("p")
    expect(page.locator("[data-say]")).to_have_text("En pause")
    page.keyboard.press("f")
    expect(page.locator("[data-say]")).to_contain_text("En direct")
    page.keyboard.press("/")
    search = page.get_by_label("Chercher dans les lignes")
    expect(search).to_be_focused()
    page.keyboard.type("p?")
    expect(search).to_have_value("p?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("#log").focus()
    page.keyboard.press("?")
    page.get_by_label("Utiliser ces touches").uncheck()
    page.keyboard.press("Escape")
    page.locator("#log").focus()
    page.keyboard.press("p")
    expect(page.locator("[data-say]")).to_contain_text("En direct")


def test_nothing_is_wrong_with_the_page(page: Page, site: Any) -> None:
    site.request("/planning", status=503, service=30_001, code="H12", desc="Request timeout")
    site.traceback("ValueError", "boom")
    site.log("\x1b[33mattention\x1b[0m ines@ecole.example")
    expect(page.locator("#findings .explain").first).to_be_visible()
    assert walk(page) == []
    assert look(page) == []


def test_a_finger_pauses_too(desk: Desk, site: Any) -> None:
    for number in range(60):
        site.log(f"inscription {number} enregistrée")
    page = desk.sign_in("ines", **PHONE)
    open_logs(page)
    page.locator("#log").evaluate("log => { log.scrollTop -= 200 }")
    resume = page.get_by_role("button", name="Reprendre le direct")
    resume.tap()
    expect(resume).to_be_hidden()
    wait_until(lambda: page.locator("#log").evaluate(AT_END))

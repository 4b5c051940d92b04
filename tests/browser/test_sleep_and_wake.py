"""The promise, in a browser: « Mettre en veille » and « Réveiller » do what they say, and the page tells the truth."""

import re
from http import HTTPStatus
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, WIDE, Desk, press
from tests.browser.served import Console, wait_until

pytestmark = pytest.mark.browser
SITE = "/apps/inscriptions/"


def sentence(page: Page) -> Any:
    return expect(page.locator("#state .sentence"), "the page's one sentence")


def ask_for_sleep(page: Page) -> None:
    press(page, "Mettre en veille")
    page.get_by_label("Pour confirmer").fill("inscriptions")
    press(page, "Mettre en veille")


def let_it_end(console: Console, *, change: int = 1) -> None:
    """Once Heroku has made so many changes, move its clock to where the last one is over."""

    def made() -> int:
        asked = [each for each in console.simulator.requests if each.method == "PATCH"]
        return sum(each.path.endswith("/formation") and each.status == HTTPStatus.OK for each in asked)

    wait_until(lambda: made() == change)
    console.simulator.advance(2500)


class TestSlowEnoughToWatch:
    @pytest.fixture
    def speed(self) -> float:
        """A stop takes 40 s at least: what is under way stays so until the test moves Heroku's clock."""
        return 0.05

    @pytest.mark.parametrize("looks", [WIDE, PHONE], ids=["wide", "phone"])
    def test_a_receptionist_puts_her_site_to_sleep_and_finds_it_again_as_it_was(
        self, desk: Desk, console: Console, looks: dict[str, Any]
    ) -> None:
        site = console.simulator.world.app("inscriptions")
        before = site.formation
        page = desk.sign_in("claire", **looks)
        expect(page.get_by_role("heading", level=1)).to_have_text("Bonjour Claire,un site est en panne.")
        card = page.get_by_role("article", name="inscriptions")
        expect(card).to_contain_text("Tout va bien.")
        card.get_by_role("link", name="inscriptions", exact=True).click()
        sentence(page).to_have_text("Tout va bien.")

        ask_for_sleep(page)
        page.wait_for_url(SITE)
        page.evaluate("window.wasNotReloaded = true")
        sentence(page).to_have_text(re.compile("^S’endort"))
        let_it_end(console)
        sentence(page).to_have_text(re.compile("^En veille depuis"))
        expect(page.locator(".notice--ok")).to_contain_text("inscriptions est en veille depuis")
        expect(page.locator("body")).to_have_attribute("data-state", "asleep")
        assert page.evaluate("window.wasNotReloaded")
        assert {quantity for quantity, _size in site.formation.values()} == {0}
        assert site.maintenance

        press(page, "Réveiller")
        sentence(page).to_have_text(re.compile(r"^Se réveille, \d\sdynos? sur\s3"))
        let_it_end(console, change=2)
        sentence(page).to_have_text("Tout va bien.")
        expect(page.locator(".notice--ok")).to_contain_text("est réveillé depuis")
        assert site.formation == before
        assert not site.maintenance
        assert desk.posts[1:] == [f"{SITE}scaling/sleep/", f"{SITE}scaling/wake/"]

    def test_a_change_shows_on_the_other_s_page_and_is_not_made_twice(
        self, desk: Desk, console: Console
    ) -> None:
        claire, hugo, reader = desk.sign_in("claire"), desk.sign_in("hugo"), desk.sign_in("lea")
        for page in (claire, hugo, reader):
            page.goto(SITE)
        expect(reader.get_by_role("main").get_by_role("button")).to_have_count(0)
        press(hugo, "Mettre en veille")
        ask_for_sleep(claire)
        sentence(reader).to_have_text(re.compile("^S’endort"))
        hugo.get_by_label("Pour confirmer").fill("inscriptions")
        press(hugo, "Mettre en veille")
        expect(hugo.locator(".notice--warn")).to_contain_text("déjà demandée par Claire Morel")
        let_it_end(console)
        for page in (claire, hugo, reader):
            sentence(page).to_have_text(re.compile("^En veille depuis"))
        asked = [each for each in console.simulator.requests if each.method == "PATCH"]
        assert [each.path.rpartition("/")[2] for each in asked].count("formation") == 1


def test_the_keyboard_alone_is_enough(desk: Desk) -> None:
    page = desk.sign_in("claire")
    page.goto(SITE)
    tab_to(page, "Mettre en veille")
    assert_focus_is_visible(page)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{SITE}scaling/sleep/")
    tab_to(page, "Pour confirmer, tapez le nom court du site")
    page.keyboard.type("inscriptions")
    page.keyboard.press("Enter")
    page.wait_for_url(SITE)
    tab_to(page, "Ce qui tourne")
    sentence(page).to_have_text(re.compile("^En veille depuis"))
    expect(page.get_by_role("link", name="Ce qui tourne")).to_be_focused()
    tab_to(page, "Réveiller", back=True)
    page.keyboard.press("Enter")
    sentence(page).to_have_text("Tout va bien.")


def tab_to(page: Page, name: str, *, back: bool = False) -> None:
    """Press Tab until what has this name has the focus."""
    said = """() => { const here = document.activeElement;
        return (here.labels?.[0] ?? here).innerText.replace(/\\s+/g, " ").trim() }"""
    for _step in range(40):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if page.evaluate(said) == name:
            return
    pytest.fail(f"Tab does not lead to « {name} »")


def assert_focus_is_visible(page: Page) -> None:
    style = page.evaluate(
        "(({outlineStyle, outlineWidth}) => [outlineStyle, outlineWidth])(getComputedStyle(document.activeElement))"
    )
    assert style[0] != "none"
    assert float(style[1].removesuffix("px")) >= 2


def test_a_double_click_asks_once(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire")
    page.goto(SITE)
    press(page, "Mettre en veille")
    page.get_by_label("Pour confirmer").fill("inscriptions")
    page.get_by_role("button", name="Mettre en veille").dblclick()
    sentence(page).to_have_text(re.compile("^En veille depuis"))
    assert desk.posts[1:] == [f"{SITE}scaling/sleep/"]
    scaled = [
        each for each in console.simulator.requests if each.method == "PATCH" and "formation" in each.path
    ]
    assert len(scaled) == 1


def test_all_of_it_works_without_scripts(desk: Desk, console: Console) -> None:
    page = desk.sign_in("claire", java_script_enabled=False)
    page.goto(SITE)
    main = page.get_by_role("main")
    main.get_by_role("link", name="Mettre en veille").click()
    page.get_by_label("Pour confirmer").fill("inscription")
    page.get_by_role("button", name="Mettre en veille").click()
    expect(page.get_by_text("Ce n’est pas le nom court du site")).to_be_visible()
    page.get_by_label("Pour confirmer").fill("inscriptions")
    with page.expect_navigation():
        page.get_by_role("button", name="Mettre en veille").click()
    reload_until(page, "En veille depuis")
    with page.expect_navigation():
        main.get_by_role("button", name="Réveiller").click()
    reload_until(page, "Tout va bien.")
    assert console.simulator.world.app("inscriptions").formation["web"][0] == 2


def reload_until(page: Page, start: str) -> None:
    """Reload a page on which nothing is under way any more: a reload would call a form's answer off."""

    def says_so() -> bool:
        page.reload()
        return page.locator("#state .sentence").inner_text().startswith(start)

    wait_until(says_so)

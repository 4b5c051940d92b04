"""« Taille et prix » in a browser: the price follows what is typed, nothing is asked of Heroku before the button is pressed."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Desk, press
from tests.browser.served import Console, wait_until

pytestmark = pytest.mark.browser
SCALING = "/apps/inscriptions/scaling/"
AWAKE = {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}


def test_the_price_follows_what_is_typed_and_the_button_applies_it(desk: Desk, console: Console) -> None:
    page = desk.sign_in("ines")
    page.goto(SCALING)
    page.get_by_label("Taille de chacun : Le site").select_option("Standard-2X")
    expect(page.locator("#bill")).to_contain_text("50 $ de plus par mois.")
    expect(page.locator("#sum-web")).to_contain_text("2 × Standard-1X → 2 × Standard-2X")
    page.get_by_label("Combien : Le site").fill("3")
    expect(page.locator("#bill")).to_contain_text("100 $ de plus par mois.")
    assert console.simulator.world.app("inscriptions").formation == AWAKE
    press(page, "Appliquer ces changements")
    page.wait_for_url("/apps/inscriptions/")
    wait_until(lambda: console.simulator.world.app("inscriptions").formation["web"] == (3, "Standard-2X"))
    expect(page.locator(".notice--ok")).to_contain_text("a sa nouvelle taille depuis")


def test_without_javascript_a_button_tells_the_price_first(desk: Desk, console: Console) -> None:
    page = desk.sign_in("ines", java_script_enabled=False)
    page.goto(SCALING)
    page.get_by_label("Combien : Les tâches de fond").fill("3")
    press(page, "Voir ce que cela change")
    expect(page.locator("#bill")).to_contain_text("50 $ de plus par mois.")
    expect(page.get_by_label("Combien : Les tâches de fond")).to_have_value("3")
    assert console.simulator.world.app("inscriptions").formation == AWAKE

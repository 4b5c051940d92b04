"""Every page by the keyboard and as axe sees it, on a desk and on a phone, light and dark; narrow, and in large letters."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from opsconsole.simulator import Simulator
from tests.browser.conftest import Desk, press
from tests.browser.served import Console, serve

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
FIND = """options => axe.run(options).then(({violations}) =>
    violations.flatMap(({id, nodes}) => nodes.map(({html}) => `${id}: ${html}`)))"""
# What Tab must reach: of the radio buttons of one name, only the one that is chosen or, before that, the first.
TABBABLE = """() => [...document.querySelectorAll("a[href], button, input, select, textarea, summary")].filter(
    (each) => each.checkVisibility() && each.type !== "hidden" && !each.disabled && (each.type !== "radio" || each ===
        (document.querySelector(`[name="${each.name}"]:checked`) ?? document.querySelector(`[name="${each.name}"]`)))
    ).map((each) => each.outerHTML.slice(0, 120))"""
# The link of a card shows where it is by the outline of the whole card.
FOCUSED = """() => { const here = document.activeElement;
    const isOutlined = ({ outlineStyle, outlineWidth }) => outlineStyle !== "none" && parseFloat(outlineWidth) >= 2;
    const isSeen = [here, here.closest("article")].some((each) => each && isOutlined(getComputedStyle(each)));
    return [here.outerHTML.slice(0, 120), isSeen] }"""
STOPS_INSIDE = 12  # a date has several of its own
WIDE = 1280
# A phone shows what a desk shows, in other places and in the same colours.
LOOKS: tuple[tuple[int, Literal["light", "dark"]], ...] = ((WIDE, "light"), (WIDE, "dark"), (390, "light"))
NARROWEST = 320
CALM = {"reduced_motion": "reduce"}  # a colour that is on its way to another is neither
SLOW = 0.05  # a change under way stays under way while it is looked at


def app(name: str, below: str = "") -> str:
    return f"/apps/{name}/{below}"


# page: its address, and the state that its sky must tell
PAGES = {
    "home": ("/", ""),
    "awake": (app("inscriptions"), "awake"),
    "dozing": (app("agenda-salles"), "dozing"),
    "down": (app("bibliotheque"), "down"),
    "partial": (app("boutique-solidaire"), "partial"),
    "maintenance": (app("journal-des-eleves"), "maintenance"),
    "empty": (app("nouveau-site"), "empty"),
    "asleep": (app("dort"), "asleep"),
    "forbidden": (app("prive"), "denied"),
    "dynos": (app("inscriptions", "dynos/"), "awake"),
    "sleep sheet": (app("inscriptions", "scaling/sleep/"), "falling"),
    "wake sheet": (app("dort", "scaling/wake/"), "waking"),
    "journal": ("/journal/", ""),
    "nothing found": ("/journal/?jour=2020-01-01", ""),
    "not found": (app("nulle-part"), "empty"),
    "restart sheet": (app("inscriptions", "dynos/restart/"), "waking"),
    "hours": ("/quota/", ""),
    "codes": ("/codes/", ""),
    "report": (app("inscriptions", "logs/report/"), "awake"),
    "commands": (app("inscriptions", "commands/"), "awake"),
    "runs": (app("inscriptions", "runs/"), "awake"),
}
# What only an administrator opens
SETTINGS = {
    "settings": "/settings/",
    "sites": "/settings/apps/",
    "people": "/settings/people/",
    "invitation": "/settings/people/invite/",
    "what somebody may do": "/settings/people/1/rights/",
    "commands": "/settings/commands/",
    "a new command": "/settings/commands/new/",
    "a command from its help": "/settings/commands/import/",
    "consoles": "/apps/inscriptions/consoles/",
    "a new console": "/apps/inscriptions/consoles/new/",
    "phrases": "/settings/consoles/",
    "connection": "/settings/health/connection/",
    "a line": "/apps/inscriptions/commands/line/",
    "token": "/settings/token/",
    "health": "/settings/health/",
    "export": "/journal/export/",
}


@pytest.fixture(scope="module")
def console(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """One console for all these pages, whose Heroku has a site in every condition."""
    with serve(prepared, tmp_path_factory.mktemp("everyone"), speed=SLOW, arrange=arrange) as running:
        yield running


def arrange(simulator: Simulator) -> None:
    world = simulator.world
    world.app("agenda-salles").idle()
    world.app("boutique-solidaire").crash("worker.1")
    for name, dynos in {"se-couche": 1, "dort": 0, "se-leve": 0, "prive": 1}.items():
        world.add_app(name, [("web", "node serveur.js", dynos, "Basic")])
    world.app("prive").forbid("all")


@pytest.fixture(scope="module")
def shared(chromium: Browser, console: Console) -> Iterator[Desk]:
    desk = Desk(chromium, console)
    desk.expected = ("404 (Not Found)", "403 (Forbidden)")
    yield desk
    assert desk.close() == []


@pytest.fixture(scope="module")
def claire(shared: Desk) -> Page:
    return shared.sign_in("claire", **CALM)


def look(page: Page) -> list[str]:
    """Return everything that is wrong with a page, on a desk in both schemes, on a phone, and on what is narrower still."""
    wrong: list[str] = []
    page.evaluate(Axe().axe_script)
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        found = page.evaluate(FIND, {"runOnly": RULES, "resultTypes": ["violations"]})
        wrong += [f"{scheme} {width}: {each}" for each in found]
    return wrong + sideways(page)


def walk(page: Page) -> list[str]:
    """Return what the keyboard does not reach from the top of a page, and where it goes without being seen."""
    missing = list(page.evaluate(TABBABLE))
    unseen: list[str] = []
    for _press in range(len(missing) + STOPS_INSIDE):
        page.keyboard.press("Tab")
        here, is_seen = page.evaluate(FOCUSED)
        if here in missing:
            missing.remove(here)
            unseen += [] if is_seen else [f"focus not seen: {here}"]
    return unseen + [f"not reached: {each}" for each in missing]


def sideways(page: Page) -> list[str]:
    page.set_viewport_size({"width": NARROWEST, "height": 900})
    narrow = ["wider than the narrowest screen"] if sticks_out(page) else []
    page.set_viewport_size({"width": WIDE, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    return narrow + (["wider than the screen in large letters"] if sticks_out(page) else [])


def sticks_out(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_wrong_with_a_page(claire: Page, name: str) -> None:
    address, state = PAGES[name]
    claire.goto(address)
    expect(claire.locator("body")).to_have_attribute("data-state", state)
    assert walk(claire) == []
    assert look(claire) == []


@pytest.fixture(scope="module")
def ines(shared: Desk) -> Page:
    return shared.sign_in("ines", **CALM)


@pytest.mark.parametrize("name", SETTINGS)
def test_nothing_is_wrong_with_a_page_of_settings(ines: Page, name: str) -> None:
    answer = ines.goto(SETTINGS[name])
    assert answer
    assert answer.status == 200
    assert walk(ines) == []
    assert look(ines) == []


def test_nothing_is_wrong_with_the_settings_of_a_site(ines: Page) -> None:
    ines.goto("/settings/apps/")
    ines.get_by_role("main").get_by_role("link", name="inscriptions").first.click()
    ines.wait_for_url("/settings/apps/*/")
    assert walk(ines) == []
    assert look(ines) == []


def test_nothing_is_wrong_with_the_sheet_and_the_page_of_a_command(claire: Page) -> None:
    claire.goto(app("inscriptions", "commands/"))
    claire.get_by_role("listitem").filter(has_text="Envoyer un courriel").get_by_role("link").click()
    expect(claire.get_by_role("heading", level=1)).to_have_text("Envoyer un courriel d’essai")
    assert walk(claire) == []
    assert look(claire) == []
    claire.set_viewport_size({"width": WIDE, "height": 900})
    claire.get_by_label("Adresse qui recevra l’essai").fill("camille@exemple.fr")
    press(claire, "Lancer")
    expect(claire.locator(".run__state")).to_be_visible()
    assert walk(claire) == []
    assert look(claire) == []


def refused_token(page: Page) -> None:
    page.goto("/settings/token/")
    page.get_by_label("Nouveau jeton").fill("HRKU-inconnu-0123456789")
    press(page, "Vérifier et enregistrer")
    expect(page.locator("[data-error-summary]")).to_be_visible()


def test_nothing_is_wrong_with_a_token_that_is_refused(ines: Page) -> None:
    refused_token(ines)
    assert look(ines) == []


def refused_sheet(page: Page) -> None:
    page.goto(app("inscriptions", "scaling/sleep/"))
    page.get_by_label("Pour confirmer").fill("autre chose")
    press(page, "Mettre en veille")
    expect(page.locator("[data-error-summary]")).to_be_visible()


def falling(page: Page) -> None:
    page.goto(app("se-couche", "scaling/sleep/"))
    page.get_by_label("Pour confirmer").fill("se-couche")
    press(page, "Mettre en veille")
    expect(page.locator("#state .sentence")).to_contain_text("S’endort")


def waking(page: Page) -> None:
    page.goto(app("se-leve", "scaling/wake/"))
    press(page, "Réveiller")
    expect(page.locator("body")).to_have_attribute("data-state", "waking")
    expect(page.locator(".rise li")).to_have_count(1)


@pytest.mark.parametrize("reach", [refused_sheet, falling, waking])
def test_nothing_is_wrong_while_something_happens(claire: Page, reach: Callable[[Page], None]) -> None:
    reach(claire)
    assert look(claire) == []


def test_nothing_is_wrong_with_the_door(shared: Desk) -> None:
    page = shared.browser(**CALM).new_page()
    page.goto("/")
    assert look(page) == []


def test_nothing_is_wrong_with_a_door_that_stays_shut(shared: Desk) -> None:
    page = shared.browser(**CALM).new_page()
    page.goto("/")
    page.get_by_label("Identifiant").fill("claire")
    page.get_by_label("Mot de passe").fill("mauvais")
    press(page, "Se connecter")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert look(page) == []


def test_nothing_is_wrong_with_what_a_reader_may_not_do(shared: Desk) -> None:
    page = shared.sign_in("lea", **CALM)
    page.goto(app("inscriptions", "scaling/sleep/"))
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert look(page) == []


def test_nothing_is_wrong_with_sizes_and_prices(shared: Desk) -> None:
    page = shared.sign_in("ines", **CALM)
    page.goto(app("boutique-solidaire", "scaling/"))
    assert look(page) == []
    page.get_by_label("Taille de chacun : Le site").select_option("Basic")
    expect(page.locator("#sum-web")).to_contain_text("Basic ne se mélange pas")
    press(page, "Appliquer ces changements")
    expect(page.locator("[data-error-summary]")).to_be_visible()
    assert look(page) == []
    page.goto("/settings/prices/")
    assert look(page) == []

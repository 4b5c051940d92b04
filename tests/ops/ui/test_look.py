"""The components, looked at by axe in light and dark, and on the narrowest screen, under the policy of production."""

from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.template.loader import render_to_string
from django.test import RequestFactory
from playwright.sync_api import Browser, Page

from opsconsole.ops.ui.views import components
from tests.ops.ui.live_site import LiveSite

pytestmark = pytest.mark.browser
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROWEST = 320
PAGES = ["/components", "/error"]


@pytest.fixture
def gallery(site: LiveSite, rf: RequestFactory) -> LiveSite:
    site.pages["/components"] = components(rf.get("/ui/")).content.decode()
    site.pages["/error"] = render_to_string("500.html")
    return site


def look(page: Page, site: LiveSite, path: str) -> list[str]:
    """Return what is wrong: axe's violations, what sticks out on the right, what the browser refused."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.url + path)
    violations = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    wrong = [f"{found['id']}: {node['html']}" for found in violations for node in found["nodes"]]
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        wrong.append("something is wider than the screen")
    return wrong + [line for line in said if "Content Security Policy" in line]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [NARROWEST, 1280])
def test_nothing_is_wrong_with_a_page(
    chromium: Browser, gallery: LiveSite, path: str, scheme: Literal["light", "dark"], width: int
) -> None:
    with chromium.new_context(color_scheme=scheme, viewport={"width": width, "height": 800}) as context:
        assert look(context.new_page(), gallery, path) == []

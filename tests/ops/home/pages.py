"""Pages as a person reads them: words without markup, one card, the buttons in it."""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

VOID = frozenset({"meta", "link", "input", "br", "img", "use", "circle", "rect"})


@dataclass
class Element:
    tag: str
    attributes: dict[str, str]
    text: str = ""

    @property
    def words(self) -> str:
        """Its text, with ordinary single spaces."""
        return re.sub(r"\s+", " ", self.text).strip()


class Page(HTMLParser):
    """Every element of a page, in order, each with all the text in it."""

    def __init__(self, response: Any) -> None:
        super().__init__()
        assert response.status_code == 200
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(response.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)
        elif tag == "br":
            self.handle_data(" ")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        while self._open:
            if self._open.pop().tag == tag:
                break

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str = "", css_class: str = "") -> list[Element]:
        return [
            element
            for element in self.elements
            if tag in {"", element.tag}
            and (not css_class or css_class in element.attributes.get("class", "").split())
        ]

    def one(self, tag: str = "", css_class: str = "") -> Element:
        [element] = self.all(tag, css_class)
        return element

    @property
    def words(self) -> str:
        return self.one("body").words


class Card(Page):
    """One site of the home page."""

    def __init__(self, response: Any, name: str) -> None:
        found = re.search(
            rf'<article class="card" id="site-{name}".*?</article>', response.content.decode(), re.S
        )
        assert found, f"no card for {name}"
        HTMLParser.__init__(self)
        self.elements, self._open = [], []
        self.feed(found.group())

    @property
    def state(self) -> str:
        return self.elements[0].attributes["data-state"]

    @property
    def sentence(self) -> str:
        return self.one(css_class="card__sentence").words

    @property
    def button(self) -> str:
        """What its one button says; "" without one."""
        buttons = [element.words for element in self.all(css_class="button")]
        assert len(buttons) <= 1
        return buttons[0] if buttons else ""

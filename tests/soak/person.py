"""Somebody on the console, and all that they were answered."""

import time
from collections.abc import Callable
from http.client import HTTPException
from typing import NamedTuple

from tests.bench.measures import state_on
from tests.demo.visitor import CSRF_FIELD, Page, Visitor

APP, NAME = "/apps/inscriptions/", "inscriptions"
PAGES = (APP, "/", "/journal/")


class Answered(NamedTuple):
    path: str
    status: int
    seconds: float
    has_traceback: bool


class Person:
    """`answers` has every page they got, `cuts` every time that the console did not answer at all."""

    def __init__(self, visitor: Visitor) -> None:
        self._visitor = visitor
        self.answers: list[Answered] = []
        self.cuts: list[str] = []
        self.clicks = 0

    def look(self) -> str:
        """The state that the app's page tells, "" when the console did not answer."""
        page = self._ask(APP, lambda: self._visitor.get(APP))
        return state_on(page.text) if page else ""

    def look_around(self) -> None:
        for path in PAGES:
            self._ask(path, lambda path=path: self._visitor.get(path))  # type: ignore[misc]

    def click(self, *, wake: bool, with_page: bool) -> None:
        """Open the form and send it; a console that dies meanwhile is the point of these runs."""
        to = f"{APP}scaling/{'wake' if wake else 'sleep'}/"
        form = APP if wake else to
        page = self._ask(form, lambda: self._visitor.get(form))
        token = CSRF_FIELD.search(page.text) if page else None
        if token is None:
            return
        fields = {"csrfmiddlewaretoken": token[1]}
        if not wake:
            fields |= {"page": "pause" if with_page else "error", "confirmation": NAME}
        self.clicks += 1
        self._ask(to, lambda: self._visitor.post(to, fields))

    def let_go(self) -> None:
        """Close the connection; the next page opens another one."""
        self._visitor.close()

    def _ask(self, path: str, ask: Callable[[], Page]) -> Page | None:
        began = time.monotonic()
        try:
            page = ask()
        except (OSError, HTTPException) as error:
            self.cuts.append(f"{path}: {error!r}")
            self._visitor.close()
            return None
        spent = time.monotonic() - began
        self.answers.append(Answered(path, page.status, spent, "Traceback" in page.text))
        return page

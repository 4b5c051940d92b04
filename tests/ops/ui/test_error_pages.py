"""The pages of errors, rendered with nothing at all: what failed may be the context or the database."""

import pytest
from django.template.loader import render_to_string
from django.utils import translation

PAGES = ["400.html", "403.html", "403_csrf.html", "404.html", "500.html"]


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_needs_no_context(name: str) -> None:
    page = render_to_string(name)
    assert page.count("<h1>") == 1
    assert 'href="/"' in page


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_says_whose_console_it_is_when_it_knows(name: str) -> None:
    page = render_to_string(name, {"console_name": "École des Quatre-Vents"})
    assert "– École des Quatre-Vents</title>" in page


@pytest.mark.parametrize("name", PAGES)
def test_an_error_page_speaks_neither_code_nor_english_to_french_readers(name: str) -> None:
    with translation.override("fr"):
        page = render_to_string(name)
    assert '<html lang="fr">' in page
    assert [word for word in ("Forbidden", "Error", "Not Found", "CSRF", "404") if word in page] == []

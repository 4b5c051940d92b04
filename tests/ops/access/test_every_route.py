"""Every address asks to sign in first, but the few that are meant for strangers."""

import re
from collections.abc import Iterator

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from tests.ops.access.conftest import SIGN_IN, Browser

OPEN_TO_STRANGERS = {"account_login", "account_logout", "invitation", "set_language", "ready"}
SAMPLES = {"int": "1", "uuid": "01234567-89ab-cdef-0123-456789abcdef"}


def walk(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, route)
        else:
            yield route, pattern


ROUTES = list(walk(get_resolver().url_patterns))
CLOSED = [(route, pattern) for route, pattern in ROUTES if pattern.name not in OPEN_TO_STRANGERS]


def address(route: str) -> str:
    return re.sub(r"<(?:(\w+):)?\w+>", lambda found: SAMPLES.get(found[1] or "str", "sample"), route)


@pytest.mark.parametrize("route", [route for route, _pattern in CLOSED])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST"])
@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in(visitor: Browser, route: str, method: str) -> None:
    answer = visitor.generic(method, address(route))
    assert answer.status_code == 302
    assert answer["Location"].startswith(SIGN_IN)


def test_the_addresses_open_to_strangers_are_these_and_no_other() -> None:
    found = {
        pattern.name for _route, pattern in ROUTES if not getattr(pattern.callback, "login_required", True)
    }
    assert found == OPEN_TO_STRANGERS


def test_no_address_does_without_the_proof_that_a_form_is_ours() -> None:
    assert [route for route, pattern in ROUTES if getattr(pattern.callback, "csrf_exempt", False)] == []

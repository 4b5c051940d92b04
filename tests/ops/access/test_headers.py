"""The headers of every kind of answer, and the methods that nothing answers."""

from typing import Any

import pytest

from tests.ops.access.conftest import PAGE, SIGN_IN, Browser

EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}


def answers(visitor: Browser) -> dict[str, Any]:
    return {
        "the sign-in page": visitor.get(SIGN_IN),
        "a redirect": visitor.get(PAGE),
        "an unknown page": visitor.get("/nowhere/"),
        "a wrong host": visitor.get(SIGN_IN, HTTP_HOST="evil.example"),
        "a forged form": Browser(enforce_csrf_checks=True).post(SIGN_IN),
        "a refused method": visitor.generic("TRACE", SIGN_IN),
        "a signed-out person": visitor.post("/accounts/logout/"),
    }


@pytest.mark.django_db
def test_every_answer_carries_the_same_headers(visitor: Browser) -> None:
    for what, answer in answers(visitor).items():
        assert {name: answer.get(name) for name in EXPECTED} == EXPECTED, what


@pytest.mark.django_db
def test_nothing_is_stored_by_browsers_or_proxies(visitor: Browser) -> None:
    for what, answer in answers(visitor).items():
        assert "no-store" in answer["Cache-Control"], what


@pytest.mark.django_db
def test_every_answer_closes_what_the_pages_do_not_need(visitor: Browser) -> None:
    for what, answer in answers(visitor).items():
        policy = answer["Permissions-Policy"].split(", ")
        assert {"camera=()", "microphone=()", "geolocation=()", "payment=()", "usb=()"} <= set(policy), what
        assert "clipboard-write=(self)" in policy, what


@pytest.mark.django_db
def test_every_answer_has_a_content_security_policy_without_unsafe_parts(visitor: Browser) -> None:
    for what, answer in answers(visitor).items():
        policy = answer["Content-Security-Policy"]
        assert "default-src 'none'" in policy, what
        assert "frame-ancestors 'none'" in policy, what
        assert "unsafe" not in policy, what


@pytest.mark.django_db
def test_pages_say_their_character_set_and_language(visitor: Browser) -> None:
    answer = visitor.get(SIGN_IN)
    assert answer["Content-Type"] == "text/html; charset=utf-8"
    assert answer["Content-Language"] == "fr"


@pytest.mark.django_db
def test_no_other_origin_is_ever_allowed_to_read(visitor: Browser) -> None:
    answer = visitor.get(SIGN_IN, HTTP_ORIGIN="https://evil.example")
    assert not [name for name in answer.headers if name.startswith("Access-Control-")]


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "PATCH", "DELETE", "BREW"])
@pytest.mark.django_db
def test_methods_that_nothing_expects_are_refused(visitor: Browser, method: str) -> None:
    answer = visitor.generic(method, SIGN_IN)
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, POST, OPTIONS"


@pytest.mark.django_db
def test_a_header_cannot_turn_a_post_into_something_else(signed_in: Browser) -> None:
    assert signed_in.get("/accounts/logout/", HTTP_X_HTTP_METHOD_OVERRIDE="POST").status_code == 405
    assert signed_in.get(PAGE).status_code == 200

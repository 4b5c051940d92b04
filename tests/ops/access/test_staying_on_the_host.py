"""`next=` never leads away from the console."""

import pytest
from pytest_django import Settings

from tests.ops.access.conftest import SIGN_IN, Browser

LEADING_AWAY = [
    "https://evil.example/",
    "http://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "////evil.example",
    "/\\evil.example/",
    "\\\\evil.example/",
    "\\/evil.example/",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "HTTPS://EVIL.EXAMPLE/",
    "http://testserver/",
    "https://testserver/",
    "https://testserver.evil.example/",
    "https://testserver@evil.example/",
    "https://evil.example#testserver",
    "https://evil.example?testserver/",
    "//testserver/",
    "javascript:alert(1)",
    "data:text/html,hello",
    " https://evil.example/",
    "\thttps://evil.example/",
    "/\t/evil.example/",
    "http://[::1/",
    "https://voisin.herokuapp.com/",
    "//evil%E3%80%82example",
]


@pytest.mark.parametrize("address", LEADING_AWAY)
@pytest.mark.usefixtures("claire")
def test_signing_in_stays_on_the_host(visitor: Browser, address: str) -> None:
    assert visitor.sign_in(next_url=address)["Location"] == "/"


@pytest.mark.parametrize("address", LEADING_AWAY)
def test_signing_out_stays_on_the_host(signed_in: Browser, address: str) -> None:
    assert signed_in.post("/accounts/logout/", {"next": address})["Location"] == SIGN_IN


@pytest.mark.parametrize("address", LEADING_AWAY)
@pytest.mark.django_db
def test_choosing_a_language_stays_on_the_host(visitor: Browser, address: str) -> None:
    location = visitor.post("/language/", {"language": "en", "next": address})["Location"]
    assert location in {"/", address.strip()}
    assert "evil" not in location
    assert "voisin" not in location


@pytest.mark.usefixtures("claire")
def test_a_neighbour_under_the_same_wildcard_is_still_elsewhere(visitor: Browser, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = [".herokuapp.com", "testserver"]
    assert visitor.sign_in(next_url="https://voisin.herokuapp.com/")["Location"] == "/"


@pytest.mark.parametrize(
    "host", ["evil.example", "testserver.evil.example", "testserver:evil", "test_server", "", "[::1"]
)
@pytest.mark.django_db
def test_an_unknown_host_is_refused(visitor: Browser, host: str) -> None:
    assert visitor.get(SIGN_IN, HTTP_HOST=host).status_code == 400


@pytest.mark.django_db
def test_a_forwarded_host_changes_nothing(visitor: Browser) -> None:
    answer = visitor.get("/accounts/password/change/", HTTP_X_FORWARDED_HOST="evil.example")
    assert answer["Location"] == f"{SIGN_IN}?next=%2Faccounts%2Fpassword%2Fchange%2F"

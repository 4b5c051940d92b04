"""Cookies: ours alone, unreadable by scripts, and sent nowhere else."""

import pytest

from tests.ops.access.conftest import PAGE, PASSWORD, SIGN_IN, Browser


@pytest.mark.usefixtures("claire")
def test_every_cookie_is_host_only_secure_and_out_of_reach_of_scripts(visitor: Browser) -> None:
    visitor.get(SIGN_IN)
    visitor.sign_in()
    new = "le vent se lève enfin"  # the page that follows has a message to show
    visitor.post(PAGE, {"oldpassword": PASSWORD, "password1": new, "password2": new})
    visitor.post("/language/", {"language": "en"})
    assert set(visitor.cookies) == {"__Host-session", "__Host-csrf", "__Host-language"}
    for cookie in visitor.cookies.values():
        assert cookie["secure"], cookie.key
        assert cookie["httponly"], cookie.key
        assert cookie["samesite"] == "Lax"
        assert cookie["path"] == "/"
        assert not cookie["domain"]


@pytest.mark.django_db
def test_reading_the_sign_in_page_stores_no_session(visitor: Browser) -> None:
    visitor.get(SIGN_IN)
    assert not visitor.session_key

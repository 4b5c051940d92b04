"""The language is the one chosen on this visitor, French otherwise."""

import pytest
from django.utils import translation

from tests.ops.access.conftest import SIGN_IN, Browser

pytestmark = pytest.mark.django_db


def language(visitor: Browser, accepted: str = "") -> str:
    return str(visitor.get(SIGN_IN, HTTP_ACCEPT_LANGUAGE=accepted)["Content-Language"])


def test_french_is_spoken_first_whatever_the_machine_was_set_up_in(visitor: Browser) -> None:
    assert language(visitor, "en-GB,en;q=0.9") == "fr"
    assert '<html lang="fr"' in visitor.get(SIGN_IN).content.decode()


def test_a_choice_is_kept(visitor: Browser) -> None:
    visitor.post("/language/", {"language": "en", "next": SIGN_IN})
    assert language(visitor) == "en"
    assert '<html lang="en"' in visitor.get(SIGN_IN).content.decode()


@pytest.mark.parametrize("value", ["de", "en-GB", "../fr", "", "x" * 500])
def test_a_language_that_we_do_not_speak_is_french(visitor: Browser, value: str) -> None:
    visitor.cookies["__Host-language"] = value
    assert language(visitor) == "fr"


def test_a_link_cannot_change_the_language(visitor: Browser) -> None:
    visitor.get("/language/?language=en&next=/")
    assert language(visitor) == "fr"


def test_one_persons_language_does_not_stay_with_the_thread(visitor: Browser) -> None:
    visitor.cookies["__Host-language"] = "en"
    language(visitor)
    assert translation.get_language() == "fr"

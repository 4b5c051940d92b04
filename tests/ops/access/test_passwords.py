"""Passwords: long ones, any characters, nothing common, the current one asked to change it."""

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import make_password
from pytest_django import Settings

from opsconsole.ops.access.models import User
from tests.ops.access.conftest import PAGE, PASSWORD, Browser

ACCEPTED = [
    "trois petits chats",
    "douze-signes",
    "x" * 6 + "y" * 6,
    "a" * 32 + "b" * 32,
    "mot de passe à rallonge " * 5,
    "éàçœ€ñß漢字かなも",
    "🐈🐈🐈🐈🐈🐈 et un chien",
    "  espaces aux bouts  ",
    "' OR 1=1; --'''",
    "<script>alert(1)</script>",
    "tab\tdans le mot",
    "MAJUSCULES SEULES",
    "0123456789 dix chiffres",
]
REFUSED = [
    "court",
    "onze-signes",
    "password1234",
    "123456789012",
    "qwertyuiop12",
    "claire.martin",
    "Claire Martin",
]


def change(visitor: Browser, new: str, *, old: str = PASSWORD, again: str | None = None) -> int:
    values = {"oldpassword": old, "password1": new, "password2": new if again is None else again}
    return int(visitor.post(PAGE, values).status_code)


@pytest.mark.parametrize("password", ACCEPTED)
def test_these_twelve_characters_and_more_are_accepted_as_typed(
    signed_in: Browser, claire: User, password: str
) -> None:
    assert change(signed_in, password) == 302
    claire.refresh_from_db()
    assert claire.check_password(password)
    assert Browser().sign_in("claire", password).status_code == 302


@pytest.mark.parametrize("password", REFUSED)
def test_short_common_numeric_or_familiar_ones_are_refused(signed_in: Browser, password: str) -> None:
    assert change(signed_in, password) == 200
    assert Browser().sign_in().status_code == 302


def test_the_current_password_is_asked(signed_in: Browser) -> None:
    assert change(signed_in, ACCEPTED[0], old="pas le bon du tout") == 200
    assert Browser().sign_in().status_code == 302


def test_both_times_must_agree(signed_in: Browser) -> None:
    assert change(signed_in, ACCEPTED[0], again=ACCEPTED[1]) == 200


def test_guessing_the_current_password_is_slowed(signed_in: Browser) -> None:
    answers = [change(signed_in, ACCEPTED[0], old="pas le bon du tout") for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_a_password_manager_can_fill_and_paste(signed_in: Browser) -> None:
    page = signed_in.get(PAGE).content.decode()
    assert page.count('autocomplete="new-password"') == 2
    assert 'autocomplete="current-password"' in page
    assert "onpaste" not in page
    assert "maxlength" not in page


def test_the_hash_is_djangos_of_today(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    algorithm, iterations, _rest = make_password("x").split("$", 2)
    assert algorithm == "pbkdf2_sha256"
    assert int(iterations) >= 1_000_000


def test_the_password_is_hashed_again_when_the_settings_rise(
    claire: User, visitor: Browser, settings: Settings
) -> None:
    settings.PASSWORD_HASHERS = [
        "tests.ops.access.hashers.CountingHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    visitor.sign_in()
    claire.refresh_from_db()
    assert claire.password.startswith("counting$")

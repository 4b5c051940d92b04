"""Guessing is slow, per account and per address, and nobody is shut out for long."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.ops.access.conftest import Browser

WRONG = "pas le bon du tout"
LOCKED = "Trop d’essais : patientez cinq minutes, puis réessayez."
pytestmark = pytest.mark.usefixtures("claire")


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def guess(visitor: Browser, username: str = "claire", *, times: int) -> list[str]:
    """Return the error of each try."""
    answers = [visitor.sign_in(username, WRONG) for _ in range(times)]
    return [answer.context["form"].non_field_errors()[0] for answer in answers]


@pytest.mark.parametrize("username", ["claire", "nobody"])
def test_the_sixth_try_is_refused_whether_the_person_exists_or_not(visitor: Browser, username: str) -> None:
    errors = guess(visitor, username, times=6)
    assert errors[:5] == ["Identifiant ou mot de passe incorrect."] * 5
    assert errors[5] == LOCKED


def test_the_right_password_is_refused_too_from_any_address(visitor: Browser) -> None:
    guess(visitor, times=5)
    assert visitor.sign_in().status_code == 200
    assert Browser("192.0.2.7").sign_in().context["form"].non_field_errors() == [LOCKED]


@pytest.mark.parametrize("spelling", ["CLAIRE", " claire", "\uff43laire"])
def test_another_spelling_gives_no_more_tries(visitor: Browser, spelling: str) -> None:
    guess(visitor, times=5)
    assert guess(visitor, spelling, times=1) == [LOCKED]


def test_another_host_name_gives_no_more_tries(visitor: Browser) -> None:
    guess(visitor, times=5)
    other = Browser(HTTP_HOST="localhost")
    assert guess(other, times=1) == [LOCKED]


def test_the_victim_of_fifty_guesses_waits_five_minutes(clock: time_machine.Traveller) -> None:
    for number in range(10):
        guess(Browser(f"192.0.2.{number}"), times=5)
        clock.shift(timedelta(seconds=1))
    clock.shift(timedelta(minutes=5))
    assert Browser().sign_in().status_code == 302


def test_a_minute_allows_no_more_than_ten_tries_on_one_account(clock: time_machine.Traveller) -> None:
    accepted = 0
    for second in range(60):
        error = guess(Browser(f"198.51.100.{second}"), times=1)[0]
        accepted += error != LOCKED
        clock.shift(timedelta(seconds=1))
    assert accepted <= 10


def test_one_address_is_slowed_over_all_accounts(visitor: Browser, clock: time_machine.Traveller) -> None:
    for number in range(20):
        guess(visitor, f"person{number}", times=1)
    assert visitor.sign_in().context["form"].non_field_errors() == [LOCKED]
    clock.shift(timedelta(minutes=1, seconds=1))
    assert visitor.sign_in().status_code == 302


def test_an_address_that_is_refused_cannot_lock_accounts(visitor: Browser) -> None:
    for number in range(20):
        guess(visitor, f"person{number}", times=1)
    guess(visitor, "claire", times=10)
    assert Browser("192.0.2.7").sign_in().status_code == 302


def test_the_right_password_costs_no_try() -> None:
    for _ in range(31):
        assert Browser().sign_in().status_code == 302


def test_an_address_made_up_in_x_forwarded_for_gives_no_more_tries() -> None:
    for number in range(25):
        liar = Browser(HTTP_X_FORWARDED_FOR=f"203.0.113.{number}, 192.0.2.1")
        guess(liar, f"person{number}", times=1)
    assert Browser(HTTP_X_FORWARDED_FOR="203.0.113.99, 192.0.2.1").sign_in().status_code == 200

"""What is kept for people who proved their password less than five minutes ago."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from pytest_django import Settings

from opsconsole.ops.access.models import User
from opsconsole.ops.access.recent import recently_signed_in
from tests.ops.access.conftest import PASSWORD, Browser
from tests.ops.access.test_staying_on_the_host import LEADING_AWAY

CONFIRM = "/accounts/confirm/"
KEPT = "/kept/?page=2"
WAY = f"{CONFIRM}?next=%2Fkept%2F%3Fpage%3D2"


@recently_signed_in
def kept(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"done by {request.method}")


urlpatterns = [path("", include("opsconsole.urls")), path("kept/", kept)]


@pytest.fixture(autouse=True)
def _a_kept_page(settings: Settings) -> None:
    settings.ROOT_URLCONF = __name__


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def late(clock: time_machine.Traveller, signed_in: Browser) -> Browser:
    clock.shift(timedelta(minutes=5))
    return signed_in


def confirm(browser: Browser, password: str = PASSWORD, *, next_url: str = "") -> Any:
    return browser.post(CONFIRM, {"password": password, **({"next": next_url} if next_url else {})})


def test_signing_in_opens_it_for_five_minutes(clock: time_machine.Traveller, signed_in: Browser) -> None:
    clock.shift(timedelta(minutes=4, seconds=59))
    assert signed_in.get(KEPT).status_code == 200
    clock.shift(timedelta(seconds=1))
    assert signed_in.get(KEPT)["Location"] == WAY


def test_a_session_that_never_saw_a_password_is_asked_for_one(visitor: Browser, claire: User) -> None:
    visitor.force_login(claire)
    assert visitor.get(KEPT)["Location"] == WAY


def test_going_on_clicking_does_not_prolong_it(clock: time_machine.Traveller, signed_in: Browser) -> None:
    for _ in range(5):
        clock.shift(timedelta(minutes=1))
        signed_in.get("/journal/")
    assert signed_in.get(KEPT)["Location"] == WAY


def test_the_right_password_leads_back_and_opens_it_again(late: Browser) -> None:
    answer = confirm(late, next_url=KEPT)
    assert (answer.status_code, answer["Location"]) == (302, KEPT)
    assert late.get(KEPT).content == b"done by GET"


def test_a_wrong_password_is_said_and_opens_nothing(late: Browser) -> None:
    answer = confirm(late, "pas le bon du tout", next_url=KEPT)
    assert answer.context["form"].errors == {"password": ["Ce n’est pas votre mot de passe."]}
    assert 'value="/kept/?page=2"' in answer.content.decode()
    assert late.get(KEPT).status_code == 302


def test_another_persons_password_opens_nothing(late: Browser) -> None:
    other = User(username="anne", name="Anne")
    other.set_password("un autre mot de passe")
    other.save()
    assert confirm(late, "un autre mot de passe").status_code == 200
    assert late.get(KEPT).status_code == 302


def test_tries_are_counted(late: Browser) -> None:
    assert [confirm(late, "pas le bon du tout").status_code for _ in range(11)][-1] == 429
    assert confirm(late).status_code == 429


def test_what_is_posted_too_late_is_not_done_and_the_person_comes_back_to_its_form(late: Browser) -> None:
    answer = late.post("/kept/", headers={"referer": "https://testserver/settings/people/?x=1#form"})
    assert answer["Location"] == f"{CONFIRM}?next=%2Fsettings%2Fpeople%2F%3Fx%3D1"
    page = late.get(answer["Location"]).content.decode()
    assert "Rien n’a encore été changé" in page
    assert late.post("/kept/", headers={"referer": "https://testserver/form/"}).status_code == 302


@pytest.mark.parametrize(
    "referer",
    ["", "https://evil.example/form/", "http://testserver/", "nonsense", "https://testserver@evil/"],
)
def test_a_form_from_elsewhere_is_not_gone_back_to(late: Browser, referer: str) -> None:
    assert late.post(KEPT, headers={"referer": referer})["Location"] == WAY


@pytest.mark.parametrize("address", LEADING_AWAY)
def test_confirming_stays_on_the_host(late: Browser, address: str) -> None:
    assert confirm(late, next_url=address)["Location"] == "/"


def test_a_stranger_confirms_nothing(visitor: Browser) -> None:
    assert visitor.get(CONFIRM)["Location"].startswith("/accounts/login/")


def test_the_page_is_in_french_and_names_the_person(late: Browser) -> None:
    page = late.get(WAY).content.decode()
    assert "Est-ce bien vous" in page
    assert "Claire Martin" in page
    assert 'autocomplete="current-password"' in page

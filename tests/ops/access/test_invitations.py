"""Coming in by invitation: one link, one person, one day."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.utils import timezone

from opsconsole.ops.access.invitations import SpentInvitationError, accept, find, invite
from opsconsole.ops.access.models import Invitation, Profile, User
from tests.ops.access.conftest import PAGE, PASSWORD, Browser

pytestmark = pytest.mark.django_db
VALUES = {"username": "Directrice", "name": "Anne Petit", "password1": PASSWORD, "password2": PASSWORD}


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


def make_link(**values: Any) -> str:
    profile = values.pop("profile", Profile.ADMINISTRATOR)
    token = invite(profile, created_by="a test", now=timezone.now(), **values)
    return f"/accounts/invitation/{token}/"


def test_the_newcomer_is_made_with_the_profile_of_the_invitation_and_signed_in(visitor: Browser) -> None:
    answer = visitor.post(make_link(), VALUES)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    person = User.objects.get()
    assert (person.username, person.name, person.profile) == ("directrice", "Anne Petit", "administrator")
    assert person.check_password(PASSWORD)
    assert visitor.get(PAGE).status_code == 200
    assert visitor.cookies["__Host-session"]["max-age"] == ""


def test_a_posted_profile_changes_nothing(visitor: Browser) -> None:
    visitor.post(make_link(profile=Profile.READER), {**VALUES, "profile": "administrator"})
    assert User.objects.get().profile == "reader"


def test_a_username_given_with_the_invitation_cannot_be_changed(visitor: Browser) -> None:
    link = make_link(username="anne")
    page = visitor.get(link).content.decode()
    assert 'value="anne"' in page
    visitor.post(link, VALUES)
    assert User.objects.get().username == "anne"


def test_it_is_good_once(visitor: Browser) -> None:
    link = make_link()
    visitor.post(link, VALUES)
    again = Browser().post(link, {**VALUES, "username": "voleur"})
    assert again.status_code == 410
    assert "Ce lien ne sert plus" in again.content.decode()
    assert User.objects.count() == 1


def test_it_is_good_for_twenty_four_hours(clock: time_machine.Traveller, visitor: Browser) -> None:
    link = make_link()
    clock.shift(timedelta(hours=23, minutes=59))
    assert visitor.get(link).status_code == 200
    clock.shift(timedelta(minutes=1))
    assert visitor.get(link).status_code == 410
    assert visitor.post(link, VALUES).status_code == 410
    assert not User.objects.exists()


def test_a_made_up_link_opens_nothing(visitor: Browser) -> None:
    assert visitor.get("/accounts/invitation/made-up/").status_code == 404
    assert visitor.post("/accounts/invitation/made-up/", VALUES).status_code == 404


def test_reading_the_page_does_not_spend_it(visitor: Browser) -> None:
    link = make_link()
    visitor.get(link)
    visitor.head(link)
    assert visitor.post(link, VALUES).status_code == 302


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("password1", "court"),
        ("password2", "un autre mot de passe"),
        ("username", "avec espace"),
        ("username", ""),
        ("username", "x" * 61),
        ("username", "CLAIRE"),
        ("name", ""),
        ("name", "x" * 81),
    ],
)
@pytest.mark.usefixtures("claire")
def test_what_does_not_fit_is_said_and_the_link_stays_good(visitor: Browser, field: str, value: str) -> None:
    link = make_link()
    answer = visitor.post(link, {**VALUES, field: value})
    assert answer.status_code == 200
    assert answer.context["form"].errors
    assert User.objects.count() == 1
    assert visitor.post(link, VALUES).status_code == 302


def test_the_password_may_not_be_the_persons_own_name(visitor: Browser) -> None:
    answer = visitor.post(make_link(), {**VALUES, "password1": "Anne Petit 1", "password2": "Anne Petit 1"})
    assert list(answer.context["form"].errors) == ["password1"]


def test_the_token_is_in_no_referer_and_not_in_the_database(visitor: Browser) -> None:
    link = make_link()
    token = link.split("/")[-2]
    assert len(token) >= 43
    assert visitor.get(link)["Referrer-Policy"] == "strict-origin"
    assert token not in str(Invitation.objects.values().get())


def test_a_forged_host_is_refused(visitor: Browser) -> None:
    assert visitor.get(make_link(), HTTP_HOST="evil.example").status_code == 400


def test_the_page_needs_its_own_form() -> None:
    assert Browser(enforce_csrf_checks=True).post(make_link(), VALUES).status_code == 403
    assert not User.objects.exists()


def test_somebody_elses_session_is_replaced(signed_in: Browser) -> None:
    key = signed_in.session_key
    signed_in.post(make_link(), VALUES)
    assert signed_in.session_key != key
    assert signed_in.session["_auth_user_id"] == str(User.objects.get(username="directrice").pk)


def test_of_two_who_read_the_same_link_only_the_first_comes_in() -> None:
    now = timezone.now()
    token = invite(Profile.ADMINISTRATOR, created_by="a test", now=now)
    first, second = find(token, now=now), find(token, now=now)
    accept(first, username="une", name="Une", password=PASSWORD, now=now)
    with pytest.raises(SpentInvitationError):
        accept(second, username="deux", name="Deux", password=PASSWORD, now=now)
    assert User.objects.get().username == "une"


@pytest.mark.django_db(transaction=True)
def test_of_two_clients_at_once_one_comes_in() -> None:
    link, barrier, statuses = make_link(), Barrier(2), []

    def come_in(username: str) -> None:
        browser = Browser()
        barrier.wait(timeout=10)
        try:
            statuses.append(browser.post(link, {**VALUES, "username": username}).status_code)
        finally:
            connection.close()

    threads = [Thread(target=come_in, args=(name,)) for name in ("une", "deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(statuses) == [302, 410]
    assert User.objects.count() == 1

"""Sessions end by themselves, on the server, after 30 idle minutes and after 12 hours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from opsconsole.ops.access.models import User
from tests.ops.access.conftest import PAGE, SIGN_IN, Browser


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def at_work(clock: time_machine.Traveller, claire: User, visitor: Browser) -> Browser:  # noqa: ARG001
    visitor.sign_in()
    return visitor


def is_in(visitor: Browser) -> bool:
    return visitor.get(PAGE).status_code == 200


def test_a_session_lasts_while_its_person_clicks(at_work: Browser, clock: time_machine.Traveller) -> None:
    for _ in range(4):
        clock.shift(timedelta(minutes=28))
        assert is_in(at_work)


def test_thirty_idle_minutes_end_it(at_work: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(minutes=30))
    answer = at_work.get(PAGE)
    where = urlsplit(answer["Location"])
    assert where.path == SIGN_IN
    assert parse_qs(where.query) == {"next": [PAGE], "ended": ["idle"]}
    assert "Rien ne s’est passé depuis 30 minutes" in at_work.get(answer["Location"]).content.decode()


def test_the_session_is_gone_from_the_server(at_work: Browser, clock: time_machine.Traveller) -> None:
    key = at_work.session_key
    clock.shift(timedelta(minutes=30))
    at_work.get(PAGE)
    assert not Session.objects.filter(session_key=key).exists()


def test_pages_refreshed_by_the_stream_do_not_prolong_it(
    at_work: Browser, clock: time_machine.Traveller
) -> None:
    for _ in range(2):
        clock.shift(timedelta(minutes=14))
        assert at_work.get(PAGE, HTTP_X_PUSHED="1").status_code == 200
    clock.shift(timedelta(minutes=2))
    assert at_work.get(PAGE, HTTP_X_PUSHED="1").status_code == 302


def test_twelve_hours_end_it_however_busy(at_work: Browser, clock: time_machine.Traveller) -> None:
    for _ in range(12 * 3 - 1):
        clock.shift(timedelta(minutes=20))
        assert is_in(at_work)
    clock.shift(timedelta(minutes=20))
    assert "ended=absolute" in at_work.get(PAGE)["Location"]


def test_signing_in_again_starts_both_clocks_again(at_work: Browser, clock: time_machine.Traveller) -> None:
    clock.shift(timedelta(hours=12))
    assert not is_in(at_work)
    at_work.sign_in()
    clock.shift(timedelta(minutes=29))
    assert is_in(at_work)


def test_activity_is_written_at_most_once_a_minute(at_work: Browser, clock: time_machine.Traveller) -> None:
    def writes() -> int:
        with CaptureQueriesContext(connection) as queries:
            is_in(at_work)
        return sum("UPDATE" in query["sql"] for query in queries.captured_queries)

    clock.shift(timedelta(seconds=59))
    assert writes() == 0
    clock.shift(timedelta(seconds=1))
    assert writes() == 1
    clock.shift(timedelta(seconds=30))
    assert writes() == 0


def test_the_cookie_itself_dies_with_the_browser(at_work: Browser) -> None:
    assert at_work.cookies["__Host-session"]["max-age"] == ""


@pytest.mark.django_db
def test_what_was_posted_without_a_session_is_not_where_one_comes_back_to(visitor: Browser) -> None:
    assert visitor.post(PAGE)["Location"] == f"{SIGN_IN}?next=%2F"


@pytest.mark.django_db
def test_htmx_is_told_to_leave_the_page_instead_of_putting_the_form_inside_it(visitor: Browser) -> None:
    answer = visitor.get(PAGE, HTTP_HX_REQUEST="true", HTTP_HX_CURRENT_URL="https://testserver/apps/ecole/")
    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"{SIGN_IN}?next=%2Fapps%2Fecole%2F"


def test_a_new_password_ends_the_other_sessions(at_work: Browser, claire: User) -> None:  # noqa: ARG001
    elsewhere = Browser()
    elsewhere.sign_in()
    new = "le vent se lève enfin"
    at_work.post(PAGE, {"oldpassword": "la mer est calme ce soir", "password1": new, "password2": new})
    assert is_in(at_work)
    assert not is_in(elsewhere)

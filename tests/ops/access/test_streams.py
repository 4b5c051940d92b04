"""Who may open an event stream, and for how long it may go on."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.sessions.models import Session

from opsconsole.live.stream import Grant, Refusal, StreamRequest
from opsconsole.live.topics import Event, MemoryTopic
from opsconsole.ops.access.models import User
from opsconsole.ops.access.streams import authorise
from tests.ops.access.conftest import Browser

# Committed for good: what is asked at the edge closes its database connection, with any transaction in it.
pytestmark = pytest.mark.django_db(transaction=True)
APP = "app:01234567-89ab-cdef-0123-456789abcdef"


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime(2027, 3, 1, 9, 0, tzinfo=UTC), tick=False) as traveller:
        yield traveller


@pytest.fixture
def request_of_claire(clock: time_machine.Traveller, signed_in: Browser) -> StreamRequest:  # noqa: ARG001
    cookie = f"__Host-language=fr; __Host-session={signed_in.session_key}"
    return StreamRequest(
        headers={"host": "testserver", "cookie": cookie},
        path="/stream/",
        scheme="https",
        topics=("fleet", APP),
        client="127.0.0.1",
    )


def with_headers(request: StreamRequest, **headers: str) -> StreamRequest:
    return replace(request, headers={**request.headers, **headers})


def status(answer: Grant | Refusal) -> int:
    return answer.status if isinstance(answer, Refusal) else 200


def test_a_signed_in_person_follows_the_list_and_an_app(
    request_of_claire: StreamRequest, claire: User
) -> None:
    assert authorise(request_of_claire) == Grant(person=str(claire.pk), topics=frozenset({"fleet", APP}))


@pytest.mark.parametrize(
    "topic", ["people", "app:", "app:ecole", f"{APP}0", f"{APP}\n", APP.upper(), "journal", "fleet2"]
)
def test_a_topic_that_is_not_for_people_is_left_out(request_of_claire: StreamRequest, topic: str) -> None:
    answer = authorise(replace(request_of_claire, topics=(topic, "fleet")))
    assert isinstance(answer, Grant)
    assert answer.topics == {"fleet"}


@pytest.mark.parametrize("host", ["evil.example", "", "testserver,testserver", "testserver@evil.example"])
def test_an_unknown_host_is_refused(request_of_claire: StreamRequest, host: str) -> None:
    assert status(authorise(with_headers(request_of_claire, host=host))) == 400


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "", "https://testserver:444", "file://testserver"]
)
def test_another_origin_is_refused(request_of_claire: StreamRequest, origin: str) -> None:
    assert status(authorise(with_headers(request_of_claire, origin=origin))) == 403


@pytest.mark.parametrize("host", ["testserver", "testserver:8000"])
def test_our_own_origin_is_accepted(request_of_claire: StreamRequest, host: str) -> None:
    assert status(authorise(with_headers(request_of_claire, host=host, origin=f"https://{host}"))) == 200


@pytest.mark.parametrize(
    "cookie", ["", "__Host-session=", "__Host-session=abcdefghijklmnopqrstuvwxyz012345", "nonsense"]
)
def test_without_a_session_there_is_no_stream(request_of_claire: StreamRequest, cookie: str) -> None:
    assert status(authorise(with_headers(request_of_claire, cookie=cookie))) == 401


def test_signing_out_ends_it(request_of_claire: StreamRequest, signed_in: Browser) -> None:
    signed_in.post("/accounts/logout/")
    assert status(authorise(request_of_claire)) == 401


def test_a_disabled_person_loses_it(request_of_claire: StreamRequest, claire: User) -> None:
    claire.is_active = False
    claire.save()
    assert status(authorise(request_of_claire)) == 401


def test_a_new_password_ends_it(request_of_claire: StreamRequest, claire: User) -> None:
    claire.set_password("le vent se lève enfin")
    claire.save()
    assert status(authorise(request_of_claire)) == 401


def test_an_open_stream_does_not_prolong_the_session(
    request_of_claire: StreamRequest, clock: time_machine.Traveller
) -> None:
    kept = Session.objects.get().session_data
    for _ in range(59):
        clock.shift(timedelta(seconds=30))
        assert status(authorise(request_of_claire)) == 200
    assert Session.objects.get().session_data == kept
    clock.shift(timedelta(seconds=30))
    assert status(authorise(request_of_claire)) == 401


def shown(grant: Grant, data: str) -> bool:
    """Whether an event of the list of apps is sent to whoever has this grant."""
    assert grant.show is not None
    return grant.show(MemoryTopic("fleet"), Event("a-1", 1, 1, data)) == data


class TestSomebodyLimitedToSomeApps:
    OTHER = "app:89abcdef-0123-4567-89ab-cdef01234567"

    @pytest.fixture(autouse=True)
    def _limited(self, claire: User) -> None:
        User.objects.filter(pk=claire.pk).update(limited=True)
        claire.grants.create(app_id=APP.removeprefix("app:"))

    def test_may_not_follow_another_app(self, request_of_claire: StreamRequest) -> None:
        answer = authorise(replace(request_of_claire, topics=("fleet", APP, self.OTHER)))
        assert isinstance(answer, Grant)
        assert answer.topics == {"fleet", APP}

    def test_hears_nothing_of_another_app_in_the_list(self, request_of_claire: StreamRequest) -> None:
        answer = authorise(request_of_claire)
        assert isinstance(answer, Grant)
        events = [
            json.dumps({"kind": "changed", "app": topic.removeprefix("app:")}) for topic in (APP, self.OTHER)
        ]
        assert [shown(answer, event) for event in events] == [True, False]
        assert shown(answer, '{"kind": "changed"}')

    def test_loses_an_app_whose_grant_is_taken_back(
        self, request_of_claire: StreamRequest, claire: User
    ) -> None:
        claire.grants.all().delete()
        answer = authorise(request_of_claire)
        assert isinstance(answer, Grant)
        assert answer.topics == {"fleet"}
        assert not shown(answer, json.dumps({"kind": "changed", "app": APP.removeprefix("app:")}))

"""Who gets to a console's socket: a person with the right, from our own page, with a ticket that is theirs and unused."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from opsconsole.live.socket import SocketGrant, SocketRequest
from opsconsole.live.stream import Grant, Refusal, StreamRequest
from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.rights import session_reference
from opsconsole.ops.access.streams import authorise as authorise_stream
from opsconsole.ops.console import tickets, watching
from opsconsole.ops.console.models import Console
from opsconsole.ops.console.topics import SCREEN, keys_of, screen_of
from opsconsole.ops.oneoffs.models import Run, Sort
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ines() -> Browser:
    return make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")


@pytest.fixture
def run(ines: Browser) -> Run:  # noqa: ARG001
    now = timezone.now()
    run = Run.objects.create(
        key=uuid.uuid4(),
        entry_id=uuid.uuid4(),
        sort=Sort.CONSOLE,
        app_id=uuid.uuid4(),
        app_name="inscriptions",
        actor_id=str(User.objects.get(username="ines").pk),
        title="python",
        line="python manage.py shell",
        tag="oc-0123456789abcdef",
        time_to_live=3600,
        asked_at=now,
        changed_at=now,
    )
    Console.objects.create(run=run, kind="python", columns=80, rows=24)
    return run


def ticket_of(browser: Browser, run: Run) -> str:
    person = User.objects.get(pk=browser.session["_auth_user_id"])
    reference = session_reference(browser.session_key)
    return tickets.give(run_id=run.pk, person_id=str(person.pk), session_ref=reference)


def opening(browser: Browser, run: Run, ticket: str) -> SocketRequest:
    return SocketRequest(
        headers={
            "host": "testserver",
            "origin": "https://testserver",
            "cookie": f"__Host-session={browser.session_key}",
        },
        path=f"/ws/console/{run.pk}/",
        query={"ticket": ticket},
    )


def status(answer: SocketGrant | Refusal) -> int:
    return answer.status if isinstance(answer, Refusal) else 101


def test_whoever_opened_it_types_in_it(ines: Browser, run: Run) -> None:
    answer = watching.authorise(opening(ines, run, ticket_of(ines, run)))
    assert answer == SocketGrant(
        person=run.actor_id, name="Inès Haddad", out=screen_of(run.pk), into=keys_of(run.pk), types=True
    )


def test_somebody_else_with_the_right_only_watches(run: Run) -> None:
    other = make_browser("marc", Profile.ADMINISTRATOR, "Marc Delaunay")
    answer = watching.authorise(opening(other, run, ticket_of(other, run)))
    assert isinstance(answer, SocketGrant)
    assert (answer.name, answer.types) == ("Marc Delaunay", False)


@pytest.mark.parametrize("profile", [Profile.READER, Profile.OPERATOR, Profile.MANAGER])
def test_without_the_right_there_is_no_such_console(run: Run, profile: Profile) -> None:
    other = make_browser("hugo", profile, "Hugo Petit")
    assert status(watching.authorise(opening(other, run, ticket_of(other, run)))) == 404


def test_a_ticket_opens_once(ines: Browser, run: Run) -> None:
    ticket = ticket_of(ines, run)
    answers = [status(watching.authorise(opening(ines, run, ticket))) for _ in range(2)]
    assert answers == [101, 403]


@pytest.mark.parametrize("ticket", ["", "made-up", "x" * 500, "é"])
def test_a_ticket_that_was_never_given_opens_nothing(ines: Browser, run: Run, ticket: str) -> None:
    assert status(watching.authorise(opening(ines, run, ticket))) == 403


def test_a_ticket_of_somebody_else_opens_nothing_and_is_used_up(ines: Browser, run: Run) -> None:
    ticket = ticket_of(ines, run)
    other = make_browser("marc", Profile.ADMINISTRATOR, "Marc Delaunay")
    assert status(watching.authorise(opening(other, run, ticket))) == 403
    assert status(watching.authorise(opening(ines, run, ticket))) == 403


def test_a_ticket_of_another_console_opens_nothing(ines: Browser, run: Run) -> None:
    reference = session_reference(ines.session_key)
    ticket = tickets.give(run_id=uuid.uuid4(), person_id=run.actor_id, session_ref=reference)
    assert status(watching.authorise(opening(ines, run, ticket))) == 403


def test_a_ticket_is_too_old_after_half_a_minute(ines: Browser, run: Run) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        ticket = ticket_of(ines, run)
        clock.shift(timedelta(seconds=31))
        assert status(watching.authorise(opening(ines, run, ticket))) == 403


@pytest.mark.parametrize(
    "origin",
    [
        None,
        "null",
        "https://evil.example",
        "https://testserver.evil.example",
        "https://evil@testserver.example",
    ],
)
def test_a_page_that_is_not_ours_opens_nothing(ines: Browser, run: Run, origin: str | None) -> None:
    request = opening(ines, run, ticket_of(ines, run))
    headers = {name: value for name, value in request.headers.items() if name != "origin"}
    asked = replace(request, headers={**headers, **({"origin": origin} if origin else {})})
    assert status(watching.authorise(asked)) == 403


def test_without_a_session_nothing_opens(ines: Browser, run: Run) -> None:
    request = opening(ines, run, ticket_of(ines, run))
    without = {**request.headers, "cookie": "__Host-session=made-up"}
    assert status(watching.authorise(replace(request, headers=without))) == 401


def test_later_looks_need_no_ticket_but_the_right(ines: Browser, run: Run) -> None:
    later = replace(opening(ines, run, ""), is_first=False)
    assert status(watching.authorise(later)) == 101
    User.objects.filter(username="ines").update(profile=Profile.READER)
    assert status(watching.authorise(later)) == 404


# ── the way round, where no socket passes ──
def stream_of(browser: Browser, run: Run) -> Grant | Refusal:
    request = StreamRequest(
        headers={"host": "testserver", "cookie": f"__Host-session={browser.session_key}"},
        path="/stream/",
        scheme="https",
        topics=(screen_of(run.pk), keys_of(run.pk)),
        client="127.0.0.1",
    )
    return authorise_stream(request, gates={SCREEN: watching.may_watch})


def test_its_screen_may_be_followed_as_a_stream_and_what_is_typed_never(ines: Browser, run: Run) -> None:
    answer = stream_of(ines, run)
    assert isinstance(answer, Grant)
    assert answer.topics == {screen_of(run.pk)}


def test_without_the_right_its_stream_is_empty(run: Run) -> None:
    answer = stream_of(make_browser("hugo", Profile.MANAGER, "Hugo Petit"), run)
    assert isinstance(answer, Grant)
    assert answer.topics == frozenset()

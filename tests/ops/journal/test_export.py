"""The journal as a file: who may take it out, what it holds, and that no name in it becomes a formula or a second line."""

import re
from itertools import islice
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.journal.export import PIECE
from opsconsole.ops.journal.models import Action, Entry, Kind
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.entries import CLAIRE, HUGO, SCHOOL, SHOP, SLEEP, intend, plain, utc, write
from tests.ops.journal.exports import PAGE, lines, rows, streamed, take
from tests.ops.journal.long import ENTRIES, write_years

pytestmark = pytest.mark.django_db


# ── who, and how ──
def test_a_page_asks_what_to_take_out(technician: Browser) -> None:
    page = technician.get(PAGE + f"?qui={CLAIRE.id}&jour=2026-11-20&geste=personnes").content.decode()
    assert page.count('value="2026-11-20"') == 2
    assert '<option value="personnes" selected>' in page


def test_the_journal_leads_to_it_with_the_same_filters(technician: Browser) -> None:
    write(SLEEP, Kind.DONE)
    page = technician.get("/journal/?geste=veille&avant=2030-01-01T00:00:00%2B00:00").content.decode()
    assert f'href="{PAGE}?geste=veille"' in page


def test_who_may_not_export_is_not_led_to_it(operator: Browser) -> None:
    assert PAGE not in operator.get("/journal/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("profile", sorted(set(Profile) - {Profile.ADMINISTRATOR}))
def test_only_an_administrator_takes_it_out(db: None, profile: Profile, method: str) -> None:  # noqa: ARG001
    browser = make_browser("x", profile, "X")
    assert getattr(browser, method)(PAGE, {"format": "csv"}).status_code == 403
    assert not Entry.objects.filter(action=Action.EXPORT, outcomes__kind=Kind.DONE).exists()


def test_the_password_is_asked_for_first(db: None) -> None:  # noqa: ARG001
    browser = make_browser("amelie", Profile.ADMINISTRATOR, "Amélie Roux")
    for answer in (browser.get(PAGE), browser.post(PAGE, {"format": "csv"})):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/confirm/")
    assert not Entry.objects.filter(action=Action.EXPORT).exists()


def test_the_file_is_never_kept_and_its_name_is_plain(technician: Browser) -> None:
    answer = technician.post(PAGE, {"format": "jsonl"})
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert re.fullmatch(r'attachment; filename="journal-[\d-]+\.jsonl"', answer["Content-Disposition"])


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ({"format": "xls"}, "Sélectionnez un choix valide"),
        ({"format": "csv", "first": "2026-02-30"}, "Ce jour n’existe pas."),
        ({"format": "csv", "first": "0001-01-01"}, "Ce jour n’existe pas."),
        ({"format": "csv", "last": "9999-12-31"}, "Ce jour n’existe pas."),
        ({"format": "csv", "first": "2026-11-21", "last": "2026-11-20"}, "Ce jour vient avant le premier."),
        ({"format": "csv", "app": "\x00"}, ""),
        ({"format": "csv", "actor": "nobody"}, "Sélectionnez un choix valide"),
    ],
)
def test_what_cannot_be_asked_is_said_and_nothing_leaves(
    technician: Browser, asked: dict[str, str], sentence: str
) -> None:
    answer = technician.post(PAGE, asked)
    assert "Content-Disposition" not in answer.headers
    assert sentence in plain(answer.content.decode())
    assert not Entry.objects.exists()


# ── the journal notes it ──
def test_it_is_noted_before_the_first_byte_with_what_was_asked(technician: Browser) -> None:
    write(SLEEP, Kind.DONE)
    write(intend(subject=SHOP), Kind.DONE)
    answer = technician.post(PAGE, {"format": "csv", "group": "tout", "app": SHOP.app_id})
    noted = Entry.objects.get(action=Action.EXPORT)
    assert noted.after == {"format": "csv", "count": 1, "app_id": SHOP.app_id}
    assert (noted.actor_name, noted.outcomes.get().kind) == ("Amélie Roux", Kind.DONE)
    assert len(rows(streamed(answer))) == 1


def test_what_is_noted_later_is_not_in_the_file(technician: Browser) -> None:
    write(SLEEP, Kind.DONE)
    answer = technician.post(PAGE, {"format": "jsonl", "group": "tout"})
    write(intend(subject=SHOP), Kind.DONE)
    assert [line["app_title"] for line in lines(streamed(answer))] == [SCHOOL.app_title]


# ── filters ──
@pytest.fixture
def three(db: None) -> None:  # noqa: ARG001
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T22:59:59"))
    write(intend(Action.SIGN_IN), Kind.DONE, by=HUGO, at=utc("2026-11-20T23:00:00"))
    write(intend(subject=SHOP), Kind.DONE, by=HUGO, at=utc("2026-11-22T10:00:00"))


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("asked", "count"),
    [
        ({}, 3),
        ({"group": ""}, 2),
        ({"group": "connexions"}, 1),
        ({"actor": HUGO.id}, 2),
        ({"app": SHOP.app_id}, 1),
        ({"first": "2026-11-21"}, 2),
        ({"last": "2026-11-21"}, 2),
        ({"first": "2026-11-21", "last": "2026-11-21"}, 1),
        ({"first": "2027-01-01"}, 0),
    ],
)
def test_what_is_asked_is_what_comes(technician: Browser, asked: dict[str, str], count: int) -> None:
    assert len(rows(take(technician, **asked))) == count


@pytest.mark.usefixtures("three")
def test_an_administrator_limited_to_some_apps_takes_out_no_other(technician: Browser) -> None:
    person = User.objects.get(username="amelie")
    User.objects.filter(pk=person.pk).update(limited=True)
    Grant.objects.create(user=person, app_id=SHOP.app_id)
    assert {row["Site"] for row in rows(take(technician))} == {SHOP.app_title}
    assert SCHOOL.app_title not in technician.get(PAGE).content.decode()


# ── long ──
def test_entries_of_one_moment_are_neither_lost_nor_told_twice(technician: Browser) -> None:
    moment = timezone.now()
    Entry.objects.bulk_create(
        [
            Entry(at=moment, actor_id="1", actor_name="A", app_id="", action=Action.SIGN_IN)
            for _ in range(PIECE * 2 + 1)
        ]
    )
    told = [line["entry"] for line in lines(take(technician, "jsonl"))]
    assert len(told) == len(set(told)) == PIECE * 2 + 1


def test_a_hundred_thousand_entries_leave_a_few_hundred_at_a_time(technician: Browser) -> None:
    write_years()
    answer: Any = technician.post(PAGE, {"format": "jsonl", "group": "tout"})
    with CaptureQueriesContext(connection) as queries:
        told = [piece.count(b"\n") for piece in islice(answer.streaming_content, 1 + 20)]
    assert told == [0] + [PIECE] * 20
    assert len(queries) == 2 * 20  # the entries and their outcomes
    assert Entry.objects.get(action=Action.EXPORT).after["count"] == ENTRIES

"""The journal's page: who reads it, order and days, a page at a time, and what may be undone."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from opsconsole.ops.access.models import User
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import (
    CLAIRE,
    SCHOOL,
    SHOP,
    SLEEP,
    intend,
    plain,
    read,
    sentences,
    utc,
    write,
)

pytestmark = pytest.mark.django_db

MOST_QUERIES = 15


def write_many(number: int, *, newest: datetime) -> None:
    entries = [
        Entry(
            at=newest - timedelta(minutes=index),
            actor_id=str(index % 7),
            actor_name=f"Personne {index % 7}",
            actor_profile="operator",
            app_id=str(index % 5),
            app_name=f"app-{index % 5}",
            app_title=f"App {index % 5} n° {index}",
            action=Action.SLEEP,
        )
        for index in range(number)
    ]
    Entry.objects.bulk_create(entries)
    Outcome.objects.bulk_create([Outcome(entry=entry, at=entry.at, kind=Kind.DONE) for entry in entries])


# ── who sees it ──
def test_a_reader_may_read_it(reader: Browser) -> None:
    write(SLEEP, Kind.DONE)
    assert "a mis Inscriptions en veille" in sentences(read(reader))[0]


def test_a_stranger_may_not() -> None:
    assert Browser().get("/journal/").status_code == 302


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_it_can_only_be_read(operator: Browser, method: str) -> None:
    write(SLEEP, Kind.DONE)
    assert getattr(operator, method)("/journal/").status_code == 405
    assert Entry.objects.count() == 1


def test_an_empty_journal_says_so(operator: Browser) -> None:
    assert "Personne n’a encore rien changé." in plain(read(operator))


# ── order and days ──
def test_the_newest_comes_first_under_its_day(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    write(intend(Action.WAKE), Kind.DONE, at=utc("2026-11-21T10:00:00"))
    page = read(operator)
    assert "a réveillé" in sentences(page)[0]
    assert page.index('id="jour-2026-11-21"') < page.index('id="jour-2026-11-20"')


def test_an_entry_after_midnight_in_paris_stands_under_the_new_day(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T23:30:00"))
    assert 'id="jour-2026-11-21"' in read(operator)


# ── a page at a time ──
def test_earlier_entries_are_one_link_away_and_none_is_lost_or_told_twice(operator: Browser) -> None:
    write_many(120, newest=utc("2026-11-20T10:00:00"))
    told: list[str] = []
    query: str | None = ""
    while query is not None:
        page = operator.get("/journal/" + query).content.decode()
        told += [re.sub(r".*(n° \d+).*", r"\1", sentence) for sentence in sentences(page)]
        link = re.search(r'href="(\?[^"]+)">Plus tôt', page)
        query = link[1].replace("&amp;", "&") if link else None
    assert told == [f"n° {index}" for index in range(120)]


def test_earlier_keeps_the_filters(operator: Browser) -> None:
    write_many(400, newest=utc("2026-11-20T10:00:00"))
    page = read(operator, qui="3")
    link = re.search(r'href="(\?[^"]+)">Plus tôt', page)
    assert link
    earlier = operator.get("/journal/" + link[1].replace("&amp;", "&")).content.decode()
    assert {sentence.split(" a mis")[0] for sentence in sentences(earlier)} == {"Personne 3"}


def test_what_fits_on_a_page_has_no_earlier(operator: Browser) -> None:
    write_many(50, newest=utc("2026-11-20T10:00:00"))
    assert "Plus tôt" not in read(operator)


def test_two_thousand_entries_cost_as_few_queries_as_two(operator: Browser) -> None:
    write_many(2000, newest=timezone.now())
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = read(operator)
    assert len(sentences(page)) == 50
    assert len(asked) <= MOST_QUERIES


# ── undo ──
def undo_links(browser: Browser) -> list[str]:
    return re.findall(r'entry__undo"><a class="textlink" href="([^"]+)"', read(browser))


def test_a_sleep_is_undone_by_the_sheet_of_a_wake(operator: Browser) -> None:
    write(SLEEP, Kind.DONE)
    assert undo_links(operator) == ["/apps/inscriptions/scaling/wake/"]


def test_a_wake_is_undone_by_the_sheet_of_a_sleep(operator: Browser) -> None:
    write(intend(Action.WAKE), Kind.DONE)
    assert undo_links(operator) == ["/apps/inscriptions/scaling/sleep/"]


def test_only_the_newest_of_each_app_is_undone(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    write(intend(Action.WAKE), Kind.DONE, at=utc("2026-11-20T11:00:00"))
    write(intend(subject=SHOP), Kind.DONE, at=utc("2026-11-20T09:00:00"))
    assert undo_links(operator) == ["/apps/inscriptions/scaling/sleep/", "/apps/boutique/scaling/wake/"]


@pytest.mark.parametrize("kinds", [(), (Kind.FAILED,), (Kind.UNKNOWN,), (Kind.REFUSED,)])
def test_what_was_not_done_is_not_undone(operator: Browser, kinds: tuple[Kind, ...]) -> None:
    write(SLEEP, *kinds)
    assert undo_links(operator) == []


def test_what_came_after_but_was_not_done_hides_no_way_back(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    write(intend(Action.WAKE), Kind.FAILED, at=utc("2026-11-20T11:00:00"))
    write(intend(Action.SIGN_OUT), Kind.DONE, at=utc("2026-11-20T12:00:00"))
    assert undo_links(operator) == ["/apps/inscriptions/scaling/wake/"]


def test_a_page_of_earlier_entries_offers_nothing_that_a_later_one_undid(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    write(intend(Action.WAKE), Kind.DONE, at=utc("2026-11-20T11:00:00"))
    earlier = read(operator, avant="2026-11-20T10:30:00+00:00")
    assert len(sentences(earlier)) == 1
    assert "entry__undo" not in earlier


def test_a_reopening_is_not_undone(operator: Browser) -> None:
    write(intend(Action.REOPEN), Kind.DONE)
    assert undo_links(operator) == []


def test_who_may_not_act_is_not_offered_to_undo(reader: Browser) -> None:
    write(SLEEP, Kind.DONE)
    assert undo_links(reader) == []


# ── what lasts ──
def test_entries_outlive_their_person_and_their_app(operator: Browser) -> None:
    person = User.objects.create(username="marc", name="Marc Roy", profile="operator")
    app = App.objects.create(heroku_id=SCHOOL.app_id, name="inscriptions", seen_at=timezone.now())
    by = CLAIRE.__class__(id=str(person.pk), name=person.name, profile="operator", address="", session_ref="")
    write(SLEEP, Kind.DONE, by=by)
    person.delete()
    app.delete()
    page = read(operator, qui=by.id, site=SCHOOL.app_id)
    assert sentences(page)[0].startswith("Marc Roy a mis Inscriptions en veille")
    assert '<option value="' + SCHOOL.app_id + '" selected>Inscriptions</option>' in page

"""What the journal's page is asked for: by person, by app, by kind of action, by day; and what nobody is shown."""

import re
from datetime import datetime, timedelta

import pytest

from opsconsole.ops.access.models import Grant, User
from opsconsole.ops.journal.models import Action, Kind
from opsconsole.ops.journal.search import GROUPS
from opsconsole.ops.journal.sentences import group_names
from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import (
    CLAIRE,
    HUGO,
    SCHOOL,
    SHOP,
    SLEEP,
    count,
    intend,
    plain,
    read,
    sentences,
    utc,
    write,
)

pytestmark = pytest.mark.django_db


def limit(_browser: Browser, app_id: str) -> None:
    person = User.objects.get(username="claire")
    User.objects.filter(pk=person.pk).update(limited=True)
    Grant.objects.create(user=person, app_id=app_id)


# ── filters ──
def test_it_is_filtered_by_person(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, by=CLAIRE)
    write(SLEEP, Kind.REFUSED, by=HUGO, reason="right")
    [sentence] = sentences(read(operator, qui=HUGO.id))
    assert sentence.startswith("Hugo Petit")


def test_it_is_filtered_by_app(operator: Browser) -> None:
    write(SLEEP, Kind.DONE)
    write(intend(subject=SHOP), Kind.DONE)
    [sentence] = sentences(read(operator, site=SHOP.app_id))
    assert "Boutique solidaire" in sentence


@pytest.mark.parametrize(
    ("at", "day"),
    [
        ("2026-11-20T22:59:59", "2026-11-20"),  # midnight in Paris is 23:00 UTC in winter
        ("2026-11-20T23:00:00", "2026-11-21"),
        ("2026-07-20T21:59:59", "2026-07-20"),  # and 22:00 UTC in summer
        ("2026-07-20T22:00:00", "2026-07-21"),
        ("2026-03-28T23:00:00", "2026-03-29"),  # the day of 23 hours
        ("2026-03-29T21:59:59", "2026-03-29"),
        ("2026-03-29T22:00:00", "2026-03-30"),
        ("2026-10-24T22:00:00", "2026-10-25"),  # the day of 25 hours
        ("2026-10-25T22:59:59", "2026-10-25"),
        ("2026-10-25T23:00:00", "2026-10-26"),
    ],
)
def test_a_day_goes_from_midnight_to_midnight_in_paris(operator: Browser, at: str, day: str) -> None:
    write(SLEEP, Kind.DONE, at=utc(at))
    neighbours = [
        (datetime.fromisoformat(day) + timedelta(days=step)).date().isoformat() for step in (-1, 0, 1)
    ]
    assert [count(operator, jour=each) for each in neighbours] == [0, 1, 0]


# ── kinds of action ──
def test_coming_and_going_is_told_only_to_who_asks(operator: Browser) -> None:
    write(SLEEP, Kind.DONE)
    write(intend(Action.SIGN_IN), Kind.DONE)
    write(intend(Action.SIGN_OUT), Kind.DONE)
    assert [count(operator), count(operator, geste="tout"), count(operator, geste="connexions")] == [1, 3, 2]


@pytest.mark.parametrize("action", Action)
def test_each_action_has_one_group_of_its_own(operator: Browser, action: Action) -> None:
    write(intend(action), Kind.DONE)
    groups = [key for key, _words in group_names() if key not in {"", "tout"}]
    assert sorted(count(operator, geste=key) for key in groups) == [*[0] * (len(groups) - 1), 1]
    assert count(operator, geste="tout") == 1


def test_every_group_is_offered_and_the_one_shown_is_marked(operator: Browser) -> None:
    page = read(operator, geste="personnes")
    assert set(re.findall(r'<option value="(\w*)"', page.split('id="geste"')[1].split("</select>")[0])) == {
        *GROUPS,
        "tout",
    }
    assert '<option value="personnes" selected>Personnes</option>' in page
    assert "Effacer les filtres" in page


# ── people limited to some apps ──
def test_somebody_limited_to_some_apps_reads_of_no_other(operator: Browser) -> None:
    write(SLEEP, Kind.DONE)
    write(intend(subject=SHOP), Kind.DONE)
    write(intend(Action.INVITE, apps=[SCHOOL.app_title]), Kind.DONE)
    limit(operator, SHOP.app_id)
    page = read(operator)
    [sentence] = sentences(page)
    assert "Boutique solidaire" in sentence
    assert SCHOOL.app_title not in page


@pytest.mark.parametrize("filters", [{"site": SCHOOL.app_id}, {"geste": "tout"}, {"qui": CLAIRE.id}])
def test_no_filter_opens_another_app_to_them(operator: Browser, filters: dict[str, str]) -> None:
    write(SLEEP, Kind.DONE)
    limit(operator, SHOP.app_id)
    assert count(operator, **filters) == 0


def test_what_has_no_app_adds_none_to_the_list(operator: Browser) -> None:
    write(intend(Action.STORE_TOKEN), Kind.DONE)
    page = read(operator)
    assert len(sentences(page)) == 1
    assert page.split('id="site"')[1].split("</select>")[0].count("<option") == 1


def test_filters_add_up_and_are_kept_in_the_form(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    write(SLEEP, Kind.DONE, by=HUGO, at=utc("2026-11-20T10:00:00"))
    write(intend(subject=SHOP), Kind.DONE, at=utc("2026-11-21T10:00:00"))
    page = read(operator, qui=CLAIRE.id, site=SCHOOL.app_id, jour="2026-11-20")
    assert len(sentences(page)) == 1
    assert f'<option value="{SCHOOL.app_id}" selected>' in page
    assert f'<option value="{CLAIRE.id}" selected>' in page
    assert 'value="2026-11-20"' in page


def test_what_matches_nothing_says_so(operator: Browser) -> None:
    write(SLEEP, Kind.DONE)
    assert "Rien de tel dans le journal." in plain(read(operator, jour="2001-01-01"))


@pytest.mark.parametrize(
    "filters",
    [
        {"jour": "hier"},
        {"jour": "2026-02-30"},
        {"jour": "0001-01-01"},
        {"jour": "9999-12-31"},
        {"avant": "tout à l’heure"},
        {"avant": "2026-13-45T99:00:00Z"},
        {"avant": "2026-11-23T10:00:00"},
        {"avant": "0001-01-01T00:00:00+14:00"},
        {"avant": "9999-12-31T23:59:59-14:00"},
        {"qui": "\x00"},
        {"site": "\x00"},
        {"qui": "x" * 5000},
        {"page": "-1", "inconnu": "<script>"},
    ],
)
def test_a_filter_that_cannot_be_read_filters_nothing(operator: Browser, filters: dict[str, str]) -> None:
    write(SLEEP, Kind.DONE)
    assert count(operator, **filters) == 1


@pytest.mark.parametrize("text", ["' OR 1=1 --", "%", '"><script>alert(1)</script>'])
def test_a_filter_is_compared_and_never_obeyed(operator: Browser, text: str) -> None:
    write(SLEEP, Kind.DONE)
    page = read(operator, qui=text, site=text)
    assert sentences(page) == []
    assert "<script>alert" not in page


def test_people_are_offered_under_the_name_they_last_had(operator: Browser) -> None:
    write(SLEEP, Kind.DONE, at=utc("2026-11-20T10:00:00"))
    married = CLAIRE.__class__(
        id=CLAIRE.id, name="Claire Dubois", profile="operator", address="", session_ref=""
    )
    write(SLEEP, Kind.DONE, by=married, at=utc("2026-11-21T10:00:00"))
    options = re.findall(rf'<option value="{CLAIRE.id}">(.*?)</option>', read(operator))
    assert options == ["Claire Dubois"]

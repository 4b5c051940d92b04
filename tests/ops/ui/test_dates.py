"""Moments, durations and amounts in words."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.ops.ui import dates

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 11, 23, 10, 14, tzinfo=PARIS)  # a Monday
moments = st.integers(0, 10 * 365 * 86_400).map(lambda seconds: NOW + timedelta(seconds=seconds))


def plain(said: str) -> str:
    """The words with ordinary spaces, so that expectations can be read and typed."""
    return said.replace("\xa0", " ").replace("\u202f", " ")


def since(moment: datetime, now: datetime = NOW) -> str:
    return plain(dates.since_in_words(moment, now=now, zone=PARIS))


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 23, 8, 57, tzinfo=PARIS), "8 h 57"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=PARIS), "0 h 00"),
        (datetime(2026, 11, 22, 23, 59, tzinfo=PARIS), "hier, 23 h 59"),
        (datetime(2026, 11, 22, 16, 20, tzinfo=PARIS), "hier, 16 h 20"),
        (datetime(2026, 11, 20, 18, 42, tzinfo=PARIS), "vendredi, 18 h 42"),
        (datetime(2026, 11, 17, 0, 5, tzinfo=PARIS), "mardi, 0 h 05"),
        (datetime(2026, 11, 16, 23, 59, tzinfo=PARIS), "le 16 novembre, 23 h 59"),
        (datetime(2026, 11, 1, 9, 5, tzinfo=PARIS), "le 1er novembre, 9 h 05"),
        (datetime(2025, 12, 31, 9, 5, tzinfo=PARIS), "le 31 décembre 2025, 9 h 05"),
    ],
)
def test_a_moment_is_said_by_how_far_its_day_is(moment: datetime, said: str) -> None:
    assert since(moment) == said


def test_the_day_is_the_one_of_the_zone_and_not_of_utc() -> None:
    assert since(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == "0 h 30"


def test_a_day_of_twenty_five_hours_is_still_yesterday() -> None:
    now = datetime(2026, 10, 26, 0, 30, tzinfo=PARIS)
    assert since(datetime(2026, 10, 25, 0, 10, tzinfo=PARIS), now) == "hier, 0 h 10"


def test_a_moment_of_tomorrow_is_dated_rather_than_called_today() -> None:
    assert since(datetime(2026, 11, 24, 0, 2, tzinfo=PARIS)) == "le 24 novembre, 0 h 02"


@given(moments, moments)
def test_a_clock_alone_always_means_today(moment: datetime, now: datetime) -> None:
    is_clock_alone = since(moment, now)[0].isdigit()
    assert is_clock_alone == (moment.astimezone(PARIS).date() == now.astimezone(PARIS).date())


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "à l’instant"),
        (4, "il y a 4 s"),
        (59, "il y a 59 s"),
        (60, "il y a 1 min"),
        (3599, "il y a 59 min"),
        (3600, "il y a 1 h"),
        (7925, "il y a 2 h 12"),
        (86_400, "il y a 1 jour"),
        (3 * 86_400, "il y a 3 jours"),
        (-5, "à l’instant"),
    ],
)
def test_an_age_is_said_in_its_largest_units(seconds: int, said: str) -> None:
    assert plain(dates.ago(NOW - timedelta(seconds=seconds), now=NOW)) == said


def test_an_age_counts_the_hour_that_a_change_of_clocks_repeats() -> None:
    before = datetime(2026, 10, 25, 1, 30, tzinfo=PARIS)
    after = datetime(2026, 10, 25, 3, 30, tzinfo=PARIS)
    assert plain(dates.ago(before, now=after)) == "il y a 3 h"


def test_what_goes_on_is_said_without_ago() -> None:
    assert plain(dates.elapsed(NOW - timedelta(seconds=21), now=NOW)) == "21 s"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(19.7, "19 s"), (60, "1 min"), (192, "3 min 12 s"), (7920, "2 h 12"), (90_000, "1 jour"), (-1, "0 s")],
)
def test_a_duration_keeps_its_seconds_below_an_hour(seconds: float, said: str) -> None:
    assert plain(dates.duration(seconds)) == said


@pytest.mark.parametrize(
    ("cents", "said"),
    [
        (7500, "75 $"),
        (0, "0 $"),
        (250, "2,50 $"),
        (50, "0,50 $"),
        (Decimal("10.4166"), "0,104 $"),
        (Decimal("0.9722"), "0,01 $"),
        (125_000, "1 250 $"),
    ],
)
def test_cents_become_dollars_as_the_french_write_them(cents: Decimal | int, said: str) -> None:
    assert plain(dates.dollars(cents)) == said


def test_a_number_and_its_unit_never_part() -> None:
    said = [
        dates.clock(NOW),
        dates.ago(NOW - timedelta(seconds=4), now=NOW).removeprefix("il y a"),
        dates.dollars(7500),
        dates.duration(192),
    ]
    assert [words for words in said if " " in words] == []


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 23), "Aujourd’hui, lundi 23 novembre"),
        (date(2026, 11, 22), "Hier, dimanche 22 novembre"),
        (date(2026, 11, 20), "Vendredi 20 novembre"),
        (date(2025, 11, 20), "Jeudi 20 novembre 2025"),
    ],
)
def test_a_day_of_the_journal_has_a_heading(day: date, said: str) -> None:
    assert plain(dates.day_heading(day, today=NOW.date())) == said


def test_thousands_are_grouped_with_a_narrow_space() -> None:
    assert dates.number(1000) == "1\u202f000"


def test_another_language_changes_the_names_of_days() -> None:
    with translation.override("en"):
        assert dates.weekday(date(2026, 11, 23)) == "Monday"


def test_the_exact_clock_suits_a_column() -> None:
    assert dates.exact_clock(datetime(2026, 11, 23, 8, 2, 7, tzinfo=PARIS)) == "08:02:07"

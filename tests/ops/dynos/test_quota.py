"""The Eco hours as `heroku ps` counts them, and the day on which they run out."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole import heroku
from opsconsole.ops.dynos.quota import QuotaWords, forecast, next_month, pace_is_known, quota_words
from tests.ops.fleet.readings import APP, dyno, heroku_app, reading

PARIS = ZoneInfo("Europe/Paris")
TOTAL = 3_600_000
MIDDLE = datetime(2026, 11, 16, 0, 0, tzinfo=UTC)  # half of November has passed


def quota(*, used: int, mine: int = 0, total: int = TOTAL) -> heroku.EcoQuota:
    return heroku.EcoQuota(account_quota=total, used=used, apps={APP: mine, "another app": used - mine})


def words(hours: heroku.EcoQuota | None, *, now: datetime = MIDDLE) -> QuotaWords | None:
    read = reading(formation={"web": 1}, dynos=[dyno("web.1")], quota=hours, app=heroku_app(tier="eco"))
    return quota_words(read, now=now, zone=PARIS)


def plain(said: str) -> str:
    return said.replace("\xa0", " ").replace("\u202f", " ")


# ── The figures ─────────────────────────────────────────────────────────────────────────────────────────
def test_an_app_without_hours_has_no_gauge() -> None:
    assert words(None) is None


def test_hours_left_are_rounded_down_as_the_command_line_does() -> None:
    # 178,200 s used of 3,600,000: `heroku ps` says 950h 30m remaining.
    gauge = words(quota(used=178_200, mine=100_000))
    assert gauge
    assert plain(gauge.say).startswith("Il reste 950 h.")
    assert gauge.total == 1000
    assert gauge.mine is not None
    assert gauge.total - gauge.mine - gauge.others == pytest.approx(950.5)
    assert gauge.mine == pytest.approx(27.78, abs=0.01)


def test_the_drawing_is_told_in_words() -> None:
    gauge = words(quota(used=812 * 3600, mine=497 * 3600))
    assert gauge
    assert plain(gauge.label) == "812 heures utilisées sur 1 000, dont 497 par ce site"


def test_what_is_only_rounding_is_not_charged_to_other_sites() -> None:
    gauge = words(quota(used=178_200, mine=178_200))
    assert gauge
    assert gauge.others == 0


def test_an_app_that_used_nothing_has_none_of_the_hours() -> None:
    gauge = words(heroku.EcoQuota(account_quota=TOTAL, used=7200, apps={}))
    assert gauge
    assert (gauge.mine, gauge.others) == (0, 2)


def test_more_used_than_granted_leaves_none() -> None:
    gauge = words(quota(used=TOTAL + 5000, mine=TOTAL + 9000))
    assert gauge
    assert plain(gauge.say) == "Il ne reste plus d’heures : les sites Eco dorment jusqu’au mois prochain."
    assert gauge.others == 0


def test_an_account_that_was_granted_nothing_has_none_left() -> None:
    gauge = words(quota(used=0, total=0))
    assert gauge
    assert gauge.say.startswith("Il ne reste plus d’heures")


# ── The day ─────────────────────────────────────────────────────────────────────────────────────────────
def test_the_day_follows_from_the_pace_of_the_month() -> None:
    # 750 of 1,000 hours in 15 days: the rest lasts 5 more.
    assert forecast(quota(used=2_700_000), now=MIDDLE, zone=PARIS) == date(2026, 11, 21)
    gauge = words(quota(used=2_700_000))
    assert gauge
    assert plain(gauge.say) == "Il reste 250 h. À ce rythme, elles seront épuisées samedi 21 novembre."


def test_hours_that_last_are_said_to_last() -> None:
    gauge = words(quota(used=TOTAL // 2))
    assert gauge
    assert plain(gauge.say) == "Il reste 500 h. À ce rythme, elles suffiront jusqu’à la fin du mois."


@pytest.mark.parametrize(("used", "day"), [(TOTAL // 2, None), (TOTAL // 2 + 100, date(2026, 12, 1))])
def test_the_end_of_the_month_is_the_limit(used: int, day: date | None) -> None:
    # In Paris the last hour of Heroku's November is already the first of December.
    assert forecast(quota(used=used), now=MIDDLE, zone=PARIS) == day


@pytest.mark.parametrize("used", [0, 1, 60])
def test_hardly_any_use_lasts_for_ever(used: int) -> None:
    assert forecast(quota(used=used), now=MIDDLE, zone=PARIS) is None


def test_the_day_is_told_in_the_reader_s_time_zone() -> None:
    # The hours end on the 20th at 23 h 30 UTC, which in Paris is the 21st.
    elapsed, until = timedelta(days=15), timedelta(days=4, hours=23, minutes=30)
    used = round(TOTAL * elapsed / (elapsed + until))
    assert forecast(quota(used=used), now=MIDDLE, zone=ZoneInfo("UTC")) == date(2026, 11, 20)
    assert forecast(quota(used=used), now=MIDDLE, zone=PARIS) == date(2026, 11, 21)


def test_a_night_in_which_clocks_change_does_not_move_the_day() -> None:
    now = datetime(2026, 10, 24, 12, 0, tzinfo=UTC)  # clocks go back on the 25th at 3 h
    elapsed = now - datetime(2026, 10, 1, tzinfo=UTC)
    until = datetime(2026, 10, 26, 22, 30, tzinfo=UTC) - now  # 23 h 30 in Paris, in winter time
    used = round(TOTAL * elapsed / (elapsed + until))
    assert forecast(quota(used=used), now=now, zone=PARIS) == date(2026, 10, 26)


# ── The first day, the last moment ──────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 1, 0, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 1, 0, 0, 59, tzinfo=UTC),
        datetime(2026, 11, 1, 23, 59, tzinfo=UTC),
    ],
)
@pytest.mark.parametrize("used", [0, 30, 40_000])
def test_the_first_day_of_the_month_has_no_pace(now: datetime, used: int) -> None:
    gauge = words(quota(used=used), now=now)
    assert gauge
    assert plain(gauge.say).endswith("h. Le mois commence : leur rythme n’est pas encore connu.")


def test_the_second_day_has_one() -> None:
    assert pace_is_known(datetime(2026, 11, 2, 0, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (MIDDLE, "1er décembre"),
        (datetime(2026, 12, 31, 12, 0, tzinfo=UTC), "1er janvier 2027"),
        # Heroku's month ends with UTC's: in Paris December has begun, and the hours have not come back yet.
        (datetime(2026, 11, 30, 23, 30, tzinfo=UTC), "1er décembre"),
        (datetime(2026, 12, 1, 0, 0, tzinfo=UTC), "1er janvier 2027"),
    ],
)
def test_the_day_on_which_the_hours_come_back_is_told(now: datetime, said: str) -> None:
    gauge = words(quota(used=100 * 3600), now=now)
    assert gauge
    assert plain(gauge.note).endswith(f"et reviennent le {said}.")


@pytest.mark.parametrize("month", range(1, 13))
def test_each_month_is_followed_by_the_next(month: int) -> None:
    last_moment = datetime(2028, month, 28, 23, 59, 59, tzinfo=UTC)
    assert next_month(last_moment) == datetime(2028 + month // 12, month % 12 + 1, 1, tzinfo=UTC)


@given(
    now=st.floats(0, 12 * 365 * 86400).map(
        lambda seconds: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    ),
    total=st.integers(0, 10**8),
    used=st.integers(0, 2 * 10**8),
)
def test_whatever_was_used_the_day_is_in_what_is_left_of_the_month(
    now: datetime, total: int, used: int
) -> None:
    day = forecast(quota(used=used, total=total), now=now, zone=UTC)
    if day is not None:
        assert now.date() <= day <= next_month(now).date()
    assert words(quota(used=used, total=total), now=now)

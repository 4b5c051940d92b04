"""The Eco quota, computed as `heroku ps` does, and the day on which it runs out at this pace."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.ui.dates import day_and_month, number, weekday

HOUR = 3600
FIRST_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuotaWords:
    """What `components/gauge.html` draws, in hours."""

    say: str
    label: str
    total: int
    mine: (
        float | None
    )  # None for the account as a whole; the gauge rounds each figure down, as `heroku ps` does
    others: float
    note: str


def forecast(quota: heroku.EcoQuota, *, now: datetime, zone: tzinfo) -> date | None:
    """Return the day on which the hours run out if the month goes on as it began, or None when they last.

    Heroku's month is one of UTC; the day is that of `zone`.
    """
    present = now.astimezone(UTC)
    elapsed = (present - start_of_month(present)).total_seconds()
    left = (next_month(present) - present).total_seconds()
    if quota.remaining * elapsed >= quota.used * left:
        return None
    return (present + timedelta(seconds=quota.remaining * elapsed / quota.used)).astimezone(zone).date()


def pace_is_known(now: datetime) -> bool:
    """Tell whether the month has seen a whole day: what its first hours used says nothing of its nights and weekends."""
    present = now.astimezone(UTC)
    return present - start_of_month(present) >= FIRST_DAY


def start_of_month(moment: datetime) -> datetime:
    return moment.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def next_month(moment: datetime) -> datetime:
    """Return when the month after that of a moment in UTC begins."""
    return start_of_month(start_of_month(moment) + timedelta(days=31))


def quota_words(reading: Reading, *, now: datetime, zone: tzinfo) -> QuotaWords | None:
    """Return the gauge of an Eco app's account, or None for an app that has no quota."""
    quota = reading.quota
    if quota is None:
        return None
    mine = quota.apps.get(reading.app.id, 0)
    return QuotaWords(
        say=_say(quota, now=now, zone=zone),
        label=_("%(used)s heures utilisées sur %(total)s, dont %(mine)s par ce site")
        % {**_hours(quota), "mine": number(mine // HOUR)},
        total=quota.account_quota // HOUR,
        mine=mine / HOUR,
        others=max(0, quota.used - mine) / HOUR,
        note=_("Les heures sont partagées par tous les sites Eco du compte et reviennent le %(day)s.")
        % {"day": back_on(now, zone=zone)},
    )


def account_words(quota: heroku.EcoQuota, *, now: datetime, zone: tzinfo) -> QuotaWords:
    """Return the gauge of a whole account."""
    total = quota.account_quota // HOUR
    return QuotaWords(
        say=_say(quota, now=now, zone=zone),
        label=_("%(used)s heures utilisées sur %(total)s") % _hours(quota),
        total=total,
        mine=None,
        others=total - quota.remaining // HOUR,
        note="",
    )


def _hours(quota: heroku.EcoQuota) -> dict[str, str]:
    """Used and left add up on the screen: what is left is rounded down, as `heroku ps` does, so what is used is the rest."""
    total = quota.account_quota // HOUR
    return {"total": number(total), "used": number(total - quota.remaining // HOUR)}


def back_on(now: datetime, *, zone: tzinfo) -> str:
    """« 1er décembre », the day on which the hours come back."""
    back = next_month(now.astimezone(UTC)).astimezone(zone).date()
    return day_and_month(back, today=now.astimezone(zone).date())


def _say(quota: heroku.EcoQuota, *, now: datetime, zone: tzinfo) -> str:
    today = now.astimezone(zone).date()
    left = number(quota.remaining // HOUR)
    if quota.remaining <= 0:
        return _("Il ne reste plus d’heures : les sites Eco dorment jusqu’au mois prochain.")
    if not pace_is_known(now):
        return _("Il reste %(hours)s h. Le mois commence : leur rythme n’est pas encore connu.") % {
            "hours": left
        }
    day = forecast(quota, now=now, zone=zone)
    if day is None:
        return _("Il reste %(hours)s h. À ce rythme, elles suffiront jusqu’à la fin du mois.") % {
            "hours": left
        }
    return _("Il reste %(hours)s h. À ce rythme, elles seront épuisées %(day)s.") % {
        "hours": left,
        "day": f"{weekday(day)} {day_and_month(day, today=today)}",
    }

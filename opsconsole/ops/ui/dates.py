"""Moments, durations and amounts as a person would say them, in French and, through gettext, in English.

Pure functions: the present and the time zone are passed in, the language is the one in force.
`relative-time.js` says `ago` again in the browser, in the same words.
"""

from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import ROUND_HALF_UP, Decimal

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
NARROW_SPACE = "\u202f"
HUNDRED = Decimal(100)


def clock(moment: datetime) -> str:
    """« 18 h 42 », in the moment's own time zone."""
    return _("%(hour)d h %(minute)02d") % {"hour": moment.hour, "minute": moment.minute}


def exact_clock(moment: datetime) -> str:
    """« 18:42:07 », for columns of times, in the moment's own time zone."""
    return moment.strftime("%H:%M:%S")


def day_and_month(day: date, *, today: date) -> str:
    """« 3 novembre », « 1er décembre », with the year when it is another one than today's."""
    values = {"day": _ordinal(day.day), "month": MONTHS[day.month], "year": day.year}
    if day.year == today.year:
        return _("%(day)s %(month)s") % values
    return _("%(day)s %(month)s %(year)d") % values


def weekday(day: date) -> str:
    """« lundi »."""
    return str(WEEKDAYS[day.weekday()])


def day_heading(day: date, *, today: date) -> str:
    """« Aujourd’hui, lundi 23 novembre », « Hier, dimanche 22 novembre », « Vendredi 20 novembre »."""
    said = f"{weekday(day)} {day_and_month(day, today=today)}"
    if day == today:
        return _("Aujourd’hui, %(day)s") % {"day": said}
    if day == today - timedelta(days=1):
        return _("Hier, %(day)s") % {"day": said}
    return capfirst(said)


def since_in_words(moment: datetime, *, now: datetime, zone: tzinfo) -> str:
    """What follows « depuis »: « 8 h 57 », « hier, 16 h 20 », « lundi, 18 h 42 », « le 3 mai, 9 h 05 »."""
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days == 0:
        return clock(local)
    if days == 1:
        return _("hier, %(clock)s") % {"clock": clock(local)}
    if 1 < days < 7:  # noqa: PLR2004 -- seven days ago has today's name
        return _("%(weekday)s, %(clock)s") % {"weekday": weekday(local), "clock": clock(local)}
    day = day_and_month(local.date(), today=today)
    return _("le %(day)s, %(clock)s") % {"day": day, "clock": clock(local)}


def ago(moment: datetime, *, now: datetime) -> str:
    """« à l’instant », « il y a 4 s », « il y a 3 min », « il y a 2 h 12 », « il y a 3 jours »."""
    seconds = _seconds_between(moment, now)
    if seconds < 1:
        return _("à l’instant")
    return _("il y a %(time)s") % {"time": _roughly(seconds)}


def elapsed(moment: datetime, *, now: datetime) -> str:
    """What follows « depuis » while something goes on: « 21 s », « 3 min »."""
    return _roughly(_seconds_between(moment, now))


def duration(seconds: float) -> str:
    """« 19 s », « 3 min 12 s », « 2 h 12 », « 3 jours »; negative durations count as none."""
    whole = max(0, int(seconds))
    minutes, rest = divmod(whole, MINUTE)
    if MINUTE <= whole < HOUR and rest:
        return _("%(minutes)d min %(seconds)d s") % {"minutes": minutes, "seconds": rest}
    return _roughly(whole)


def dollars(cents: Decimal | int) -> str:
    """« 75 $ », « 2,50 $ », « 0,104 $ »: a third decimal below one dollar, none for whole dollars."""
    amount = Decimal(cents) / HUNDRED
    finest = Decimal("0.001") if amount < 1 else Decimal("0.01")
    rounded = amount.quantize(finest, ROUND_HALF_UP)
    places = next(places for places in (0, 2, 3) if rounded == round(rounded, places))
    return _("%(amount)s $") % {"amount": number(rounded, places=places)}


def euros(cents: Decimal | int) -> str:
    """« 69 € », « 0,10 € »: no decimals for what is 10 € or more, since a rate is never quite today's."""
    amount = Decimal(cents) / HUNDRED
    whole = amount >= 10 or amount == round(amount)  # noqa: PLR2004 -- where cents begin to matter
    return _("%(amount)s €") % {"amount": number(round(amount, 0 if whole else 2), places=0 if whole else 2)}


def number(value: Decimal | float, *, places: int = 0) -> str:
    """« 1 000 », « 0,5 »: grouped by thousands as the language does."""
    said = str(number_format(value, decimal_pos=places, use_l10n=True, force_grouping=True))
    return said.replace("\xa0", NARROW_SPACE) if (get_language() or "").startswith("fr") else said


def in_letters(count: int) -> str:
    """« deux » to « neuf », as a sentence says small numbers; figures for the others."""
    letters = (_("deux"), _("trois"), _("quatre"), _("cinq"), _("six"), _("sept"), _("huit"), _("neuf"))
    return letters[count - 2] if 2 <= count < 2 + len(letters) else str(count)  # noqa: PLR2004 -- one is in the sentence


def _seconds_between(moment: datetime, now: datetime) -> int:
    # Through UTC: Python subtracts two local times of one zone as if its clocks never changed.
    # Never below zero: a clock that runs ahead of ours is no reason to speak of the future.
    return max(0, int((now.astimezone(UTC) - moment.astimezone(UTC)).total_seconds()))


def _ordinal(day: int) -> str:
    return _("1er") if day == 1 else str(day)


def _roughly(seconds: int) -> str:
    if seconds < MINUTE:
        return _("%(count)d s") % {"count": seconds}
    if seconds < HOUR:
        return _("%(count)d min") % {"count": seconds // MINUTE}
    if seconds < DAY:
        hours, minutes = divmod(seconds // MINUTE, 60)
        if minutes:
            return _("%(hours)d h %(minutes)02d") % {"hours": hours, "minutes": minutes}
        return _("%(count)d h") % {"count": hours}
    days = seconds // DAY
    return ngettext("%(count)d jour", "%(count)d jours", days) % {"count": days}

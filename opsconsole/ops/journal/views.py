"""The journal's page: who did what, by person, app, kind of action and day."""

from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_safe

from opsconsole.ops.access.rights import Right, may, only_apps, require
from opsconsole.ops.journal.lines import day_of, lines_of
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.journal.search import (
    CHANGES,
    EVERYTHING,
    GROUPS,
    PAGE,
    Filters,
    apps,
    find,
    people,
    undoable,
)
from opsconsole.ops.journal.sentences import group_names

LONGEST_KEY = 40
YEARS = range(1970, 9000)  # at the ends of the calendar a day has no midnight in UTC
UNDO_RIGHTS = {Action.SLEEP: Right.WAKE, Action.WAKE: Right.SLEEP}


@require_safe
def journal(request: HttpRequest) -> HttpResponse:
    """Entries grouped by day, the newest first, a bounded number of them."""
    require(request, Right.SEE)
    filters = read_filters(request)
    entries = list(find(filters)[: PAGE + 1])
    shown = entries[:PAGE]
    can_undo = undoable(shown)

    def may_undo(entry: Entry) -> bool:
        right = UNDO_RIGHTS.get(Action(entry.action))
        return entry.id in can_undo and right is not None and may(request.user, right, entry.app_id)

    days = groupby(lines_of(shown, may_undo=may_undo), key=lambda line: day_of(line["at"]))
    context = {
        "days": [(day, list(lines)) for day, lines in days],
        "filters": filters,
        "day": filters.first.isoformat() if filters.first else "",
        "people": people(),
        "apps": apps(only=filters.only),
        "groups": group_names(),
        "earlier": _earlier(request, shown[-1]) if len(entries) > PAGE else "",
        "is_filtered": filters != Filters(group=CHANGES, only=filters.only),
        "may_export": may(request.user, Right.EXPORT),
    }
    return render(request, "ops/journal/journal.html", context)


def read_filters(request: HttpRequest) -> Filters:
    """Read the filters of a URL; what cannot be read filters nothing."""
    query = request.GET
    day = _date(query.get("jour", ""))
    group = query.get("geste", "")
    return Filters(
        actor_id=_key(query.get("qui", "")),
        app_id=_key(query.get("site", "")),
        group=group if group in GROUPS or group == EVERYTHING else CHANGES,
        first=day,
        last=day,
        before=_moment(query.get("avant", "")),
        only=only_apps(request.user),
    )


def _key(text: str) -> str:
    return text if len(text) <= LONGEST_KEY and text.isprintable() else ""  # PostgreSQL refuses a NUL


def _date(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and day.year in YEARS else None


def _moment(text: str) -> datetime | None:
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo and moment.year in YEARS else None


def _earlier(request: HttpRequest, last: Entry) -> str:
    kept = {name: value for name, value in request.GET.items() if name in {"qui", "site", "geste", "jour"}}
    return "?" + urlencode({**kept, "avant": last.at.isoformat()})

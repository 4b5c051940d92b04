"""The journal's pages: who did what, by person, app, kind of action and day; and the same as a file."""

from datetime import date, datetime
from itertools import groupby
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from opsconsole.ops.access.recent import recently_signed_in
from opsconsole.ops.access.rights import Right, actor_of, may, only_apps, require
from opsconsole.ops.journal.export import export
from opsconsole.ops.journal.formats import CONTENT_TYPES
from opsconsole.ops.journal.forms import ExportForm
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
UNDO_RIGHTS = {Action.SLEEP: Right.WAKE, Action.WAKE: Right.SLEEP, Action.SCALE: Right.SCALE}


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
        "people": people(only=filters.only),
        "apps": apps(only=filters.only),
        "groups": group_names(),
        "earlier": _earlier(request, shown[-1]) if len(entries) > PAGE else "",
        "is_filtered": filters != Filters(group=CHANGES, only=filters.only),
        "export": _export_link(request) if may(request.user, Right.EXPORT) else "",
    }
    return render(request, "ops/journal/journal.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def export_page(request: HttpRequest) -> HttpResponseBase:
    """Ask what to take out, then send it in pieces."""
    require(request, Right.EXPORT)
    return _export(request)


@recently_signed_in  # type: ignore[arg-type]  # what it hands on may be streamed
def _export(request: HttpRequest) -> HttpResponseBase:
    shown = read_filters(request)
    initial = {
        "actor": shown.actor_id,
        "app": shown.app_id,
        "group": shown.group,
        "first": shown.first,
        "last": shown.last,
    }
    form = ExportForm(request.POST or None, only=shown.only, initial=initial)
    if not form.is_valid():
        return render(request, "ops/journal/export.html", {"form": form})
    now, format_ = timezone.now(), form.cleaned_data["format"]
    pieces = export(actor_of(request), filters=form.filters(), format_=format_, now=now)
    name = f"journal-{timezone.localtime(now):%Y-%m-%d-%H%M}.{format_}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingHttpResponse(pieces, content_type=CONTENT_TYPES[format_], headers=headers)


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
    return "?" + urlencode({**_kept(request), "avant": last.at.isoformat()})


def _export_link(request: HttpRequest) -> str:
    kept = _kept(request)
    return reverse("journal_export") + ("?" + urlencode(kept) if kept else "")


def _kept(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET[name] for name in ("qui", "site", "geste", "jour") if name in request.GET}

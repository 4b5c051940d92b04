"""The page of an app's logs: what is wrong in one sentence, then the lines; and the text that warns the developer."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from opsconsole.live import runtime
from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.home import cards
from opsconsole.ops.home.overview import Overview, look_at
from opsconsole.ops.logs import report, sentences
from opsconsole.ops.logs.explain import explanation
from opsconsole.ops.logs.filters import Filters
from opsconsole.ops.logs.findings import Finding, find
from opsconsole.ops.logs.items import Item, gather
from opsconsole.ops.logs.page import Part, choose
from opsconsole.ops.logs.pump import topic_of
from opsconsole.ops.logs.render import item_html, rich
from opsconsole.ops.logs.reveal import clear_until, is_clear
from opsconsole.ops.logs.shelf import Shelf, look
from opsconsole.ops.logs.shows import voice_of
from opsconsole.ops.logs.voices import Voice

PATIENCE = 2.2  # seconds for Heroku to tell what it has kept
RIGHTS = {
    "wake": Right.WAKE,
    "restart": Right.RESTART,
    "scaling": Right.SCALE,
    "maintenance_off": Right.WAKE,
}


@dataclass(frozen=True, kw_only=True)
class Desk:
    """All that a page of logs is made from."""

    app: App
    overview: Overview
    shelf: Shelf
    items: list[Item]
    voice: Voice


def _open(request: HttpRequest, name: str) -> Desk:
    app = app_or_404(request, name)
    shelf_call = run_aside(
        lambda: look(runtime.hub(), app.heroku_id, patience=PATIENCE), name="logs of a page"
    )
    [overview] = look_at(fleet(), [app])
    shelf = shelf_call.result()
    clear = is_clear(request.session, str(app.pk), person=request.user, now=timezone.now().timestamp())  # type: ignore[arg-type]
    voice = voice_of(app, language=translation.get_language() or "fr", clear=clear)
    return Desk(
        app=app,
        overview=overview,
        shelf=shelf,
        items=gather(shelf.records, shelf.groups),
        voice=voice,
    )


@require_safe
def logs_page(request: HttpRequest, name: str) -> HttpResponse:
    """The last lines of an app, narrowed by what the address asks for; followed live by the page's script."""
    desk = _open(request, name)
    filters = Filters.read(request.GET)
    findings = find(desk.items)
    part = choose(desk.items, filters, desk.voice)
    context = {
        **_frame(request, desk, findings),
        "filters": filters,
        "who": sentences.speakers(filters, errors=sum(item.level == "error" for item in desk.items)),
        "dynos": sentences.dynos(desk.items, desk.voice),
        "part": part,
        "lines": _lines(part, desk),
        "older": filters.query(before=part.items[0].id, around="") if part.older else "",
        "newest": filters.query(before="", around=""),
        "everything": reverse("logs", args=[desk.app.name]),
        "bound": sentences.bound(desk.shelf, part, reading=desk.overview.known.reading, zone=desk.voice.zone),
        "downloads": _downloads(desk.app, filters),
        "clear_until": _until(request, desk),
        "may_reveal": may(request.user, Right.REVEAL, str(desk.app.pk)),
    }
    return render(request, "ops/logs/logs.html", context)


@require_safe
def logs_findings(request: HttpRequest, name: str) -> HttpResponse:
    """What is wrong, for a page that is already open."""
    desk = _open(request, name)
    return render(request, "ops/logs/_findings.html", _frame(request, desk, find(desk.items)))


@require_safe
def report_page(request: HttpRequest, name: str) -> HttpResponse:
    """A text for the developer: what happens, since when, and the lines around."""
    desk = _open(request, name)
    code, around = str(request.GET.get("code", ""))[:60], str(request.GET.get("around", ""))[:100]
    findings = find(desk.items)
    finding = next((each for each in findings if each.code == code), None)
    voice = (
        desk.voice if not desk.voice.clear else voice_of(desk.app, language=desk.voice.language, clear=False)
    )
    reading = desk.overview.known.reading
    link = request.build_absolute_uri(reverse("logs", args=[desk.app.name]))
    text = report.write(
        app=desk.app,
        version=max((dyno.release_version or 0 for dyno in reading.dynos), default=0) if reading else 0,
        state=desk.overview.sentence,
        visitors=desk.overview.visitors,
        finding=finding,
        items=desk.items,
        around=around or (finding.item.id if finding else ""),
        voice=voice,
        link=link,
        now=timezone.now(),
    )
    subject = report.subject(desk.app, finding)
    mail = f"mailto:?{urlencode({'subject': subject, 'body': report.shorten(text)}, quote_via=quote)}"
    context = {
        **_frame(request, desk, findings),
        "text": text,
        "mail": mail,
        "back": reverse("logs", args=[desk.app.name]),
    }
    return render(request, "ops/logs/report.html", context)


def _downloads(app: App, filters: Filters) -> list[tuple[str, str]]:
    address, query = reverse("logs_download", args=[app.name]), filters.query(before="", around="")
    kinds = (("text", _("Télécharger en texte")), ("csv", _("Télécharger en CSV")))
    return [(label, f"{address}{query}{'&' if query else '?'}format={kind}") for kind, label in kinds]


def _frame(request: HttpRequest, desk: Desk, findings: list[Finding]) -> dict[str, object]:
    shelf, overview = desk.shelf, desk.overview
    return {
        "site": cards.site_of(request, overview),
        "overview": overview,
        "app": desk.app,
        "headline": sentences.headline(
            shelf, findings, state=overview.state, now=overview.now, zone=desk.voice.zone
        ),
        "lead": sentences.lead(shelf, findings, state=overview.state),
        "findings": [_card(request, desk, finding) for finding in findings],
        "log_topic": topic_of(desk.app.heroku_id),
        "cursor": shelf.cursor,
        "state": shelf.state.get("state", "live" if shelf.has_history else "history"),
    }


def _card(request: HttpRequest, desk: Desk, finding: Finding) -> dict[str, object]:
    name = desk.app.name
    known = explanation(finding.code)
    act = _act(request, desk, known.act if known else "")
    return {
        "finding": finding,
        "seen": sentences.seen(finding, now=desk.overview.now, zone=desk.voice.zone),
        "act": act,
        "report": f"{reverse('report', args=[name])}?{urlencode({'code': finding.code})}",
        "raw": sentences.raw(finding, desk.voice),
        "paths": [rich(path, desk.voice) for path in finding.paths],
    }


def _act(request: HttpRequest, desk: Desk, act: str) -> dict[str, str] | None:
    """The button that may help now, for who has the right: none wakes what is awake."""
    right = RIGHTS.get(act)
    if right is None or not may(request.user, right, str(desk.app.pk)) or not desk.overview.state.is_certain:
        return None
    state, name = desk.overview.state.name, desk.app.name
    match act:
        case "wake" if state == "asleep":
            return {"label": _("Réveiller"), "kind": "wake", "href": reverse("wake", args=[name])}
        case "restart" if state in {"awake", "down", "partial", "maintenance"}:
            return {
                "label": _("Redémarrer"),
                "kind": "line",
                "href": reverse("restart", args=[name]),
                "icon": "restart",
            }
        case "scaling" if state not in {"asleep", "empty"}:
            return {"label": _("Taille et prix"), "kind": "line", "href": reverse("scaling", args=[name])}
        case "maintenance_off" if state == "maintenance":
            return {
                "label": _("Voir comment le rouvrir"),
                "kind": "line",
                "href": reverse("app", args=[name]),
            }
    return None


def _lines(part: Part, desk: Desk) -> list[dict[str, object]]:
    holes = desk.shelf.holes
    return [
        {
            "html": item_html(item, desk.voice),
            "hole": sentences.hole(holes[item.records[-1].id]) if item.records[-1].id in holes else "",
        }
        for item in part.items
    ]


def _until(request: HttpRequest, desk: Desk) -> datetime | None:
    if not desk.voice.clear:
        return None
    return datetime.fromtimestamp(clear_until(request.session, str(desk.app.pk)), desk.voice.zone)

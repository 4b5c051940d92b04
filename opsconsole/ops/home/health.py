"""How the console itself is: its calls to Heroku, its token, its pumps, its database, its versions."""

import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import django
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opsconsole import __version__, heroku
from opsconsole.live import runtime
from opsconsole.live.hub import Hub, PumpStatus
from opsconsole.ops.access.rights import Right, only_with
from opsconsole.ops.console.trying import try_connection
from opsconsole.ops.fleet import trouble
from opsconsole.ops.fleet.budget import CALLS_A_MINUTE
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, StoredToken
from opsconsole.ops.fleet.readings import TOKEN_KINDS
from opsconsole.ops.journal import guard
from opsconsole.ops.journal.models import Entry
from opsconsole.ops.ui.dates import ago, number

Fact = tuple[str, str]


@require_safe
@only_with(Right.HEALTH)
def console_health(request: HttpRequest) -> HttpResponse:
    """Figures for the technician; each is of this process, since it started."""
    now = fleet().now()
    measured = fleet().measured(now=now)
    context = {
        "say": _sentence(fleet(), pumps=runtime.hub().pumps()),
        "calls": call_facts(fleet(), measured),
        "errors": measured.errors if measured else {},
        "failures": [_failure(call) for call in measured.failures] if measured else [],
        "token": token_facts(fleet()),
        "pumps": _pumps(runtime.hub().pumps()),
        "database": [*database_facts(), *redis_facts(runtime.hub())],
        "versions": version_facts(),
    }
    return render(request, "ops/home/health.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.HEALTH)
def connection_page(request: HttpRequest) -> HttpResponse:
    """Try, from here, every way to Heroku that the console needs; and, from the browser, the way to the console."""
    app = App.objects.order_by("position", "name").first()
    results = try_connection(fleet(), app_id=str(app.pk) if app else "") if request.method == "POST" else []
    return render(request, "ops/home/connection.html", {"results": results})


def _sentence(of: Fleet, *, pumps: Iterable[PumpStatus]) -> str:
    failure = of.outage
    if failure is None:
        return _own_trouble(pumps) or _("La console va bien.")
    if failure.kind in TOKEN_KINDS:
        return trouble.sentence(failure.kind)
    return _("Heroku nous fait patienter.") if failure.kind == "rate_limited" else _("Heroku ne répond pas.")


def _own_trouble(pumps: Iterable[PumpStatus]) -> str:
    try:
        stands = guard.stands(connection)
    except DatabaseError:
        return _("La base de données ne répond pas.")
    if not stands:
        return _("Le journal n’est plus protégé : la base laisserait le modifier.")
    if not all(pump.alive for pump in pumps):
        return _("Une lecture en continu s’est arrêtée.")
    if runtime.hub().is_degraded:
        return _("Redis ne répond pas : chaque processus travaille seul.")
    return ""


def call_facts(of: Fleet, measured: heroku.Measured | None) -> list[Fact]:
    """Return what calls cost, in words; unknown is said to be unknown."""
    unknown = _("pas encore connu")
    remaining = of.remaining
    last_minute = measured.last_minute if measured else 0
    return [
        (
            _("Appels de la dernière minute"),
            _("%(count)s ; au plus %(most)s pour la lecture, 10 de plus pendant un changement")
            % {"count": number(last_minute), "most": CALLS_A_MINUTE},
        ),
        (_("Appels depuis le démarrage"), number(of.calls)),
        (_("Appels mesurés"), number(measured.calls) if measured else "0"),
        (_("Durée médiane"), _milliseconds(measured.median if measured else None) or unknown),
        (_("95 % des appels en moins de"), _milliseconds(measured.p95 if measured else None) or unknown),
        (
            _("Appels qui restent au compte"),
            unknown if remaining is None else _("%(count)s sur 4\u202f500") % {"count": number(remaining)},
        ),
    ]


def _milliseconds(value: float | None) -> str:
    return "" if value is None else _("%(count)s ms") % {"count": number(value)}


def _failure(call: heroku.MeasuredCall) -> dict[str, object]:
    return {
        "at": datetime.fromtimestamp(call.at, tz=UTC),
        "call": call.call,
        "error": call.error,
        "request_id": call.request_id,
    }


def token_facts(of: Fleet) -> list[Fact]:
    kept = StoredToken.objects.first()
    account = of.account
    whose = account.email if account else kept.account_email if kept else _("pas encore connu")
    source = _("enregistré dans la console") if kept else _("donné par l’installation (HEROKU_API_KEY)")
    if kept:
        by = _("Enregistré par %(name)s") % {"name": kept.stored_by}
        source = f"{source}. {by} {ago(kept.stored_at, now=of.now())}."
    return [
        (_("Compte"), whose if of.has_client else _("aucun")),
        (_("Jeton"), source if of.has_client else _("aucun qui soit utilisable")),
    ]


def _pumps(statuses: Iterable[PumpStatus]) -> list[dict[str, object]]:
    titles: dict[str, str] = {}
    for app in App.objects.all():
        titles[app.topic] = app.title
        titles[f"log:{app.pk}"] = _("Journaux de %(site)s") % {"site": app.title}
        titles[f"trouble:{app.pk}"] = _("Erreurs de %(site)s") % {"site": app.title}
    return [
        {
            "name": titles.get(status.name, status.name),
            "word": _("en marche") if status.alive else _("arrêtée"),
            "readers": status.readers,
            "restarts": status.restarts,
            "last_error": status.last_error or "",
        }
        for status in statuses
    ]


def database_facts() -> list[Fact]:
    try:
        stands, lines = guard.stands(connection), Entry.objects.count()
    except DatabaseError:
        return [(_("Base de données"), _("elle ne répond pas"))]
    return [
        (_("Base de données"), connection.display_name),
        (
            _("Protection du journal"),
            _("en place : la base refuse toute modification")
            if stands
            else _("absente : prévenez votre technicien"),
        ),
        (_("Lignes du journal"), number(lines)),
    ]


def redis_facts(hub: Hub) -> list[Fact]:
    """What the processes share; nothing where there is one process alone."""
    if not hub.is_shared:
        return []
    return [("Redis", _("ne répond pas : ce processus travaille seul") if hub.is_degraded else _("répond"))]


def version_facts() -> list[tuple[str, Any]]:
    return [
        (_("Console"), __version__),
        ("Django", django.get_version()),
        ("Python", platform.python_version()),
    ]

"""Restart and stop: a sheet that says what will happen, then one use case, then back to the app's page."""

from typing import TypeVar

from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from opsconsole.ops.access.rights import Right, actor_of
from opsconsole.ops.changes.answers import attempt, may_or_denied, own, why_not
from opsconsole.ops.dynos import sheet
from opsconsole.ops.dynos.forms import RestartForm, StopForm
from opsconsole.ops.dynos.restart import restart
from opsconsole.ops.dynos.stop import stop
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App

PATIENCE = 2.2
F = TypeVar("F", bound=Form)


@require_http_methods(["GET", "HEAD", "POST"])
def restart_sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Say what a restart will do, then do it."""
    app = app_or_404(request, name)
    form = RestartForm(request.POST if request.method == "POST" else request.GET)
    target = _checked(form).target()
    if request.method == "POST":
        return attempt(
            request,
            app,
            lambda: restart(fleet(), actor=actor_of(request), app=app, target=target, own=own(request)),
            nothing_to_do=_("Rien de tel ne tourne : rien n’a été demandé."),
        )
    may_or_denied(request, Right.RESTART, app)
    reading = fleet().look(app.heroku_id, patience=PATIENCE).reading
    lead, points = sheet.restarting(target=target, reading=reading)
    title = sheet.restart_title(app, target=target)
    useless = sheet.useless_restart(target=target, reading=reading)
    off = why_not(app, is_read=reading is not None) or useless
    return _sheet(request, app, form, title=title, lead=lead, points=points, url="restart", off=off)


@require_http_methods(["GET", "HEAD", "POST"])
def stop_sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Say what stopping a temporary copy means, then do it."""
    app = app_or_404(request, name)
    form = StopForm(request.POST if request.method == "POST" else request.GET)
    dyno = _checked(form).cleaned_data["dyno"]
    if request.method == "POST":
        return attempt(
            request,
            app,
            lambda: stop(fleet(), actor=actor_of(request), app=app, dyno=dyno, own=own(request)),
            nothing_to_do=_("Cette copie temporaire ne tourne déjà plus : rien n’a été demandé."),
        )
    may_or_denied(request, Right.RESTART, app)
    reading = fleet().look(app.heroku_id, patience=PATIENCE).reading
    title = sheet.stop_title(dyno, reading=reading)
    points = sheet.stopping(dyno, reading=reading)
    off = why_not(app, is_read=reading is not None) or sheet.useless_stop(dyno, reading=reading)
    return _sheet(request, app, form, title=title, lead="", points=points, url="stop", off=off)


def _checked(form: F) -> F:
    """What cannot be the name of anything at Heroku is nowhere."""
    if not form.is_valid():
        raise Http404
    return form


def _sheet(
    request: HttpRequest,
    app: App,
    form: Form,
    *,
    title: str,
    lead: str,
    points: list[sheet.Point],
    url: str,
    off: str,
) -> HttpResponse:
    context = {
        "sheet": {
            "state": "waking",
            "title": title,
            "lead": lead,
            "back": reverse("app", args=[app.name]),
            "url": reverse(url, args=[app.name]),
            "form": None,
        },
        "form": form,
        "points": points,
        "stops": url == "stop",
        "why_not": off,
    }
    return render(request, "ops/dynos/sheet.html", context)

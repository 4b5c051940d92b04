"""The commands of an app: what is going on, what can be launched, and the page that launches it."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opsconsole.ops.access.rights import MissingRightError, Right, actor_of, may, require
from opsconsole.ops.changes.answers import own, too_many
from opsconsole.ops.commands import history, words
from opsconsole.ops.commands.forms import LaunchForm, LineForm
from opsconsole.ops.commands.launching import launch_command, launch_line
from opsconsole.ops.commands.models import Command, Risk
from opsconsole.ops.commands.who import may_launch
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.home import cards
from opsconsole.ops.home.overview import look_at
from opsconsole.ops.home.run_price import price_point
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.oneoffs.launch import AlreadyLaunchedError
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.topics import topic_of
from opsconsole.ops.ui.dates import ago, duration

LAST_RUNS = 5
PATIENCE = 2.2  # seconds that a page waits for what it says of the price


@require_safe
def commands_page(request: HttpRequest, name: str) -> HttpResponse:
    """What is going on, what is ready to be launched, what was launched last."""
    app = app_or_404(request, name)
    [overview] = look_at(fleet(), [app])
    running = history.active(app.heroku_id)
    may_open = may(request.user, Right.CONSOLE, str(app.pk))
    ready = [
        each
        for each in Command.objects.all()
        if may_launch(request.user, each, app) and (may_open or not each.interactive)  # type: ignore[arg-type]
    ]
    last = history.last_of_each(app.heroku_id, [str(each.id) for each in ready])
    ended = history.runs_of(app.heroku_id).exclude(state__in=words.RUNNING)[:LAST_RUNS]
    context = {
        "site": cards.site_of(request, overview),
        "topics": f"{app.topic} {topic_of(app.heroku_id)}",
        "headline": words.headline(len(running)),
        "running": [run_row(app, run) for run in running],
        "ready": [_ready_row(app, each, last.get(str(each.id))) for each in ready],
        "ended": [run_row(app, run) for run in ended],
        "may_run": may(request.user, Right.RUN, str(app.pk)),
        "may_write": may(request.user, Right.COMMANDS),
        "may_type": may(request.user, Right.FREE_COMMAND, str(app.pk)),
    }
    return render(request, "ops/commands/commands.html", context)


def run_row(app: App, run: Run) -> dict[str, Any]:
    """Return what `ops/commands/_run.html` draws."""
    usual = words.usual(history.usual_seconds(app.heroku_id, run.command_id)) if run.is_active else ""
    return {
        "title": words.title_of(run),
        "by": run.actor_name,
        "at": run.asked_at,
        "dyno": run.dyno_name,
        "disc": words.disc_of(run),
        "tone": words.tone_of(run),
        "word": words.word(run),
        "since": (run.up_at or run.asked_at) if run.is_active else None,
        "after": _after(run),
        "usual": usual,
        "url": reverse("run", args=[app.name, run.id]),
        "is_active": run.is_active,
    }


def _after(run: Run) -> str:
    """« en 41 s », « code 1 »."""
    if run.state == State.DONE:
        return _("en %(time)s") % {"time": words.time_of(run)}
    if run.state == State.FAILED and run.exit_status is not None:
        return _("code %(status)d") % {"status": run.exit_status}
    return ""


def _ready_row(app: App, command: Command, last: Run | None) -> dict[str, Any]:
    return {
        "id": str(command.id),
        "title": words.said(command, "title"),
        "purpose": words.said(command, "purpose"),
        "url": reverse("launch", args=[app.name, command.id]),
        "is_taken": command.alone and last is not None and last.is_active,
        "last": None if last is None else {**run_row(app, last), "ended_at": last.ended_at},
    }


# ── launching ──
@require_http_methods(["GET", "HEAD", "POST"])
def launch_page(request: HttpRequest, name: str, command_id: uuid.UUID) -> HttpResponse:
    """Say what a command will do, ask for its values, then launch it, once."""
    app = app_or_404(request, name)
    command = Command.objects.filter(id=command_id).first()
    if command is None:
        raise Http404
    if not may_launch(request.user, command, app):  # type: ignore[arg-type]
        raise MissingRightError(Right.RUN)
    if command.interactive:
        return redirect(f"{reverse('console_new', args=[app.name])}?kind=command-{command.pk}")
    posted = request.POST if request.method == "POST" else None
    form = LaunchForm(posted, command=command, site=app.title, earlier=_earlier_values(request, app, command))
    if posted is not None and form.is_valid():
        return _launch(
            request,
            app,
            lambda: launch_command(
                fleet(),
                actor=actor_of(request),
                app=app,
                command=command,
                values=form.values,
                key=form.cleaned_data["key"],
                own=own(request),
            ),
        )
    context = {
        "sheet": {
            "state": "waking",
            "title": words.said(command, "title"),
            "lead": words.said(command, "purpose"),
            "back": reverse("commands", args=[app.name]),
            "url": reverse("launch", args=[app.name, command.id]),
            "form": form,
        },
        "form": form,
        "when": words.said(command, "when"),
        "points": _points(app, command),
        "template": command.template,
        "is_dangerous": command.risk == Risk.DANGEROUS,
    }
    return render(request, "ops/commands/launch.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def line_page(request: HttpRequest, name: str) -> HttpResponse:
    """Launch a line that an administrator writes."""
    app = app_or_404(request, name)
    require(request, Right.FREE_COMMAND, str(app.pk))
    posted = request.POST if request.method == "POST" else None
    sizes = sorted(size.name for size in (fleet().available_sizes(app.heroku_id) or {}).values())
    form = LineForm(posted, site=app.title, sizes=sizes, line=_earlier_line(request, app))
    if posted is not None and form.is_valid():
        values = form.cleaned_data
        return _launch(
            request,
            app,
            lambda: launch_line(
                fleet(),
                actor=actor_of(request),
                app=app,
                line=values["line"],
                size=values["size"],
                time_to_live=form.time_to_live,
                key=values["key"],
                own=own(request),
            ),
        )
    context = {
        "sheet": {
            "state": "waking",
            "title": _("Lancer une autre commande"),
            "lead": _(
                "Elle tourne dans une copie temporaire du site, avec toutes ses données et toutes ses clés."
            ),
            "back": reverse("commands", args=[app.name]),
            "url": reverse("line", args=[app.name]),
            "form": form,
        },
        "form": form,
        "points": _common_points(app, size="", time_to_live=0),
    }
    return render(request, "ops/commands/line.html", context)


def _launch(request: HttpRequest, app: App, use_case: Callable[[], Run]) -> HttpResponse:
    """Launch, and go to the run's page; where nothing was launched, a sentence says why."""
    try:
        run = use_case()
    except AlreadyLaunchedError as already:
        if not already.same_form:
            messages.warning(request, _already(already.run))
        return redirect("run", name=app.name, run_id=already.run.id)
    except RefusedError as refusal:
        if refusal.reason == "right":
            raise PermissionDenied(reasons.sentence("right")) from refusal
        if refusal.reason == "too_many":
            return too_many(request)
        messages.error(request, reasons.sentence(refusal.reason))
        return redirect("commands", name=app.name)
    return redirect("run", name=app.name, run_id=run.id)


def _already(run: Run) -> str:
    values = {"name": run.actor_name, "ago": ago(run.asked_at, now=fleet().now())}
    return _("Cette commande est déjà lancée par %(name)s %(ago)s. Rien n’a été lancé deux fois.") % values


def _earlier(request: HttpRequest, app: App) -> Run | None:
    """Return the run that is to be repeated, from the address."""
    try:
        run_id = uuid.UUID(str(request.GET.get("again", "")))
    except ValueError:
        return None
    return history.runs_of(app.heroku_id).filter(id=run_id).first()


def _earlier_values(request: HttpRequest, app: App, command: Command) -> dict[str, str]:
    run = _earlier(request, app)
    if run is None or run.command_id != str(command.id):
        return {}
    return {str(name): str(value) for name, value in run.values.items()}


def _earlier_line(request: HttpRequest, app: App) -> str:
    run = _earlier(request, app)
    return run.line if run is not None and not run.command_id else ""


def _points(app: App, command: Command) -> list[dict[str, str]]:
    usual = history.usual_seconds(app.heroku_id, str(command.id))
    said = words.said(command, "confirmation")
    points = [
        {
            "icon": "safe" if command.risk == Risk.SAFE else "alert",
            "title": words.risk_sentence(command.risk),
            "text": said,
        }
    ]
    return [*points, *_common_points(app, size=command.size, time_to_live=command.time_to_live, usual=usual)]


def _common_points(
    app: App, *, size: str, time_to_live: int, usual: float | None = None
) -> list[dict[str, str]]:
    reading = fleet().look(app.heroku_id, patience=PATIENCE).reading
    lasts = _("Elle dure d’habitude %(time)s.") % {"time": duration(usual)} if usual is not None else ""
    limit = _("Heroku l’arrêtera après %(time)s.") % {"time": duration(time_to_live)} if time_to_live else ""
    fir = [_fir_point()] if reading is not None and reading.app.generation == "fir" else []
    return [
        {
            "icon": "people",
            "title": _("Les visiteurs ne remarquent rien."),
            "text": _(
                "La commande tourne dans une copie temporaire, à côté du site ; ses fichiers disparaissent avec elle."
            ),
        },
        {
            "icon": "wait",
            "title": _("Vous pouvez partir : la console la suit jusqu’au bout."),
            "text": " ".join(part for part in (lasts, limit) if part),
        },
        price_point(fleet(), reading, size=size),
        *fir,
    ]


def _fir_point() -> dict[str, str]:
    return {
        "icon": "alert",
        "title": _("Ce que ce site affiche n’est gardé nulle part."),
        "text": _(
            "Ce site est de la génération Fir : Heroku n’y garde pas les journaux. Si la liaison se coupe, des lignes peuvent "
            "manquer, et la fin d’une commande courte peut passer inaperçue."
        ),
    }

"""A run followed to its end: its state in a sentence, what it printed, how to end it; and all the runs of an app."""

import csv
import io
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from opsconsole import heroku
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, actor_of, may, require
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.commands import history, words
from opsconsole.ops.commands.history import Filters
from opsconsole.ops.commands.models import Command
from opsconsole.ops.commands.parameters import from_json
from opsconsole.ops.commands.who import may_launch
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.home import cards
from opsconsole.ops.home.commands import run_row
from opsconsole.ops.home.overview import look_at
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.formats import harmless
from opsconsole.ops.logs.reveal import is_clear
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.oneoffs.output import last_lines, lines_of
from opsconsole.ops.oneoffs.stop import stop
from opsconsole.ops.oneoffs.topics import topic_of
from opsconsole.ops.printed.shown import plain, rich
from opsconsole.ops.ui.dates import duration, number

SHOWN_LINES = 400


def _found(request: HttpRequest, name: str, run_id: uuid.UUID) -> tuple[App, Run]:
    app = app_or_404(request, name)
    run = history.runs_of(app.heroku_id).filter(id=run_id).first()
    if run is None:
        raise Http404
    return app, run


def _clear(request: HttpRequest, app: App) -> bool:
    """Whether this person reads the logs of the app in clear now: what its commands print is shown alike."""
    person = request.user
    now = timezone.now().timestamp()
    return isinstance(person, User) and is_clear(request.session, str(app.pk), person=person, now=now)


@require_safe
def run_page(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """One run, followed live while it goes on."""
    app, run = _found(request, name, run_id)
    [overview] = look_at(fleet(), [app])
    clear = _clear(request, app)
    lines = last_lines(run, SHOWN_LINES)
    shown = sum(text is not None for _at, text in lines)
    title = words.title_of(run)
    usual = history.usual_seconds(app.heroku_id, run.command_id)
    context = {
        "site": cards.site_of(request, overview),
        "topics": f"{app.topic} {topic_of(app.heroku_id)}",
        "run": run,
        "title": title,
        "word": words.word(run),
        "disc": words.disc_of(run),
        "tone": words.tone_of(run),
        "sentence": words.sentence(run, now=overview.now),
        "explained": words.explained(run),
        "usual": words.usual(usual) if run.is_active else "",
        "lines": _numbered(run, lines, clear=clear),
        "more": max(0, run.lines - shown),
        "facts": _facts(run, clear=clear),
        "download": reverse("run_output", args=[app.name, run.id]) if run.lines else "",
        "stop": _stop_url(request, app, run),
        "again": _again_url(request, app, run),
        "draft": _draft_url(request, run),
        "is_clear": clear,
    }
    return render(request, "ops/commands/run.html", context)


def _numbered(run: Run, lines: list[tuple[str, str | None]], *, clear: bool) -> list[dict[str, Any]]:
    """Return the lines with a number that stays theirs while others come."""
    first = run.lines - sum(text is not None for _at, text in lines)
    numbered: list[dict[str, Any]] = []
    for at, text in lines:
        first += text is not None
        if text is None:
            numbered.append({"id": f"h{first}", "hole": _hole(run)})
        else:
            numbered.append({"id": f"o{first}", "html": rich(text, clear=clear), "at": at})
    return numbered


def _hole(run: Run) -> str:
    if run.left_out:
        return ngettext(
            "Des lignes manquent ici : la console en garde le début et la fin (%(count)s ligne laissée de côté).",
            "Des lignes manquent ici : la console en garde le début et la fin (%(count)s lignes laissées de côté).",
            run.left_out,
        ) % {"count": number(run.left_out)}
    return _("Des lignes peuvent manquer ici.")


def _facts(run: Run, *, clear: bool) -> list[tuple[str, str, bool]]:
    status = "" if run.exit_status is None else str(run.exit_status)
    facts = [
        (_("Ligne de commande"), plain(run.line, clear=clear), True),
        (_("Valeurs"), _values(run, clear=clear), False),
        (_("Copie temporaire"), run.dyno_name, True),
        (_("Taille"), run.size, True),
        (_("Durée au plus"), duration(run.time_to_live), False),
        (_("Code de sortie"), status, True),
        (_("Codes de Heroku"), ", ".join(run.detail.get("errors", ())), True),
        (_("Request-Id de Heroku"), str(run.detail.get("request_id", "")), True),
        (_("Réponse d’origine"), str(run.detail.get("message", "")), False),
        (_("Version de la commande"), str(run.command.get("version", "")), False),
    ]
    return [fact for fact in facts if fact[1]]


def _values(run: Run, *, clear: bool) -> str:
    """« Avant le : 2026-01-31, Pour voir : oui »; "" for a command that asked for nothing."""
    told = []
    for parameter in map(from_json, run.command.get("parameters", ())):
        value = str(run.values.get(parameter.name, ""))
        if parameter.kind == "flag":
            value = _("oui") if value else _("non")
        if value:
            said = {"name": parameter.label or parameter.name, "value": plain(value, clear=clear)}
            told.append(_("%(name)s : %(value)s") % said)
    return ", ".join(told)


def _stop_url(request: HttpRequest, app: App, run: Run) -> str:
    can_stop = run.is_active and run.dyno_name and not run.stop_entry_id
    return (
        reverse("run_stop", args=[app.name, run.id])
        if can_stop and may(request.user, Right.RUN, str(app.pk))
        else ""
    )


def _again_url(request: HttpRequest, app: App, run: Run) -> str:
    """The way to launch it again with the same values, for who may, once it is over."""
    if run.is_active:
        return ""
    if not run.command_id:
        may_type = may(request.user, Right.FREE_COMMAND, str(app.pk))
        return f"{reverse('line', args=[app.name])}?again={run.id}" if may_type else ""
    command = Command.objects.filter(id=run.command_id).first()
    if command is None or not may_launch(request.user, command, app):  # type: ignore[arg-type]
        return ""
    return f"{reverse('launch', args=[app.name, command.id])}?again={run.id}"


def _draft_url(request: HttpRequest, run: Run) -> str:
    """Where a help text that was just printed becomes the draft of a command."""
    if run.state != State.DONE or "--help" not in run.line or not may(request.user, Right.COMMANDS):
        return ""
    return f"{reverse('catalogue_new')}?run={run.id}"


@require_safe
def run_output(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponseBase:
    """All that is kept of what a run printed, as text, masked like the page."""
    app, run = _found(request, name, run_id)
    clear = _clear(request, app)
    hole = f"[{_hole(run)}]"
    pieces = (
        f"{hole if text is None else plain(text, clear=clear)}\n".encode() for _at, text in lines_of(run)
    )
    response = StreamingHttpResponse(pieces, content_type="text/plain; charset=utf-8")
    moment = timezone.localtime(run.asked_at)
    response["Content-Disposition"] = f'attachment; filename="{app.name}-{moment:%Y%m%d-%H%M%S}.txt"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def run_stop(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """Say what the end of a run means, then ask for it."""
    app, run = _found(request, name, run_id)
    require(request, Right.RUN, str(app.pk))
    if request.method == "POST":
        return _stop(request, app, run)
    back = reverse("run", args=[app.name, run.id])
    if not run.is_active or not run.dyno_name or run.stop_entry_id:
        return redirect(back)
    points = [
        {
            "icon": "alert",
            "title": _("Ce qu’elle a déjà fait reste fait."),
            "text": _("Elle peut s’arrêter au milieu d’une étape : vérifiez ensuite son effet."),
        },
        {
            "icon": "wait",
            "title": _("Elle a trente secondes pour finir proprement."),
            "text": _("Ensuite Heroku l’interrompt de force, et sa copie temporaire disparaît."),
        },
    ]
    context = {
        "sheet": {
            "state": "falling",
            "title": _("Arrêter « %(title)s » ?") % {"title": words.title_of(run)},
            "lead": words.sentence(run, now=fleet().now()),
            "back": back,
            "url": reverse("run_stop", args=[app.name, run.id]),
            "form": None,
        },
        "points": points,
    }
    return render(request, "ops/commands/stop.html", context)


def _stop(request: HttpRequest, app: App, run: Run) -> HttpResponse:
    try:
        stop(fleet(), actor=actor_of(request), run=run)
    except RefusedError as refusal:
        raise PermissionDenied(reasons.sentence("right")) from refusal
    except NothingToDoError:
        messages.info(
            request, _("Elle est déjà finie, ou son arrêt est déjà demandé : rien n’a été demandé de plus.")
        )
    except heroku.HerokuError:
        messages.error(
            request, _("Heroku n’a pas voulu l’arrêter : elle tourne toujours. Le journal dit pourquoi.")
        )
    return redirect("run", name=app.name, run_id=run.id)


# ── all of them ──
@require_safe
def runs_page(request: HttpRequest, name: str) -> HttpResponse:
    """The runs of an app, the newest first, narrowed by what the address asks for."""
    app = app_or_404(request, name)
    [overview] = look_at(fleet(), [app])
    filters = _filters(request)
    page = Paginator(history.runs_of(app.heroku_id, filters), history.PAGE).get_page(request.GET.get("page"))
    context = {
        "site": cards.site_of(request, overview),
        "filters": filters,
        "runs": [run_row(app, run) for run in page],
        "page": page,
        "query": _query(filters),
        "people": _people(app),
        "commands": _titles(app),
        "export": f"{reverse('runs_export', args=[app.name])}?{_query(filters)}",
    }
    return render(request, "ops/commands/runs.html", context)


def _filters(request: HttpRequest) -> Filters:
    asked = {name: str(request.GET.get(name, ""))[:40] for name in ("command_id", "actor_id", "ended")}
    return Filters(**asked)


def _query(filters: Filters) -> str:
    asked = {
        "command_id": filters.command_id,
        "actor_id": filters.actor_id,
        "ended": filters.ended,
    }
    return urlencode({name: value for name, value in asked.items() if value})


def _people(app: App) -> list[tuple[str, str]]:
    rows = history.runs_of(app.heroku_id).order_by("actor_name").values_list("actor_id", "actor_name")
    return list(dict(rows.distinct()).items())


def _titles(app: App) -> list[tuple[str, str]]:
    rows = (
        history.runs_of(app.heroku_id)
        .exclude(command_id="")
        .order_by("asked_at")
        .values_list("command_id", "title")
    )
    return sorted(dict(rows).items(), key=lambda each: each[1])


@require_safe
def runs_export(request: HttpRequest, name: str) -> HttpResponseBase:
    """The same list as a file for a spreadsheet."""
    app = app_or_404(request, name)
    runs = history.runs_of(app.heroku_id, _filters(request))
    response = StreamingHttpResponse(_csv(list(runs[:10_000])), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = (
        f'attachment; filename="{app.name}-{timezone.localtime():%Y%m%d-%H%M%S}.csv"'
    )
    return response


def _csv(runs: list[Run]) -> Iterator[bytes]:
    titles = [_("Date"), _("Heure"), _("Personne"), _("Commande"), _("Ligne de commande"), _("Résultat")]
    yield _csv_line([*titles, _("Code de sortie"), _("Durée (s)"), _("Copie temporaire")], start="\ufeff")
    for run in runs:
        local = timezone.localtime(run.asked_at)
        yield _csv_line(
            [
                f"{local:%Y-%m-%d}",
                f"{local:%H:%M:%S}",
                run.actor_name,
                words.title_of(run),
                plain(run.line, clear=False),
                words.word(run),
                "" if run.exit_status is None else str(run.exit_status),
                f"{words.seconds_of(run):.1f}" if run.ended_at else "",
                run.dyno_name,
            ]
        )


def _csv_line(cells: list[str], *, start: str = "") -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return (start + line.getvalue()).encode()

"""The consoles of an app: those that are open, the form that opens one, and one on its own page."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opsconsole.live import runtime
from opsconsole.live.socket import LONGEST_KEYS
from opsconsole.ops.access.headers import PASTING_POLICY
from opsconsole.ops.access.models import User
from opsconsole.ops.access.recent import recently_signed_in
from opsconsole.ops.access.rights import Right, actor_of, may, require, session_reference
from opsconsole.ops.changes.answers import own, too_many
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.commands.models import Command
from opsconsole.ops.commands.who import may_launch
from opsconsole.ops.commands.words import said
from opsconsole.ops.console import tickets, watching, words
from opsconsole.ops.console.closing import close_console
from opsconsole.ops.console.forms import OpenForm
from opsconsole.ops.console.kinds import KINDS, ConsoleKind, purpose_of, title_of
from opsconsole.ops.console.models import Console
from opsconsole.ops.console.opening import open_console, why_not_another
from opsconsole.ops.console.phrases import phrases_of
from opsconsole.ops.console.topics import keys_of, screen_of
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.home import cards
from opsconsole.ops.home.overview import look_at
from opsconsole.ops.home.run_price import cost_so_far, price_point
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.oneoffs.launch import AlreadyLaunchedError
from opsconsole.ops.oneoffs.models import ACTIVE, Run, Sort
from opsconsole.ops.oneoffs.topics import topic_of

PATIENCE = 2.2  # seconds that a page waits for what it says of the price
LAST = 5
SHOWN_BY_STREAM = 10**15
"""An event stream holds itself back: the program is never kept waiting for it."""


def found(request: HttpRequest, name: str, run_id: uuid.UUID) -> tuple[App, Run, Console]:
    app = app_or_404(request, name)
    require(request, Right.CONSOLE, str(app.pk))
    console = (
        Console.objects.select_related("run")
        .filter(run_id=run_id, run__app_id=app.heroku_id, run__sort=Sort.CONSOLE)
        .first()
    )
    if console is None:
        raise Http404
    return app, console.run, console


@require_safe
def consoles_page(request: HttpRequest, name: str) -> HttpResponse:
    """Who has a console open here, and the way to open one."""
    app = app_or_404(request, name)
    require(request, Right.CONSOLE, str(app.pk))
    [overview] = look_at(fleet(), [app])
    runs = Run.objects.filter(app_id=app.heroku_id, sort=Sort.CONSOLE).order_by("-asked_at")
    opened = list(runs.filter(state__in=ACTIVE))
    context = {
        "site": cards.site_of(request, overview),
        "topics": f"{app.topic} {topic_of(app.heroku_id)}",
        "opened": [_row(request, app, run) for run in opened],
        "ended": [_row(request, app, run) for run in runs.exclude(state__in=ACTIVE)[:LAST]],
        "kinds": [
            {"name": name, "title": title_of(kind), "purpose": purpose_of(kind), "line": kind.line}
            for name, kind in _kinds(request, app).items()
        ],
        "why_not": reasons.sentence(why_not_another(actor_of(request))),
    }
    return render(request, "ops/console/consoles.html", context)


def _kinds(request: HttpRequest, app: App) -> dict[str, ConsoleKind]:
    """Return ours, then the commands of the catalogue that ask questions on their way."""
    actor = actor_of(request)
    commands = [each for each in Command.objects.filter(interactive=True) if may_launch(actor, each, app)]
    made = (
        ConsoleKind(
            name=f"command-{each.pk}", line=each.template, title=each.title, purpose=said(each, "purpose")
        )
        for each in commands
    )
    return {**KINDS, **{kind.name: kind for kind in made}}


def _row(request: HttpRequest, app: App, run: Run) -> dict[str, Any]:
    """Return what `ops/console/_console.html` draws."""
    now = fleet().now()
    return {
        "title": words.title(run),
        "by": run.actor_name,
        "at": run.asked_at,
        "dyno": run.dyno_name,
        "disc": words.disc_of(run),
        "tone": words.tone_of(run),
        "word": words.word(run),
        "since": (run.up_at or run.asked_at) if run.is_active else None,
        "cost": cost_so_far(fleet(), run, now=now) if run.is_active else "",
        "url": reverse("console", args=[app.name, run.pk]),
        "end": reverse("console_end", args=[app.name, run.pk])
        if run.is_active and not run.stop_entry_id
        else "",
        "is_mine": run.actor_id == str(request.user.pk),
    }


@recently_signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def console_new(request: HttpRequest, name: str) -> HttpResponse:
    """Ask what for, then open one, once."""
    app = app_or_404(request, name)
    require(request, Right.CONSOLE, str(app.pk))
    posted = request.POST if request.method == "POST" else None
    sizes = sorted(size.name for size in (fleet().available_sizes(app.heroku_id) or {}).values())
    kinds = _kinds(request, app)
    form = OpenForm(posted, kinds=kinds, sizes=sizes)
    if posted is not None and form.is_valid():
        return _open(request, app, form)
    asked = str(request.GET.get("kind", ""))
    if posted is None and asked in kinds:
        form.initial["kind"] = asked
    context = {
        "sheet": {
            "state": "waking",
            "title": _("Ouvrir une console sur %(name)s") % {"name": app.title},
            "lead": _("Un programme de votre site vous écoute, ligne par ligne, dans une copie temporaire."),
            "back": reverse("consoles", args=[app.name]),
            "url": reverse("console_new", args=[app.name]),
            "form": form,
        },
        "form": form,
        "points": _points(app),
    }
    return render(request, "ops/console/open.html", context)


def _points(app: App) -> list[dict[str, str]]:
    reading = fleet().look(app.heroku_id, patience=PATIENCE).reading
    return [
        {
            "icon": "alert",
            "title": _("Ce que vous changez dans les données reste changé."),
            "text": _("Il n’y a pas de retour en arrière : lisez deux fois avant d’appuyer sur Entrée."),
        },
        {
            "icon": "people",
            "title": _("Les visiteurs ne remarquent rien."),
            "text": _(
                "La console tourne à côté du site ; les fichiers qu’elle crée disparaissent avec elle."
            ),
        },
        {
            "icon": "safe",
            "title": _("Ce qui s’affiche est enregistré, pas ce qui se tape."),
            "text": _("Le journal garde qui l’a ouverte, quand et pourquoi."),
        },
        price_point(fleet(), reading, size=""),
    ]


def _open(request: HttpRequest, app: App, form: OpenForm) -> HttpResponse:
    try:
        run = open_console(
            fleet(),
            actor=actor_of(request),
            app=app,
            wish=form.wish,
            key=form.cleaned_data["key"],
            own=own(request),
        )
    except AlreadyLaunchedError as already:
        run = already.run
    except RefusedError as refusal:
        if refusal.reason == "right":
            raise PermissionDenied(reasons.sentence("right")) from refusal
        if refusal.reason == "too_many":
            return too_many(request)
        messages.error(request, reasons.sentence(refusal.reason))
        return redirect("consoles", name=app.name)
    return redirect("console", name=app.name, run_id=run.pk)


@require_safe
def console_page(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """One console: its screen, and what to know of it."""
    app, run, console = found(request, name, run_id)
    [overview] = look_at(fleet(), [app])
    person = request.user
    is_mine = isinstance(person, User) and watching.may_type(person, run)
    url = reverse("console", args=[app.name, run.pk])
    kind = KINDS.get(console.kind)
    topic = screen_of(run.pk)
    is_production = app.environment == "production"
    context = {
        "site": cards.site_of(request, overview),
        "topics": f"{app.topic} {topic_of(app.heroku_id)}",
        "run": run,
        "console": console,
        "title": words.title(run),
        "state": words.stage_of(run),
        "disc": words.disc_of(run),
        "tone": words.tone_of(run),
        "sentence": words.sentence(run, is_mine=is_mine, now=overview.now),
        "lead": words.lead(run, is_production=is_production) if is_mine else "",
        "explained": words.explained(run),
        "mode": "simple" if request.GET.get("mode") == "simple" else "terminal",
        "terminal_url": url,
        "simple_url": f"{url}?mode=simple",
        "end_url": reverse("console_end", args=[app.name, run.pk])
        if run.is_active and not run.stop_entry_id and words.stage_of(run) != "ended"
        else "",
        "may_type": is_mine,
        "is_production": is_production,
        "is_shell": kind is not None and kind.is_shell,
        "leave": kind.leave if kind else "",
        "line": run.line,
        "facts": words.facts(run, console),
        "recording_url": reverse("recording", args=[app.name, run.pk])
        if console.recorded_bytes and may(request.user, Right.RECORDINGS, str(app.pk))
        else "",
        "phrases": phrases_of(console.kind),
        "socket": f"/ws/console/{run.pk}/",
        "ticket_url": reverse("console_ticket", args=[app.name, run.pk]),
        "keys_url": reverse("console_keys", args=[app.name, run.pk]),
        "stream_url": f"/stream/?topic={topic}",
        "cols": console.columns,
        "rows": console.rows,
        "again_url": f"{reverse('console_new', args=[app.name])}?kind={console.kind}",
        "detached_url": reverse("commands", args=[app.name]),
    }
    response = render(request, "ops/console/console.html", context)
    response["Permissions-Policy"] = PASTING_POLICY
    return response


@require_POST
def console_ticket(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """Give a ticket for one opening of the socket."""
    _app, run, _console = found(request, name, run_id)
    ticket = tickets.give(
        run_id=run.pk,
        person_id=str(request.user.pk),
        session_ref=session_reference(request.session.session_key),
    )
    return JsonResponse({"ticket": ticket}, headers={"Cache-Control": "no-store"})


@require_POST
def console_keys(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """Take what is typed, or that somebody is there, where no WebSocket can be opened."""
    _app, run, _console = found(request, name, run_id)
    person = request.user
    types = isinstance(person, User) and watching.may_type(person, run)
    keys = str(request.POST.get("keys", ""))
    if len(keys) > LONGEST_KEYS or (keys and not types):
        raise PermissionDenied
    topic = runtime.hub().topic(keys_of(run.pk))
    topic.append(
        {
            "kind": "here",
            "who": f"sse-{session_reference(request.session.session_key)}",
            "name": actor_of(request).name,
            "types": types,
            "shown": SHOWN_BY_STREAM,
        }
    )
    if keys:
        topic.append({"kind": "keys", "text": keys})
    return HttpResponse(status=204)


@require_http_methods(["GET", "HEAD", "POST"])
def console_end(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """Close a console; from the list the question is asked first."""
    app, run, _console = found(request, name, run_id)
    back = reverse("console", args=[app.name, run.pk])
    if request.method == "POST":
        try:
            close_console(fleet(), actor=actor_of(request), run=run)
        except RefusedError as refusal:
            raise PermissionDenied(reasons.sentence("right")) from refusal
        except NothingToDoError:
            messages.info(request, _("Elle est déjà fermée, ou se ferme : rien n’a été demandé de plus."))
        return redirect(back)
    if not run.is_active or run.stop_entry_id:
        return redirect(back)
    points = [
        {
            "icon": "alert",
            "title": _("Ce qui tourne dans cette console s’arrête."),
            "text": _("Ce qui a déjà été changé dans les données reste changé."),
        },
        {
            "icon": "info",
            "title": _("Ses fichiers disparaissent avec la copie temporaire."),
            "text": _("Ce qui s’est affiché reste dans l’enregistrement."),
        },
    ]
    context = {
        "sheet": {
            "state": "falling",
            "title": _("Fermer cette console ?"),
            "lead": words.sentence(run, is_mine=run.actor_id == str(request.user.pk), now=fleet().now()),
            "back": back,
            "url": reverse("console_end", args=[app.name, run.pk]),
            "form": None,
        },
        "points": points,
    }
    return render(request, "ops/console/end.html", context)

"""Sleep, wake, reopen: each view authorises, validates, calls one use case, and sends back to the app's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opsconsole.ops.access.rights import Right, actor_of, may
from opsconsole.ops.changes.answers import attempt, may_or_denied, own, sheltered, why_not
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.scaling import sheet
from opsconsole.ops.scaling.forms import SleepForm, WakeForm
from opsconsole.ops.scaling.plan import types_to_sleep
from opsconsole.ops.scaling.reopen import reopen
from opsconsole.ops.scaling.sleep import sleep
from opsconsole.ops.scaling.wake import SiteQuantityNeededError, remembered, wake

PATIENCE = 2.2
FORBIDDEN, CONFLICT, UNAVAILABLE = 403, 409, 503


@require_http_methods(["GET", "HEAD", "POST"])
def sleep_sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Say what a sleep will do, then do it."""
    app = app_or_404(request, name)
    form = SleepForm(request.POST if request.method == "POST" else None, app=app)
    if request.method == "POST" and (
        form.is_valid() or not may(request.user, Right.SLEEP, str(app.heroku_id))
    ):
        with_page = form.cleaned_data.get("page") == "pause" if form.is_valid() else False
        return attempt(
            request,
            app,
            lambda: sleep(fleet(), actor=actor_of(request), app=app, with_page=with_page, own=own(request)),
            nothing_to_do=_("Le site est déjà en veille : rien n’a été demandé."),
        )
    may_or_denied(request, Right.SLEEP, app)
    return render(request, "ops/scaling/sleep.html", sleep_context(app, form))


def sleep_context(app: App, form: SleepForm) -> dict[str, object]:
    now = fleet().now()
    facts = sheet.gather(fleet(), app=app, patience=PATIENCE)
    reading = facts.reading
    running = types_to_sleep(reading.formation) if reading else ()
    return {
        "sheet": {
            "state": "falling",
            "title": _("Mettre « %(name)s » en veille ?") % {"name": app.title},
            "lead": sheet.lead(app),
            "back": reverse("app", args=[app.name]),
            "url": reverse("sleep", args=[app.name]),
            "form": form,
        },
        "app": app,
        "form": form,
        "page": form["page"].value() or "pause",
        "points": sheet.points(reading, addons=facts.addons, now=now, names=app.process_names())
        if reading
        else [],
        "prices": sheet.prices(reading, sizes=facts.sizes) if reading else None,
        "read_at": reading.read_at if reading else None,
        "why_not": why_not(app, is_read=reading is not None)
        or sheltered(app, [entry.type for entry in running]),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def wake_sheet(request: HttpRequest, name: str) -> HttpResponse:
    """Wake at once where a sleep remembers how; else ask how large the site shall be."""
    app = app_or_404(request, name)
    asks = "quantity" in request.POST
    form = WakeForm(request.POST if asks else None)
    if request.method == "POST" and (
        not asks or form.is_valid() or not may(request.user, Right.WAKE, str(app.heroku_id))
    ):
        quantity = form.cleaned_data.get("quantity") if asks else None
        try:
            return attempt(
                request,
                app,
                lambda: wake(
                    fleet(), actor=actor_of(request), app=app, site_quantity=quantity, own=own(request)
                ),
                nothing_to_do=_("Le site est déjà éveillé : rien n’a été demandé."),
            )
        except SiteQuantityNeededError:
            return redirect("wake", name=app.name)
    may_or_denied(request, Right.WAKE, app)
    memory = remembered(app)
    context = {
        "sheet": {
            "state": "waking",
            "title": _("Réveiller « %(name)s » ?") % {"name": app.title},
            "lead": _("La console rendra ce qui tournait : %(formation)s.")
            % {"formation": sheet.formation_in_words(memory, app.process_names())}
            if memory
            else _(
                "La console ne sait pas ce qui tournait avant : ce n’est pas elle qui a mis le site en veille."
            ),
            "back": reverse("app", args=[app.name]),
            "url": reverse("wake", args=[app.name]),
            "form": form,
        },
        "form": form,
        "asks": not any(entry.type == "web" for entry in memory),
    }
    return render(request, "ops/scaling/wake.html", context)


@require_POST
def reopen_app(request: HttpRequest, name: str) -> HttpResponse:
    """Take an app out of maintenance."""
    app = app_or_404(request, name)
    return attempt(
        request,
        app,
        lambda: reopen(fleet(), actor=actor_of(request), app=app, own=own(request)),
        nothing_to_do=_("Le site est déjà ouvert : rien n’a été demandé."),
    )

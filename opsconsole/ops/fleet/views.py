"""The pages of sites: which are shown, what they and their process types are called, what is protected."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, actor_of, may, only_with, require
from opsconsole.ops.fleet import describe
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.forms import AppForm, AppsForm
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.journal.change import RefusedError

PATIENCE = 2.2  # seconds that a page waits for Heroku; with everything else it stays below three


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.PROTECT)
def apps_page(request: HttpRequest) -> HttpResponse:
    """Every app that the token sees, to pick those that are shown; then those that it sees no more."""
    if request.method != "POST":
        note_apps(fleet(), total=PATIENCE)
    apps = [app for app in App.objects.all() if may(request.user, Right.SEE, str(app.pk))]
    listed = [app for app in apps if app.listed]
    form = AppsForm(request.POST if request.method == "POST" else None, apps=listed)
    if request.method == "POST":
        require(request, Right.APPS)
        if form.is_valid():
            return _arrange(request, form)
    context = {
        "form": form,
        "rows": form.app_fields(),
        "gone": [app for app in apps if not app.listed],
        "listed_at": fleet().listed_at,
        "may_describe": may(request.user, Right.APPS),
    }
    return render(request, "ops/fleet/apps.html", context)


def _arrange(request: HttpRequest, form: AppsForm) -> HttpResponse:
    changed = form.changed_apps()
    for app, values in changed.items():
        wanted = replace(describe.description_of(app, process_types=()), **values)
        _describe(request, app, wanted)
    if changed:
        messages.success(request, _("La liste des sites est enregistrée."))
    else:
        messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
    return redirect("settings_apps")


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.PROTECT)
def app_settings(request: HttpRequest, heroku_id: UUID) -> HttpResponse:
    """One app: its name, its environment, its process types, what is protected, who sees it."""
    app = _found(request, heroku_id)
    may_describe = may(request.user, Right.APPS)
    present = describe.description_of(app, process_types=_process_types(app))
    form = AppForm(
        request.POST if request.method == "POST" else None, present=present, may_describe=may_describe
    )
    if form.is_valid():
        if _describe(request, app, form.wanted()):
            messages.success(request, _("Les réglages du site sont enregistrés."))
        else:
            messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
        return redirect("settings_app", heroku_id=app.pk)
    context = {
        "app": app,
        "form": form,
        "types": form.type_fields(),
        "may_describe": may_describe,
        "limited": _limited_people(app) if may(request.user, Right.PEOPLE) else None,
        "is_read": fleet().known(app.pk).reading is not None,
    }
    return render(request, "ops/fleet/app.html", context)


@require_POST
@only_with(Right.APPS)
def rename_noted(request: HttpRequest, heroku_id: UUID) -> HttpResponse:
    """Take note of an app's new name: nobody is told of it any more."""
    app = _found(request, heroku_id)
    try:
        describe.take_note(app, actor=actor_of(request), now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    fleet().tell(app.pk)
    if "app_page" in request.POST:
        return redirect("app", name=app.name)
    return redirect("settings_app", heroku_id=app.pk)


@require_POST
@only_with(Right.APPS)
def forget_app(request: HttpRequest, heroku_id: UUID) -> HttpResponse:
    """Forget an app that the token sees no more."""
    app = _found(request, heroku_id)
    try:
        forgotten = describe.forget(app, actor=actor_of(request), now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    if forgotten:
        messages.success(request, _("%(name)s est oublié, avec ses réglages.") % {"name": app.title})
    else:
        messages.warning(request, _("Heroku montre toujours ce site : il n’a pas été oublié."))
    return redirect("settings_apps")


def _found(request: HttpRequest, heroku_id: UUID) -> App:
    """Return an app, hidden or vanished ones too, that this person may see; any other is a 404."""
    app = App.objects.filter(pk=heroku_id).prefetch_related("process_types").first()
    if app is None or not may(request.user, Right.SEE, str(heroku_id)):
        raise Http404(str(heroku_id))
    return app


def _process_types(app: App) -> set[str]:
    """Return the process types that Heroku knows, or those that somebody has described where it has not told them."""
    reading = fleet().look(app.pk, patience=PATIENCE).reading if app.listed else None
    if reading is None:
        return {row.name for row in app.process_types.all()}
    return {entry.type for entry in reading.formation}


def _describe(request: HttpRequest, app: App, wanted: describe.Description) -> bool:
    try:
        changed = describe.describe(app, actor=actor_of(request), wanted=wanted, now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    if changed:
        fleet().tell(app.pk)
    return changed


def _limited_people(app: App) -> list[User]:
    """Return who sees this app because they were given it; everybody else who can sign in sees every app."""
    return list(User.objects.filter(limited=True, is_active=True, grants__app_id=app.pk))

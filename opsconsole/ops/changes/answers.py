"""What a view answers when somebody asks for a change: one use case is called, its outcome becomes a sentence and a page."""

from collections.abc import Callable, Collection, Iterable
from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from opsconsole.ops.access.rights import Right, require
from opsconsole.ops.changes import guards
from opsconsole.ops.changes.ask import ImpossibleError, NothingToDoError, NotReadError
from opsconsole.ops.changes.lease import AlreadyRequestedError
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.changes.pace import MINUTE
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.words import several
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action
from opsconsole.ops.ui.dates import ago


def attempt(
    request: HttpRequest,
    app: App,
    use_case: Callable[[], None],
    *,
    nothing_to_do: str,
    beside: Collection[str] = (),
) -> HttpResponse:
    """Call a use case and return to the app's page, with a sentence for whatever kept it from being done.

    Refusals for a reason in `beside` are raised on: the page that asked tells them beside its fields.
    """
    try:
        use_case()
    except RefusedError as refusal:
        if refusal.reason in beside:
            raise
        if refusal.reason == "right":
            raise PermissionDenied(reasons.sentence("right")) from refusal
        if refusal.reason == "too_many":
            return too_many(request)
        messages.error(request, refused(app, refusal))
    except AlreadyRequestedError as already:
        messages.warning(request, already_requested(already.change))
    except NotReadError:
        if "not_read" in beside:
            raise
        # else the journal has it, and the app's page tells what the journal has
    except ImpossibleError as impossible:
        messages.error(request, reasons.sentence(impossible.reason))
    except NothingToDoError:
        messages.info(request, nothing_to_do)
    return redirect("app", name=app.name)


def refused(app: App, refusal: RefusedError) -> str:
    """Return why the console refused, with the names that this app's process types have here."""
    if refusal.types:
        return reasons.protected_types(several(refusal.types, app.process_names()))
    return reasons.sentence(refusal.reason)


def too_many(request: HttpRequest) -> HttpResponse:
    answer = render(request, "ops/access/too_many_requests.html", status=HTTPStatus.TOO_MANY_REQUESTS)
    answer.headers["Retry-After"] = str(int(MINUTE.total_seconds()))
    return answer


def already_requested(change: ChangeInProgress) -> str:
    """« Déjà demandé par Marc il y a 3 s : rien n’a été lancé deux fois. »"""
    what = {
        Action.SLEEP: _("La mise en veille est déjà demandée"),
        Action.WAKE: _("Le réveil est déjà demandé"),
        Action.REOPEN: _("La réouverture est déjà demandée"),
        Action.RESTART: _("Un redémarrage est déjà demandé"),
        Action.STOP: _("Un arrêt est déjà demandé"),
        Action.SCALE: _("Un changement de taille est déjà demandé"),
    }[Action(change.action)]
    values = {"what": what, "name": change.actor_name, "ago": ago(change.started_at, now=fleet().now())}
    return _("%(what)s par %(name)s %(ago)s. Rien n’a été lancé deux fois.") % values


def may_or_denied(request: HttpRequest, right: Right, app: App) -> None:
    """Raise MissingRightError for who may not do this to this app."""
    require(request, right, str(app.heroku_id))


def own(request: HttpRequest) -> guards.Own:
    return guards.own_identity(host=request.get_host())


def sheltered(app: App, types: Iterable[str]) -> str:
    """Return why some process types cannot be changed: those of them that are protected; "" when they can."""
    protected = guards.protected_among(app, types)
    return reasons.protected_types(several(protected, app.process_names())) if protected else ""


def why_not(app: App, *, is_read: bool) -> str:
    """Return why nothing can be asked of Heroku now, "" when it can."""
    failure = fleet().known(app.heroku_id).failure
    if failure is None:
        return "" if is_read else _("Possible dès que Heroku aura dit ce qui tourne.")
    if failure.kind == "unreachable":
        return _("Possible dès que Heroku répondra.")
    if failure.kind == "rate_limited":
        return _("Possible dès que Heroku ne nous fera plus patienter.")
    return _("Impossible tant que Heroku nous refuse l’accès à ce site.")

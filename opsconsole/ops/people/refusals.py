"""A page or a gesture refused for want of a right is written down: one entry for each refusal, in this one place."""

from contextlib import suppress

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.defaults import permission_denied

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import MissingRightError, Right, actor_of, may
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import NO_APP, Intent, RefusedError, Subject, refuse
from opsconsole.ops.journal.models import Action

LONGEST_PATH = 200


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django calls this through `handler403` of the URL conf, whatever view said no."""
    if _is_news(request, exception):
        _note(request, exception)
    return permission_denied(request, exception)


def _is_news(request: HttpRequest, exception: Exception) -> bool:
    """Tell whether somebody we know was refused, and no use case has already written it down."""
    return (
        isinstance(exception, PermissionDenied)
        and not isinstance(exception.__cause__, RefusedError)
        and isinstance(request.user, User)
    )


def _note(request: HttpRequest, exception: Exception) -> None:
    after = {"path": request.path[:LONGEST_PATH]}
    if isinstance(exception, MissingRightError):
        after["right"] = exception.right
    intent = Intent(action=Action.OPEN_PAGE, subject=_subject(request), after=after)
    with suppress(RefusedError):
        refuse(actor_of(request), intent=intent, reason="right", now=timezone.now())


def _subject(request: HttpRequest) -> Subject:
    """Return the app that the address names, as far as this person may know of it."""
    name = request.resolver_match.kwargs.get("name") if request.resolver_match else None
    app = App.objects.filter(name=name).first() if name else None
    return subject_of(app) if app and may(request.user, Right.SEE, str(app.heroku_id)) else NO_APP

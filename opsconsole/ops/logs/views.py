"""Taking a log out, showing it in clear, and the list of every error that the console explains."""

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from opsconsole.live import runtime
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, actor_of, require
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.logs import export
from opsconsole.ops.logs.explain import FAMILIES, term
from opsconsole.ops.logs.filters import Filters
from opsconsole.ops.logs.items import gather
from opsconsole.ops.logs.render import anchor
from opsconsole.ops.logs.reveal import hide, is_clear, reveal
from opsconsole.ops.logs.shelf import look
from opsconsole.ops.logs.shows import voice_of

PATIENCE = 5.0
DOWNLOADS_A_MINUTE = 30
MINUTE = 60


@require_safe
def logs_download(request: HttpRequest, name: str) -> HttpResponseBase:
    """All the lines that the address keeps, as a file; masked like the page."""
    app = app_or_404(request, name)
    if _is_too_fast(request):
        return _too_many(request)
    person = request.user
    clear = isinstance(person, User) and is_clear(
        request.session, str(app.pk), person=person, now=timezone.now().timestamp()
    )
    format_ = export.CSV if request.GET.get("format") == export.CSV else export.TEXT
    voice = voice_of(app, language=translation.get_language() or "fr", clear=clear)
    shelf = look(runtime.hub(), app.heroku_id, patience=PATIENCE)
    filters = Filters.read(request.GET)
    kept = [item for item in gather(shelf.records, shelf.groups) if filters.keeps(item, voice)]
    pieces = list(export.write(kept, voice, format_=format_))
    response = StreamingHttpResponse(iter(pieces), content_type=export.CONTENT_TYPES[format_])
    moment = timezone.localtime()
    response["Content-Disposition"] = (
        f'attachment; filename="{app.name}-{moment:%Y%m%d-%H%M%S}.{export.SUFFIXES[format_]}"'
    )
    return response


def _is_too_fast(request: HttpRequest) -> bool:
    """Count this person's downloads of the present minute."""
    key = f"log-downloads:{request.user.pk}:{int(timezone.now().timestamp() // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    return cache.incr(key) > DOWNLOADS_A_MINUTE


def _too_many(request: HttpRequest) -> HttpResponse:
    response = render(request, "ops/access/too_many_requests.html", status=429)
    response["Retry-After"] = str(MINUTE)
    return response


@require_POST
def logs_reveal(request: HttpRequest, name: str) -> HttpResponse:
    """Show masked parts in clear for five minutes, or mask them again."""
    app = app_or_404(request, name)
    require(request, Right.REVEAL, str(app.pk))
    back = Filters.read(request.POST).query()
    if request.POST.get("hide"):
        hide(request.session, app=app)
        messages.info(request, _("Les données personnelles sont de nouveau masquées."))
    else:
        try:
            reveal(request.session, actor=actor_of(request), app=app, now=timezone.now())
        except RefusedError as refusal:
            raise PermissionDenied from refusal
    response = redirect("logs", name=app.name)
    response["Location"] += back
    return response


@require_safe
def log_codes(request: HttpRequest) -> HttpResponse:
    """Every error that the console explains, by family."""
    titles = {
        "routing": _("Ce que dit l’aiguillage de Heroku (codes H)"),
        "dynos": _("Ce que disent les dynos (codes R, arrêts)"),
        "apps": _("Ce que dit le site lui-même"),
        "logs": _("Ce que disent les journaux (codes L)"),
    }
    families = [
        {
            "title": titles[family],
            "codes": [
                {"term": term(key), "anchor": anchor(key), "explained": each} for key, each in codes.items()
            ],
        }
        for family, codes in FAMILIES.items()
    ]
    return render(request, "ops/logs/codes.html", {"families": families})

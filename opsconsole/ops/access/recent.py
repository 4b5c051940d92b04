"""What weighs most is asked of somebody who proved their password less than five minutes ago: they may have left their desk."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode, urlsplit

from allauth.account import app_settings
from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

PROVED = "password_proved_at"

View = Callable[..., HttpResponse]


def note_proof(session: SessionBase, *, now: float) -> None:
    """Remember when (seconds since 1970) the person of this session last typed their password."""
    session[PROVED] = int(now)


def is_recent(session: SessionBase, *, now: float) -> bool:
    return bool(0 <= now - session.get(PROVED, 0) < app_settings.REAUTHENTICATION_TIMEOUT)


def recently_signed_in(view: View) -> View:
    """Ask for the password first where it was not proved lately, then come back to the view.

    What was posted too late is not done: the person comes back to the form that they sent.
    """

    @wraps(view)
    def asked_first(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
        if is_recent(request.session, now=time.time()):
            return view(request, *args, **values)
        if request.method == "POST":
            messages.warning(
                request, _("Rien n’a encore été changé : confirmez que c’est vous, puis recommencez.")
            )
        query = urlencode({"next": _page_to_come_back_to(request)})
        return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{query}")

    return asked_first


def _page_to_come_back_to(request: HttpRequest) -> str:
    """Return the page that was asked for, or the one whose form was posted: its target may take no GET."""
    if request.method in {"GET", "HEAD"}:
        return request.get_full_path()
    form_page = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        form_page, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    parts = urlsplit(form_page if is_ours else "")
    if not parts.netloc:
        return request.get_full_path()
    return parts._replace(scheme="", netloc="", fragment="").geturl() or "/"

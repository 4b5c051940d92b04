"""How long a session lasts: it ends 30 minutes after the person's last act, and 12 hours after signing in.

The limits are kept on the server, in the session itself: the cookie's own age proves nothing.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from opsconsole.ops.access.models import User

WRITE_EVERY_SECONDS = 60
STARTED = "signed_in_at"
SEEN = "seen_at"
ENDING = "opsconsole.session_ending"


class Ending(StrEnum):
    """Why a session ended by itself; also the value of `ended=` on the way to the sign-in page."""

    IDLE = "idle"
    ABSOLUTE = "absolute"


def begin(session: SessionBase, *, now: float) -> None:
    """Start both clocks (seconds since 1970); the cookie itself lives as long as the browser."""
    session[STARTED] = session[SEEN] = int(now)
    session.set_expiry(0)


def ending_of(session: SessionBase | dict[str, Any], *, now: float) -> Ending | None:
    """Return why the session is over, None while it lasts."""
    started = session.get(STARTED, now)
    if now - started >= settings.SESSION_ABSOLUTE_SECONDS:
        return Ending.ABSOLUTE
    if now - session.get(SEEN, started) >= settings.SESSION_IDLE_SECONDS:
        return Ending.IDLE
    return None


def open_sessions(person: User, *, now: float) -> list[str]:
    """Return the keys of the sessions in which somebody is signed in."""
    kept = Session.objects.filter(expire_date__gt=datetime.fromtimestamp(now, UTC))
    decoded = ((session.session_key, session.get_decoded()) for session in kept.iterator())
    return [
        key
        for key, values in decoded
        if values.get(SESSION_KEY) == str(person.pk) and not ending_of(values, now=now)
    ]


def end_all(person: User, *, now: float) -> None:
    """Sign somebody out everywhere: pages at once, streams when they are next checked."""
    Session.objects.filter(session_key__in=open_sessions(person, now=now)).delete()


def limit_sessions(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Sign out whoever stayed too long, and note that somebody is there.

    A page that the event stream refreshes says `X-Pushed: 1`: nobody did anything, so it does not count.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = time.time()
            ending = ending_of(request.session, now=now)
            if ending:
                logout(request)
                request.META[ENDING] = ending
            elif request.headers.get("X-Pushed") != "1":
                _note_activity(request.session, now=now)
        return get_response(request)

    return middleware


def _note_activity(session: SessionBase, *, now: float) -> None:
    if STARTED not in session:
        begin(session, now=now)
    elif now - session[SEEN] >= WRITE_EVERY_SECONDS:
        session[SEEN] = int(now)


class SignInRequired(LoginRequiredMiddleware):
    """Send strangers to the sign-in page and back, saying why when their session has just ended."""

    def handle_no_permission(  # type: ignore[override]  # htmx has a redirect of its own
        self,
        request: HttpRequest,
        view_func: Callable[..., Any],  # noqa: ARG002
    ) -> HttpResponse:
        query = {"next": _page_to_come_back_to(request)}
        if ending := request.META.get(ENDING):
            query["ended"] = ending
        url = f"{reverse('account_login')}?{urlencode(query)}"
        # htmx would put the sign-in page inside the page: it is told to leave it instead.
        return HttpResponseClientRedirect(url) if HtmxDetails(request) else HttpResponseRedirect(url)


def _page_to_come_back_to(request: HttpRequest) -> str:
    htmx = HtmxDetails(request)
    if htmx:
        return htmx.current_url_abs_path or "/"
    # What was posted is lost, and its address may not be readable: home is where they can start again.
    return request.get_full_path() if request.method in {"GET", "HEAD"} else "/"

"""Who may open an event stream, and go on reading it: asked at the edge, outside Django's middleware.

The same rules as for a page: Host, Origin, session with its limits, active person, right. Nothing is written:
an open stream does not prolong a session.
"""

import json
import re
import time
from importlib import import_module
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host

from opsconsole.live.stream import Grant, Refusal, StreamRequest
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, may, only_apps
from opsconsole.ops.access.sessions import ending_of

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

FLEET = "fleet"
APP_TOPIC = re.compile(r"app:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})")


def authorise(request: StreamRequest) -> Grant | Refusal:
    """Grant the topics that this person may follow; blocks on the database, leaves no connection behind."""
    host = request.headers.get("host", "")
    if not _is_ours(host):
        return Refusal(400, "Adresse inconnue. Unknown host.")
    if not _comes_from(request.headers.get("origin"), host=host):
        return Refusal(403, "Cette page n’est pas de la console. This page is not the console’s.")
    try:
        person = _signed_in(parse_cookie(request.headers.get("cookie", "")), now=time.time())
        if person is None:
            return Refusal(401, "Connectez-vous. Please sign in.")
        if not may(person, Right.SEE):
            return Refusal(403, "Votre profil ne le permet pas. Your profile does not allow it.")
        return _grant(person, request.topics)
    finally:
        close_old_connections()


def _is_ours(host: str) -> bool:
    name, _port = split_domain_port(host)
    return bool(name) and validate_host(name, settings.ALLOWED_HOSTS)


def _comes_from(origin: str | None, *, host: str) -> bool:
    """Accept our own pages, and the absence of Origin: browsers send none when a page reads its own host."""
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"https", "http"} and parts.netloc.lower() == host.lower()


def _signed_in(cookies: dict[str, str], *, now: float) -> User | None:
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None
    session = cast("SessionBase", import_module(settings.SESSION_ENGINE).SessionStore(key))
    if ending_of(session, now=now):
        return None
    request = HttpRequest()
    request.session = session
    person = get_user(request)
    return None if isinstance(person, AnonymousUser) else person


def _grant(person: User, topics: tuple[str, ...]) -> Grant:
    followed = frozenset(topic for topic in topics if _may_follow(person, topic))
    only = only_apps(person)
    if only is None:
        return Grant(person=str(person.pk), topics=followed)
    return Grant(person=str(person.pk), topics=followed, hides=lambda data: _is_of_another_app(data, only))


def _is_of_another_app(data: str, only: frozenset[str]) -> bool:
    """Tell whether an event names an app that its reader may not see: the list of apps is one topic for everybody."""
    app = json.loads(data).get("app")
    return app is not None and app not in only


def _may_follow(person: User, topic: str) -> bool:
    if topic == FLEET:
        return True
    app = APP_TOPIC.fullmatch(topic)
    return app is not None and may(person, Right.SEE, app[1])

"""Who may open an event stream, and go on reading it: asked at the edge, outside Django's middleware.

The same rules as for a page: Host, Origin, session with its limits, active person, right. Nothing is written:
an open stream does not prolong a session.
"""

import json
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser
from django.db import close_old_connections
from django.http import HttpRequest, parse_cookie
from django.http.request import split_domain_port, validate_host

from opsconsole.live.session import Show
from opsconsole.live.stream import Grant, Refusal, StreamRequest
from opsconsole.live.topics import Event, Topic
from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Right, may, only_apps
from opsconsole.ops.access.sessions import ending_of
from opsconsole.ops.ui.language import chosen_language

if TYPE_CHECKING:
    from django.contrib.sessions.backends.base import SessionBase

FLEET = "fleet"
APP_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who reads a stream, and in which language; `session` is what their browser's session keeps."""

    person: User
    language: str
    session: "SessionBase"


MakeShow = Callable[[Reader, str], Show]
"""Makes what turns the events of a topic `prefix:<app uuid>` into what this reader gets; asked with the UUID."""
Shows = Mapping[str, MakeShow]


Gates = Mapping[str, Callable[[User, str], bool]]
"""Who may follow a topic `prefix:<uuid>` that is no app's; asked with the UUID."""
NO_SHOWS: Shows = MappingProxyType({})
NO_GATES: Gates = MappingProxyType({})


def authorise(request: StreamRequest, *, shows: Shows = NO_SHOWS, gates: Gates = NO_GATES) -> Grant | Refusal:
    """Grant the topics that this person may follow; blocks on the database, leaves no connection behind.

    `shows`: the families of topics of an app, besides `app:`, that may be followed, and how their events are shown.
    """
    try:
        reader = identify(request.headers)
        return reader if isinstance(reader, Refusal) else _grant(reader, request.topics, shows, gates)
    finally:
        close_old_connections()


def identify(headers: Mapping[str, str], *, needs_origin: bool = False) -> Reader | Refusal:
    """Return who sends a request to the edge, by the same rules as for a page; blocks on the database.

    `needs_origin`: browsers always name the page that opens a WebSocket, so a request without is none of theirs.
    """
    host, origin = headers.get("host", ""), headers.get("origin")
    if not _is_ours(host):
        return Refusal(400, "Adresse inconnue. Unknown host.")
    if (needs_origin and origin is None) or not _comes_from(origin, host=host):
        return Refusal(403, "Cette page n’est pas de la console. This page is not the console’s.")
    cookies = parse_cookie(headers.get("cookie", ""))
    session = _session_of(cookies)
    person = _signed_in(session, now=time.time())
    if person is None or session is None:
        return Refusal(401, "Connectez-vous. Please sign in.")
    if not may(person, Right.SEE):
        return Refusal(403, "Votre profil ne le permet pas. Your profile does not allow it.")
    return Reader(person=person, language=chosen_language(cookies), session=session)


def _is_ours(host: str) -> bool:
    name, _port = split_domain_port(host)
    return bool(name) and validate_host(name, settings.ALLOWED_HOSTS)


def _comes_from(origin: str | None, *, host: str) -> bool:
    """Accept our own pages, and the absence of Origin: browsers send none when a page reads its own host."""
    if origin is None:
        return True
    parts = urlsplit(origin)
    return parts.scheme in {"https", "http"} and parts.netloc.lower() == host.lower()


def _signed_in(session: "SessionBase | None", *, now: float) -> User | None:
    if session is None or ending_of(session, now=now):
        return None
    request = HttpRequest()
    request.session = session
    person = get_user(request)
    return None if isinstance(person, AnonymousUser) else person


def _session_of(cookies: dict[str, str]) -> "SessionBase | None":
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    return cast("SessionBase", import_module(settings.SESSION_ENGINE).SessionStore(key)) if key else None


def _grant(reader: Reader, topics: tuple[str, ...], shows: Shows, gates: Gates) -> Grant:
    person = reader.person
    followed = frozenset(topic for topic in topics if _may_follow(person, topic, shows, gates))
    made = {topic: _make_show(topic, reader, shows) for topic in followed}
    if not any(made.values()):
        return Grant(person=str(person.pk), topics=followed)

    def show(topic: Topic, event: Event) -> str | None:
        shown = made.get(topic.name)
        return event.data if shown is None else shown(topic, event)

    return Grant(person=str(person.pk), topics=followed, show=show)


def _make_show(topic: str, reader: Reader, shows: Shows) -> Show | None:
    only = only_apps(reader.person)
    if topic == FLEET:
        return None if only is None else lambda _topic, event: _unless_of_another_app(event.data, only)
    prefix, _colon, app_id = topic.partition(":")
    return shows[prefix](reader, app_id) if prefix in shows else None


def _unless_of_another_app(data: str, only: frozenset[str]) -> str | None:
    """Keep back an event that names an app that its reader may not see: the list of apps is one topic for everybody."""
    app = json.loads(data).get("app")
    return data if app is None or app in only else None


def _may_follow(person: User, topic: str, shows: Shows, gates: Gates) -> bool:
    if topic == FLEET:
        return True
    prefix, _colon, uuid = topic.partition(":")
    if APP_ID.fullmatch(uuid) is None:
        return False
    if prefix in gates:
        return gates[prefix](person, uuid)
    return prefix in {"app", *shows} and may(person, Right.SEE, uuid)

"""Log drains: kept, never called (Platform API: log-drain)."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .answer import Answer, invalid, not_found
from .call import identify_app
from .clock import format_time
from .world import Drain

if TYPE_CHECKING:
    from .call import Call
    from .world import App

MOST_DRAINS = 5


def describe_drain(app: App, drain: Drain) -> dict[str, object]:
    owner = next((addon for addon in app.addons if addon.name == drain.addon), None)
    created = format_time(drain.created_at)
    return {
        "addon": {"id": owner.id, "name": owner.name, "app": identify_app(app)} if owner else None,
        "app": identify_app(app),
        "created_at": created,
        "id": drain.id,
        "token": drain.token,
        "updated_at": created,
        "url": drain.url,
    }


def list_drains(call: Call) -> Answer:
    app = call.app
    return Answer(body=[describe_drain(app, drain) for drain in app.drains], sortable=("id",))


def show_drain(call: Call) -> Answer:
    return Answer(body=describe_drain(call.app, _find_drain(call)))


def create_drain(call: Call) -> Answer:
    app, url = call.app, call.read_string("url")
    if urlsplit(url).scheme not in ("https", "http", "syslog", "syslog+tls"):
        raise invalid("Invalid URL")
    if any(drain.url == url for drain in app.drains):
        raise invalid("Url has already been taken")
    if len(app.drains) >= MOST_DRAINS:
        raise invalid(f"You have reached the limit of {MOST_DRAINS} drains for this app.")
    drain = Drain(url=url, created_at=call.now)
    app.drains.append(drain)
    return Answer(201, describe_drain(app, drain))


def delete_drain(call: Call) -> Answer:
    app, drain = call.app, _find_drain(call)
    app.drains.remove(drain)
    return Answer(body=describe_drain(app, drain))


def _find_drain(call: Call) -> Drain:
    identity = call.path["drain"]
    for drain in call.app.drains:
        if identity in (drain.id, drain.token, drain.url):
            return drain
    raise not_found("drain")

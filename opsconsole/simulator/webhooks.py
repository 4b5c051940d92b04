"""App webhooks: kept, never called (Platform API: app-webhook, under its own Accept variant)."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from .answer import Answer, invalid, not_found
from .call import identify_app
from .clock import format_time
from .world import Webhook

if TYPE_CHECKING:
    from .call import Call
    from .world import App

MOST_WEBHOOKS = 10
ENTITIES = (
    *("addon-attachment", "addon", "app", "build", "collaborator"),
    *("domain", "dyno", "formation", "release", "sni-endpoint"),
)
INCLUDES = frozenset(f"api:{entity}" for entity in ENTITIES)


def describe_webhook(app: App, webhook: Webhook) -> dict[str, object]:
    return {
        "app": identify_app(app),
        "created_at": format_time(webhook.created_at),
        "id": webhook.id,
        "include": webhook.include,
        "level": webhook.level,
        "updated_at": format_time(webhook.updated_at),
        "url": webhook.url,
    }


def list_webhooks(call: Call) -> Answer:
    app = call.app
    return Answer(body=[describe_webhook(app, each) for each in app.webhooks], sortable=("id",))


def show_webhook(call: Call) -> Answer:
    return Answer(body=describe_webhook(call.app, _find_webhook(call)))


def create_webhook(call: Call) -> Answer:
    """A secret that the client did not choose is told once, in a header."""
    app = call.app
    if len(app.webhooks) >= MOST_WEBHOOKS:
        raise invalid(f"You have reached the limit of {MOST_WEBHOOKS} webhooks for this app.")
    chosen = call.read_optional_string("secret")
    webhook = Webhook(
        include=_read_include(call),
        level=_read_level(call),
        url=_read_url(call),
        secret=chosen or secrets.token_hex(30),
        authorization=call.read_optional_string("authorization"),
        created_at=call.now,
        updated_at=call.now,
    )
    app.webhooks.append(webhook)
    headers = {} if chosen else {"Heroku-Webhook-Secret": webhook.secret}
    return Answer(201, describe_webhook(app, webhook), headers)


def update_webhook(call: Call) -> Answer:
    app, webhook = call.app, _find_webhook(call)
    include = _read_include(call) if "include" in call.body else webhook.include
    level = _read_level(call) if "level" in call.body else webhook.level
    url = _read_url(call) if "url" in call.body else webhook.url
    webhook.include, webhook.level, webhook.url = include, level, url
    webhook.secret = call.read_optional_string("secret") or webhook.secret
    webhook.updated_at = call.now
    return Answer(body=describe_webhook(app, webhook))


def delete_webhook(call: Call) -> Answer:
    app, webhook = call.app, _find_webhook(call)
    app.webhooks.remove(webhook)
    return Answer(body=describe_webhook(app, webhook))


def _find_webhook(call: Call) -> Webhook:
    for webhook in call.app.webhooks:
        if webhook.id == call.path["webhook"]:
            return webhook
    raise not_found("webhook")


def _read_include(call: Call) -> list[str]:
    include = call.body.get("include")
    if not isinstance(include, list) or not include or not INCLUDES.issuperset(map(str, include)):
        raise invalid(f"Invalid value for include: choose among {', '.join(sorted(INCLUDES))}.")
    return [str(entity) for entity in include]


def _read_level(call: Call) -> str:
    level = call.read_string("level")
    if level not in ("notify", "sync"):
        raise invalid("Invalid value for level: notify or sync is expected.")
    return level


def _read_url(call: Call) -> str:
    url = call.read_string("url")
    if urlsplit(url).scheme not in ("http", "https"):
        raise invalid("Invalid URL")
    return url

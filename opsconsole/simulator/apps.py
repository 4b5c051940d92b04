"""Apps and their maintenance mode (Platform API: app)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .answer import Answer, invalid
from .call import is_visible
from .clock import format_time, format_time_or_null
from .sizes import size_named

if TYPE_CHECKING:
    from .call import Call
    from .world import App

NAME = re.compile(r"[a-z][a-z0-9-]{1,28}[a-z0-9]")


def describe_app(app: App, *, variant: str) -> dict[str, object]:
    stack = _identify("stack", app.stack)
    body: dict[str, object] = {
        "acm": app.generation == "cedar" and bool(app.process_types),
        "archived_at": None,
        "build_stack": stack,
        "buildpack_provided_description": app.description,
        "created_at": format_time(app.created_at),
        "generation": app.generation,
        "git_url": f"https://git.heroku.com/{app.name}.git",
        "id": app.id,
        "internal_routing": False if app.space else None,
        "maintenance": app.maintenance,
        "name": app.name,
        "organization": _identify("team", app.team) if app.team else None,
        "owner": {"email": app.owner_email, "id": app.owner_id},
        "region": _identify("region", app.region),
        "released_at": format_time_or_null(app.released_at),
        "repo_size": None,
        "slug_size": app.slug_size,
        "space": _identify("space", app.space) | {"shield": False} if app.space else None,
        "stack": stack,
        "team": _identify("team", app.team) if app.team else None,
        "updated_at": format_time(app.updated_at),
        "web_url": f"https://{app.name}-{app.id.replace('-', '')[:12]}.herokuapp.com/",
    }
    if variant:
        body |= _describe_sdk_fields(app)
    return body


def _describe_sdk_fields(app: App) -> dict[str, object]:
    fir = app.generation == "fir"
    return {
        "base_image_name": "heroku/heroku:24" if fir else None,
        "buildpacks": [] if fir else None,
        "current_build_architecture": ["arm64" if fir else "amd64"],
        "process_tier": derive_process_tier(app),
    }


def derive_process_tier(app: App) -> str:
    """The tier of the sizes in the formation; an app never deployed carries its surroundings' default."""
    if app.process_types:
        return size_named(app.process_types[0].size).process_tier
    return "private" if app.space else "basic"


def _identify(kind: str, name: str) -> dict[str, object]:
    return {"id": str(uuid5(NAMESPACE_URL, f"{kind}:{name}")), "name": name}


def list_apps(call: Call) -> Answer:
    visible = [app for app in call.world.apps if is_visible(app, call.account)]
    bodies = [describe_app(app, variant=call.variant) for app in visible]
    return Answer(body=bodies, sortable=("id", "name"))


def show_app(call: Call) -> Answer:
    return Answer(body=describe_app(call.app, variant=call.variant))


def update_app(call: Call) -> Answer:
    """Maintenance, name and build stack, all of them or none."""
    app, body = call.app, call.body
    maintenance = body.get("maintenance", app.maintenance)
    if not isinstance(maintenance, bool):
        raise invalid("Invalid value for maintenance: a boolean is expected.")
    name = _choose_name(call) if "name" in body else app.name
    stack = call.read_string("build_stack") if "build_stack" in body else app.stack
    if (maintenance, name, stack) != (app.maintenance, app.name, app.stack):
        app.updated_at = call.now
    app.maintenance, app.name, app.stack = maintenance, name, stack
    return Answer(body=describe_app(app, variant=call.variant))


def _choose_name(call: Call) -> str:
    name = call.read_string("name")
    if not NAME.fullmatch(name):
        raise invalid(
            "Name must start with a letter, end with a letter or digit and can only contain lowercase "
            "letters, digits, and dashes."
        )
    taken = call.world.find_app(name)
    if taken is not None and taken is not call.app:
        raise invalid("Name is already taken")
    return name

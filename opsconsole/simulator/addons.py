"""What surrounds an app: add-ons, collaborators, its pipeline (Platform API: add-on, collaborator,
pipeline-coupling).
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .answer import Answer, not_found
from .call import identify_app, is_visible
from .clock import format_time

if TYPE_CHECKING:
    from .call import Call
    from .world import AddOn, App, Collaborator


def describe_addon(app: App, addon: AddOn) -> dict[str, object]:
    created = format_time(addon.created_at)
    return {
        "actions": [],
        "addon_service": _identify("addon-service", addon.service),
        "app": identify_app(app),
        "billed_price": {"cents": addon.cents, "contract": False, "metered": False, "unit": "month"},
        "billing_entity": identify_app(app) | {"type": "app"},
        "config_vars": addon.config_vars,
        "created_at": created,
        "id": addon.id,
        "name": addon.name,
        "plan": _identify("plan", addon.plan),
        "provider_id": addon.provider_id,
        "provision_message": "",
        "state": "provisioned",
        "updated_at": created,
        "web_url": f"https://addons-sso.heroku.com/apps/{app.id}/addons/{addon.id}",
    }


def list_addons(call: Call) -> Answer:
    app = call.app
    return Answer(body=[describe_addon(app, addon) for addon in app.addons], sortable=("id", "name"))


def list_all_addons(call: Call) -> Answer:
    visible = [app for app in call.world.apps if is_visible(app, call.account)]
    bodies = [describe_addon(app, addon) for app in visible for addon in app.addons]
    return Answer(body=bodies, sortable=("id", "name"))


def show_addon(call: Call) -> Answer:
    app, identity = call.app, call.path["addon"]
    for addon in app.addons:
        if identity in (addon.id, addon.name):
            return Answer(body=describe_addon(app, addon))
    raise not_found("add-on")


def describe_collaborator(app: App, collaborator: Collaborator) -> dict[str, object]:
    created = format_time(collaborator.created_at)
    names = (
        ("deploy", "manage", "operate", "view")
        if collaborator.role == "owner"
        else ("deploy", "operate", "view")
    )
    return {
        "app": identify_app(app),
        "created_at": created,
        "id": collaborator.id,
        "permissions": [{"name": name, "description": f"Can {name} this app."} for name in names],
        "role": collaborator.role,
        "updated_at": created,
        "user": {"email": collaborator.email, "federated": False, "id": collaborator.account_id},
    }


def list_collaborators(call: Call) -> Answer:
    app = call.app
    bodies = [describe_collaborator(app, each) for each in app.collaborators]
    return Answer(body=bodies, sortable=("id",))


def show_pipeline_coupling(call: Call) -> Answer:
    """No app here belongs to a pipeline; looking at the app first keeps a hidden one hidden."""
    raise not_found(f"pipeline coupling for {call.app.name}")


def _identify(kind: str, name: str) -> dict[str, object]:
    return {"id": str(uuid5(NAMESPACE_URL, f"{kind}:{name}")), "name": name}

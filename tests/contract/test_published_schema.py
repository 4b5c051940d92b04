"""The simulator's answers held against Heroku's own published schema (Draft 4), keys compared both ways.

The schema has few `required` lists, so that validation alone would let an answer without any key pass.
"""

from __future__ import annotations

import json
import os
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

import pytest
from jsonschema import Draft4Validator, FormatChecker

from opsconsole.simulator import Simulator
from opsconsole.simulator.routes import ROUTES
from tests.simulator.api import SDK, Api

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.schema

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = Path(os.environ.get("OPSCONSOLE_PLATFORM_SCHEMA") or ROOT.parent / "shared" / "platform-schema.json")
WEBHOOKS = "application/vnd.heroku+json; version=3.webhooks"

EXTRA_KEYS = {"app.process_tier"}
"""Not in the schema, and yet what the official command line reads to tell an Eco app."""
LEFT_OUT_KEYS = {"add-on.plan.meters"}
"""In the schema, for metered plans, of which none is here."""
UNPUBLISHED_ROUTES = {"GET /accounts/{}/actions/get-quota", "GET /users/~/apps"}
"""The quota endpoint is in no schema; the other is the published `/users/{account}/apps`, for oneself only."""

EVERY_APP = ["inscriptions", "agenda-salles", "bibliotheque", "nouveau-site", "plateforme-notes"]
READS = [
    ("account", "/account"),
    ("rate-limit", "/account/rate-limits"),
    ("oauth-authorization", "/oauth/authorizations/~"),
    ("app", "/apps"),
    ("app", "/users/~/apps"),
    ("add-on", "/addons"),
    ("dyno-size", "/dyno-sizes"),
    ("dyno-size", "/dyno-sizes/standard-1x"),
    *(("app", f"/apps/{app}") for app in EVERY_APP),
    *(("dyno", f"/apps/{app}/dynos") for app in EVERY_APP),
    *(("formation", f"/apps/{app}/formation") for app in EVERY_APP),
    *(("dyno-size", f"/apps/{app}/available-dyno-sizes") for app in EVERY_APP),
    *(("release", f"/apps/{app}/releases") for app in EVERY_APP),
    *(("config-var/definitions/config_vars", f"/apps/{app}/config-vars") for app in EVERY_APP),
    ("dyno", "/apps/inscriptions/dynos/web.1"),
    ("formation", "/apps/inscriptions/formation/web"),
    ("release", "/apps/inscriptions/releases/44"),
    ("add-on", "/apps/boutique-solidaire/addons"),
    ("add-on", "/apps/boutique-solidaire/addons/judoscale-round-29"),
    ("collaborator", "/apps/journal-des-eleves/collaborators"),
    ("log-drain", "/apps/boutique-solidaire/log-drains"),
]
HOOK = {"include": ["api:dyno"], "level": "notify", "url": "https://exemple.fr/accroche"}
WRITES: list[tuple[str, str, str, object]] = [
    ("app", "PATCH", "/apps/inscriptions", {"maintenance": True}),
    ("formation", "PATCH", "/apps/inscriptions/formation", {"updates": [{"type": "web", "quantity": 0}]}),
    ("formation", "PATCH", "/apps/inscriptions/formation/web", {"quantity": 1}),
    ("dyno", "POST", "/apps/inscriptions/dynos", {"command": "ls"}),
    ("dyno", "POST", "/apps/inscriptions/dynos", {"command": "bash", "attach": True}),
    ("release", "POST", "/apps/inscriptions/releases", {"release": "v40"}),
    ("config-var/definitions/config_vars", "PATCH", "/apps/inscriptions/config-vars", {"LANGUE": "en"}),
    ("log-drain", "POST", "/apps/inscriptions/log-drains", {"url": "https://exemple.fr/journaux"}),
    ("app-webhook/definitions/app_webhook", "POST", "/apps/inscriptions/webhooks", HOOK),
]


@cache
def read_schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


@pytest.fixture(scope="module")
def api() -> Iterator[Api]:
    with Simulator() as simulator:
        yield Api(simulator.base_url, simulator.token)


def make_format_checker() -> FormatChecker:
    """The formats of the schema, without the packages that jsonschema would want for them."""
    checker = FormatChecker(formats=())
    checker.checks("uuid", raises=ValueError)(
        lambda value: bool(UUID(value)) if isinstance(value, str) else True
    )
    checker.checks("date-time", raises=ValueError)(
        lambda value: bool(datetime.fromisoformat(value).tzinfo) if isinstance(value, str) else True
    )
    checker.checks("email")(lambda value: not isinstance(value, str) or "@" in value)
    checker.checks("uri")(lambda value: not isinstance(value, str) or bool(urlsplit(value).scheme))
    return checker


def hold_against_schema(body: Any, definition: str) -> None:
    schema = {"definitions": read_schema()["definitions"], "$ref": f"#/definitions/{definition}"}
    validator = Draft4Validator(schema, format_checker=make_format_checker())
    name = definition.partition("/")[0]
    differences: set[str] = set()
    for item in body if isinstance(body, list) else [body]:
        validator.validate(item)
        differences |= set(compare_keys(item, {"$ref": schema["$ref"]}, name))
    assert differences <= {f"+{key}" for key in EXTRA_KEYS} | {f"-{key}" for key in LEFT_OUT_KEYS}


def compare_keys(value: Any, schema: dict[str, Any], path: str) -> Iterator[str]:
    """`+path` for a key of ours that is not published, `-path` for a published one that we lack."""
    schema = resolve(schema)
    if "anyOf" in schema:
        choices = [list(compare_keys(value, choice, path)) for choice in schema["anyOf"]]
        yield from min(choices, key=len)
    elif isinstance(value, list):
        for item in value:
            yield from compare_keys(item, schema.get("items", {}), path)
    elif isinstance(value, dict) and "properties" in schema:
        published = schema["properties"]
        yield from (f"+{path}.{key}" for key in value.keys() - published.keys())
        yield from (f"-{path}.{key}" for key in published.keys() - value.keys())
        for key in value.keys() & published.keys():
            yield from compare_keys(value[key], published[key], f"{path}.{key}")


def resolve(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        target: Any = read_schema()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            target = target[unquote(part)]
        schema = target
    return schema


@pytest.mark.parametrize(("definition", "path"), READS)
def test_what_is_read_is_as_published(api: Api, definition: str, path: str) -> None:
    answer = api.get(path)
    assert answer.status == 200
    hold_against_schema(answer.json, definition)


@pytest.mark.parametrize(("definition", "method", "path", "body"), WRITES)
def test_what_answers_a_change_is_as_published(definition: str, method: str, path: str, body: object) -> None:
    with Simulator() as simulator:
        accept = WEBHOOKS if path.endswith("webhooks") else SDK
        answer = Api(simulator.base_url, simulator.token).call(method, path, body, accept=accept)
    assert answer.status in (200, 201)
    hold_against_schema(answer.json, definition)


@pytest.mark.parametrize(
    "method_and_path", ["DELETE /apps/inscriptions/dynos", "DELETE /apps/inscriptions/dynos/web.1"]
)
def test_a_restart_is_answered_by_an_empty_object(api: Api, method_and_path: str) -> None:
    assert api.call(*method_and_path.split(" ")).json == {}


def test_capabilities_are_as_published(api: Api) -> None:
    asked = {"capability": "manage_formation", "resource_id": "inscriptions", "resource_type": "app"}
    answer = api.call("PUT", "/users/~/capabilities", {"capabilities": [asked]})
    hold_against_schema(answer.json["capabilities"], "capability")


def test_every_list_read_here_has_something_in_it(api: Api) -> None:
    empty = {path for _, path in READS if api.get(path).json in ([], {})}
    assert empty == {
        "/apps/nouveau-site/dynos",
        "/apps/nouveau-site/formation",
        *(f"/apps/{app}/config-vars" for app in EVERY_APP[1:]),
    }


def test_every_route_of_the_simulator_is_published() -> None:
    definitions = read_schema()["definitions"].values()
    published = {
        f"{link['method']} {re.sub(r'{[^}]*}', '{}', link['href'])}"
        for definition in definitions
        for link in definition.get("links", ())
    }
    ours = {f"{route.method} {re.sub(r'[(][?]P<[^)]*[)]', '{}', route.pattern.pattern)}" for route in ROUTES}
    assert ours - published == UNPUBLISHED_ROUTES


def test_a_key_that_is_not_published_would_be_noticed(api: Api) -> None:
    app = api.get("/apps/inscriptions").json
    with pytest.raises(AssertionError):
        hold_against_schema(app | {"invented": 1}, "app")
    with pytest.raises(AssertionError):
        hold_against_schema({key: value for key, value in app.items() if key != "stack"}, "app")

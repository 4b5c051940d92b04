"""Releases, config vars, drains and webhooks: kept, and called by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.simulator.api import Api

APP = "/apps/inscriptions"
HOOK = {"include": ["api:dyno"], "level": "notify", "url": "https://exemple.fr/accroche"}


def test_exactly_the_latest_release_is_current(api: Api) -> None:
    current = [release["version"] for release in api.get(f"{APP}/releases").json if release["current"]]
    assert current == [44]


@pytest.mark.parametrize("identity", ["44", "v44"])
def test_a_release_is_found_by_version(api: Api, identity: str) -> None:
    assert api.get(f"{APP}/releases/{identity}").json["version"] == 44
    assert api.get(f"{APP}/releases/99").status == 404


def test_a_rollback_is_a_new_release_that_restarts_the_dynos(api: Api) -> None:
    earlier = api.get(f"{APP}/releases/40").json
    answer = api.call("POST", f"{APP}/releases", {"release": earlier["id"]})
    assert answer.status == 201
    assert (answer.json["version"], answer.json["description"]) == (45, "Rollback to v40")
    assert answer.json["slug"] == earlier["slug"]
    assert set(api.dynos("inscriptions").values()) == {"starting"}
    assert api.get(f"{APP}/dynos/web.1").json["release"]["version"] == 45


def test_a_release_without_code_cannot_be_gone_back_to(api: Api) -> None:
    assert api.call("POST", f"{APP}/releases", {"release": "v1"}).error == (422, "invalid_params")


def test_setting_config_vars_makes_a_release(api: Api) -> None:
    answer = api.call("PATCH", f"{APP}/config-vars", {"LANGUE": None, "ANNEE": "2026"})
    assert set(answer.json) == {"DATABASE_URL", "REDIS_URL", "ANNEE"}
    assert api.get(f"{APP}/config-vars").json["ANNEE"] == "2026"
    assert api.get(f"{APP}/releases/45").json["description"] == "Set ANNEE, LANGUE config vars"


def test_setting_what_is_set_already_makes_no_release(api: Api) -> None:
    api.call("PATCH", f"{APP}/config-vars", {"LANGUE": "fr"})
    assert api.get(f"{APP}/releases/45").status == 404


def test_a_config_var_is_a_text(api: Api) -> None:
    assert api.call("PATCH", f"{APP}/config-vars", {"ANNEE": 2026}).error == (422, "invalid_params")


def test_a_drain_is_kept_found_and_removed(api: Api) -> None:
    drain = api.call("POST", f"{APP}/log-drains", {"url": "https://journaux.exemple.fr/a?b=c"})
    assert drain.status == 201
    assert drain.json["token"].startswith("d.")
    path = f"{APP}/log-drains/https%3A%2F%2Fjournaux.exemple.fr%2Fa%3Fb%3Dc"
    assert api.get(path).json == drain.json
    assert api.call("DELETE", path).status == 200
    assert api.get(f"{APP}/log-drains").json == []
    assert api.call("DELETE", path).error == (404, "not_found")


def test_an_app_has_five_drains_and_each_once(api: Api) -> None:
    for number in range(5):
        assert api.call("POST", f"{APP}/log-drains", {"url": f"https://exemple.fr/{number}"}).status == 201
        assert api.call("POST", f"{APP}/log-drains", {"url": "https://exemple.fr/0"}).status == 422
    assert api.call("POST", f"{APP}/log-drains", {"url": "https://exemple.fr/5"}).status == 422
    assert api.call("POST", "/apps/bibliotheque/log-drains", {"url": "ftp://exemple.fr"}).status == 422


def test_the_drain_of_an_add_on_names_it(api: Api) -> None:
    [drain] = api.get("/apps/boutique-solidaire/log-drains").json
    assert drain["addon"]["name"] == "papertrail-round-30"


def test_a_webhook_is_kept_changed_and_removed(api: Api) -> None:
    webhook = api.call("POST", f"{APP}/webhooks", HOOK).json
    path = f"{APP}/webhooks/{webhook['id']}"
    changed = api.call("PATCH", path, {"level": "sync", "include": ["api:release"]})
    assert (changed.json["level"], changed.json["include"]) == ("sync", ["api:release"])
    assert api.get(f"{APP}/webhooks").json == [changed.json]
    assert api.call("DELETE", path).status == 200
    assert api.get(path).error == (404, "not_found")


def test_a_secret_the_client_did_not_choose_is_told_once(api: Api) -> None:
    made = api.call("POST", f"{APP}/webhooks", HOOK)
    chosen = api.call("POST", f"{APP}/webhooks", {**HOOK, "secret": "le nôtre"})
    assert made.status == chosen.status == 201
    assert len(made.headers["heroku-webhook-secret"]) == 60
    assert "heroku-webhook-secret" not in chosen.headers
    assert "secret" not in api.get(f"{APP}/webhooks/{made.json['id']}").json


def test_an_app_has_ten_webhooks(api: Api) -> None:
    assert [api.call("POST", f"{APP}/webhooks", HOOK).status for _ in range(11)] == [201] * 10 + [422]


@pytest.mark.parametrize(
    "wrong",
    [{"include": []}, {"include": ["api:secrets"]}, {"level": "all"}, {"url": "ftp://a"}, {"url": None}],
)
def test_a_webhook_that_makes_no_sense_is_refused(api: Api, wrong: dict[str, object]) -> None:
    assert api.call("POST", f"{APP}/webhooks", {**HOOK, **wrong}).error == (422, "invalid_params")

"""The apps a newcomer finds, their maintenance mode, name, add-ons and sizes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.simulator.api import PLAIN

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator
    from tests.simulator.api import Api


def test_the_first_app_named_is_a_standard_one_with_web_and_worker(simulator: Simulator, api: Api) -> None:
    assert api.formation(simulator.apps[0]) == {"web": (2, "Standard-1X"), "worker": (1, "Standard-1X")}


def test_every_condition_a_page_must_tell_has_its_app(api: Api) -> None:
    apps = {app["name"]: app for app in api.get("/apps").json}
    assert apps["agenda-salles"]["process_tier"] == "eco"
    assert set(api.dynos("bibliotheque").values()) == {"crashed"}
    assert apps["nouveau-site"]["released_at"] is None
    assert (apps["plateforme-notes"]["generation"], apps["plateforme-notes"]["stack"]["name"]) == (
        "fir",
        "cnb",
    )
    assert apps["plateforme-notes"]["space"]["shield"] is False
    assert apps["journal-des-eleves"]["maintenance"] is True
    assert apps["journal-des-eleves"]["owner"]["id"] != apps["inscriptions"]["owner"]["id"]


def test_an_app_is_found_by_name_and_by_id(api: Api) -> None:
    app = api.get("/apps/inscriptions").json
    assert api.get(f"/apps/{app['id']}").json == app


def test_plain_version_3_leaves_out_what_only_the_sdk_variant_has(api: Api) -> None:
    extra = set(api.get("/apps/inscriptions").json) - set(api.get("/apps/inscriptions", accept=PLAIN).json)
    assert extra == {"process_tier", "base_image_name", "buildpacks", "current_build_architecture"}


def test_maintenance_is_put_on_and_off_and_leaves_dynos_running(api: Api) -> None:
    assert api.call("PATCH", "/apps/inscriptions", {"maintenance": True}).json["maintenance"] is True
    assert set(api.dynos("inscriptions").values()) == {"up"}
    assert api.call("PATCH", "/apps/inscriptions", {"maintenance": False}).json["maintenance"] is False


def test_a_maintenance_that_is_no_boolean_is_refused(api: Api) -> None:
    assert api.call("PATCH", "/apps/inscriptions", {"maintenance": "on"}).error == (422, "invalid_params")


def test_a_renamed_app_is_found_under_its_new_name_only(api: Api) -> None:
    answer = api.call("PATCH", "/apps/inscriptions", {"name": "inscriptions-2027"})
    assert answer.json["git_url"] == "https://git.heroku.com/inscriptions-2027.git"
    assert api.get("/apps/inscriptions").status == 404
    assert api.get("/apps/inscriptions-2027").status == 200


@pytest.mark.parametrize("name", ["Ecole", "a", "-ecole", "école", "a" * 31, "agenda-salles"])
def test_a_name_that_is_bad_or_taken_is_refused_and_nothing_else_changes(api: Api, name: str) -> None:
    body = {"maintenance": True, "name": name}
    assert api.call("PATCH", "/apps/inscriptions", body).error == (422, "invalid_params")
    assert api.get("/apps/inscriptions").json["maintenance"] is False


def test_one_app_has_an_autoscaler_among_its_add_ons(api: Api) -> None:
    def services(app: str) -> set[str]:
        return {addon["addon_service"]["name"] for addon in api.get(f"/apps/{app}/addons").json}

    assert "judoscale" in services("boutique-solidaire")
    assert services("inscriptions") == {"heroku-postgresql", "heroku-redis"}
    assert len(api.get("/addons").json) == 4


def test_an_add_on_is_found_by_name(api: Api) -> None:
    answer = api.get("/apps/boutique-solidaire/addons/judoscale-round-29")
    assert answer.json["plan"]["name"] == "judoscale:white-light"
    assert api.get("/apps/boutique-solidaire/addons/none").status == 404


def test_no_app_belongs_to_a_pipeline(api: Api) -> None:
    assert api.get("/apps/inscriptions/pipeline-couplings").error == (404, "not_found")


def test_collaborators_are_told_with_their_roles(api: Api) -> None:
    people = api.get("/apps/journal-des-eleves/collaborators").json
    assert {person["role"] for person in people} == {"owner", "collaborator"}


@pytest.mark.parametrize(
    ("name", "dollars"), [("eco", 5), ("basic", 7), ("standard-1x", 25), ("performance-2xl", 1500)]
)
def test_common_sizes_have_their_public_price(api: Api, name: str, dollars: int) -> None:
    assert api.get(f"/dyno-sizes/{name}").json["cost"] == {"cents": dollars * 100, "unit": "month"}


@pytest.mark.parametrize("name", ["private-s", "shield-l-ram", "dyno-1c-0.5gb"])
def test_sizes_of_spaces_have_no_price(api: Api, name: str) -> None:
    size = api.get(f"/dyno-sizes/{name}").json
    assert (size["cost"], size["private_space_only"]) == (None, True)


def test_an_app_is_offered_the_sizes_of_its_surroundings(api: Api) -> None:
    common = {size["name"] for size in api.get("/apps/inscriptions/available-dyno-sizes").json}
    fir = {size["name"] for size in api.get("/apps/plateforme-notes/available-dyno-sizes").json}
    assert len(common) == 9
    assert len(fir) == 17
    assert all(name.startswith("dyno-") for name in fir)


def test_an_unknown_size_is_not_found(api: Api) -> None:
    assert api.get("/dyno-sizes/1x").status == 404


def test_capabilities_say_what_may_be_done(simulator: Simulator, api: Api) -> None:
    app = simulator.world.app("inscriptions")
    asked = {"capability": "manage_formation", "resource_id": app.id, "resource_type": "app"}
    [before] = api.call("PUT", "/users/~/capabilities", {"capabilities": [asked]}).json["capabilities"]
    app.forbid("write")
    [after] = api.call("PUT", "/users/~/capabilities", {"capabilities": [asked]}).json["capabilities"]
    assert (before["capable"], after["capable"]) == (True, False)
    assert api.call("PUT", "/users/~/capabilities", {}).status == 422


def test_the_account_is_the_token_s(simulator: Simulator, api: Api) -> None:
    account = api.get("/account").json
    assert (account["email"], account["id"]) == (simulator.account, simulator.account_id)
    assert api.get("/users/~").json == account
    assert api.get("/users/somebody@example.org").status == 404
    assert "eco_dynos_enabled" not in api.get("/account", accept=PLAIN).json

"""The formation: quantities, sizes, and every limit with its own words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator
    from tests.simulator.api import Api

LIMITS = "https://devcenter.heroku.com/articles/dyno-size#default-scaling-limits"


@pytest.mark.parametrize(
    ("asked", "quantity"), [(0, 0), (3, 3), ("0", 0), ("3", 3), ("+1", 3), ("-1", 1), ("-2", 0), ("+0", 2)]
)
def test_a_quantity_is_a_number_or_a_text_and_a_sign_makes_it_relative(
    api: Api, asked: object, quantity: int
) -> None:
    answer = api.scale("inscriptions", {"type": "web", "quantity": asked})
    assert answer.status == 200
    assert [(entry["type"], entry["quantity"]) for entry in answer.json] == [("web", quantity)]
    assert api.formation("inscriptions")["web"] == (quantity, "Standard-1X")


@pytest.mark.parametrize("asked", [-1, "-3", 1.5, True, None, "", "deux", "1 ", "٣", [1]])
def test_what_is_no_quantity_is_refused(api: Api, asked: object) -> None:
    assert api.scale("inscriptions", {"type": "web", "quantity": asked}).error == (422, "invalid_params")
    assert api.formation("inscriptions")["web"] == (2, "Standard-1X")


@pytest.mark.parametrize(
    "asked",
    [
        {"size": "standard-2x"},
        {"size": "STANDARD-2X"},
        {"dyno_size": {"name": "standard-2x"}},
        {"dyno_size": "Standard-2X"},
    ],
)
def test_a_size_is_taken_in_any_case_and_told_in_its_own(api: Api, asked: dict[str, object]) -> None:
    [entry] = api.scale("inscriptions", {"type": "web", **asked}).json
    assert (entry["size"], entry["dyno_size"]["name"], entry["quantity"]) == ("Standard-2X", "Standard-2X", 2)


def test_a_size_may_be_named_by_its_id(api: Api) -> None:
    size = api.get("/dyno-sizes/performance-l-ram").json
    [entry] = api.scale("inscriptions", {"type": "web", "dyno_size": {"id": size["id"]}}).json
    assert entry["size"] == "Performance-L-RAM"


def test_several_types_change_in_one_call(api: Api) -> None:
    api.scale("inscriptions", {"type": "web", "quantity": 0}, {"type": "worker", "quantity": 0})
    assert api.formation("inscriptions") == {"web": (0, "Standard-1X"), "worker": (0, "Standard-1X")}


def test_a_batch_with_one_bad_update_changes_nothing(api: Api) -> None:
    answer = api.scale("inscriptions", {"type": "worker", "quantity": 0}, {"type": "clock", "quantity": 1})
    assert answer.status == 404
    assert answer.json["message"] == "Couldn't find that process type (clock)."
    assert api.formation("inscriptions")["worker"] == (1, "Standard-1X")
    assert api.dynos("inscriptions")["worker.1"] == "up"


def test_one_type_can_be_changed_by_its_own_path(api: Api) -> None:
    answer = api.call("PATCH", "/apps/inscriptions/formation/web", {"quantity": 1})
    assert (answer.json["type"], answer.json["quantity"]) == ("web", 1)
    assert api.get(f"/apps/inscriptions/formation/{answer.json['id']}").json == answer.json


@pytest.mark.parametrize("body", [{}, {"updates": {}}, {"updates": "web=1"}])
def test_a_batch_without_updates_is_a_bad_request(api: Api, body: object) -> None:
    assert api.call("PATCH", "/apps/inscriptions/formation", body).error == (400, "bad_request")


@pytest.mark.parametrize("update", ["web=1", {}, {"type": 1}])
def test_an_update_that_names_no_type_is_refused(api: Api, update: object) -> None:
    assert api.scale("inscriptions", update).error == (422, "invalid_params")


def test_an_unknown_size_is_refused_with_the_list_of_those_there_are(api: Api) -> None:
    answer = api.scale("inscriptions", {"type": "web", "size": "1X"})
    assert answer.error == (422, "invalid_params")
    assert answer.json["message"] == (
        "No such size as 1X. Available dyno sizes are Eco, Basic, Standard-1X, Standard-2X, Performance-M, "
        "Performance-L, Performance-L-RAM, Performance-XL, Performance-2XL."
    )


@pytest.mark.parametrize(
    ("app", "size"), [("inscriptions", "private-s"), ("plateforme-notes", "standard-1x")]
)
def test_a_size_that_the_app_s_surroundings_do_not_offer_is_unknown_there(
    api: Api, app: str, size: str
) -> None:
    answer = api.scale(app, {"type": "web", "size": size})
    assert answer.json["message"].startswith(f"No such size as {size}. ")


@pytest.mark.parametrize(("app", "size"), [("agenda-salles", "Eco"), ("bibliotheque", "Basic")])
def test_eco_and_basic_have_one_dyno_per_process_type(api: Api, app: str, size: str) -> None:
    answer = api.scale(app, {"type": "web", "quantity": 2})
    assert answer.status == 422
    assert answer.json == {
        "id": "cannot_update_above_limit",
        "message": f"Cannot update to more than 1 {size} size dynos per process type.",
        "limit": 1,
        "url": LIMITS,
    }


def test_performance_has_ten_dynos_per_process_type(api: Api) -> None:
    answer = api.scale("inscriptions", {"type": "web", "quantity": 11, "size": "performance-m"})
    assert (answer.error, answer.json["limit"]) == ((422, "cannot_update_above_limit"), 10)
    assert api.scale("inscriptions", {"type": "web", "quantity": 10, "size": "performance-m"}).status == 200


def test_an_app_has_a_hundred_dynos(api: Api) -> None:
    answer = api.scale("inscriptions", {"type": "web", "quantity": 100})
    assert answer.json["message"] == "Cannot update to more than 100 dynos per app."
    assert (answer.error, answer.json["limit"]) == ((422, "cannot_update_above_limit"), 100)
    assert api.scale("inscriptions", {"type": "web", "quantity": 99}).status == 200


def test_a_fir_app_has_255_dynos(api: Api) -> None:
    assert api.scale("plateforme-notes", {"type": "web", "quantity": 256}).json["limit"] == 255
    assert api.scale("plateforme-notes", {"type": "web", "quantity": 101}).status == 200


def test_two_eco_dynos_run_at_once_in_an_app(simulator: Simulator, api: Api) -> None:
    types = [(name, "true", 0, "Eco") for name in ("web", "worker", "clock")]
    simulator.world.add_app("trois-taches", types)
    answer = api.scale("trois-taches", *({"type": row[0], "quantity": 1} for row in types))
    assert answer.status == 422
    assert answer.json == {
        "id": "cannot_run_above_limit",
        "message": "Cannot run more than 2 Eco size dynos.",
        "limit": 2,
        "size": "Eco",
        "url": LIMITS,
    }


def test_eco_does_not_mix_with_another_size(api: Api) -> None:
    answer = api.scale("agenda-salles", {"type": "web", "size": "standard-1x"})
    assert answer.error == (422, "invalid_params")
    assert answer.json["message"] == "Cannot use the following dyno types in the same app: Eco, Standard-1X"


def test_every_type_may_leave_eco_in_one_call(api: Api) -> None:
    updates = [{"type": name, "size": "basic"} for name in ("web", "worker")]
    assert api.scale("agenda-salles", *updates).status == 200
    assert api.get("/apps/agenda-salles").json["process_tier"] == "basic"


def test_standard_and_performance_mix(api: Api) -> None:
    assert api.scale("inscriptions", {"type": "web", "size": "performance-l"}).status == 200


def test_an_app_never_deployed_has_an_empty_formation(api: Api) -> None:
    assert api.get("/apps/nouveau-site/formation").json == []
    assert api.get("/apps/nouveau-site/formation/web").status == 404
    assert api.scale("nouveau-site", {"type": "web", "quantity": 1}).json["message"] == (
        "Couldn't find that process type (web)."
    )


def test_a_type_at_zero_stays_in_the_formation(api: Api) -> None:
    assert api.formation("boutique-solidaire")["clock"] == (0, "Standard-1X")


def test_scaling_makes_no_release(api: Api) -> None:
    before = len(api.get("/apps/inscriptions/releases").json)
    api.scale("inscriptions", {"type": "web", "quantity": 0})
    assert len(api.get("/apps/inscriptions/releases").json) == before

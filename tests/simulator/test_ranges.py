"""Lists come in pages, as the Platform API reference says under "Ranges"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator
    from tests.simulator.api import Api, Response

RELEASES = "/apps/inscriptions/releases"


def versions(response: Response) -> list[int]:
    return [release["version"] for release in response.json]


def test_a_short_list_comes_whole_and_says_how_it_is_sorted(api: Api) -> None:
    answer = api.get("/apps")
    ids = [app["id"] for app in answer.json]
    assert answer.status == 200
    assert ids == sorted(ids)
    assert answer.headers["accept-ranges"] == "id, name"
    assert answer.headers["content-range"] == f"id {ids[0]}..{ids[-1]}; max=200"
    assert "next-range" not in answer.headers


def test_the_latest_releases_come_first_when_asked_so(api: Api) -> None:
    answer = api.get(RELEASES, range="version ..; max=3, order=desc")
    assert answer.status == 206
    assert versions(answer) == [44, 43, 42]
    assert answer.headers["next-range"] == "version ]42..; max=3, order=desc"


def test_following_next_range_to_the_end_meets_everything_once(api: Api) -> None:
    answer = api.get(RELEASES, range="version ..; max=20")
    met = versions(answer)
    while answer.status == 206:
        answer = api.get(RELEASES, range=answer.headers["next-range"])
        met += versions(answer)
    assert met == list(range(1, 45))


def test_a_range_may_have_bounds(api: Api) -> None:
    assert versions(api.get(RELEASES, range="version 3..5")) == [3, 4, 5]
    assert versions(api.get(RELEASES, range="version ]3..5")) == [4, 5]
    assert versions(api.get(RELEASES, range="version 5..3; order=desc")) == [5, 4, 3]


def test_names_are_an_order_too(api: Api) -> None:
    names = [app["name"] for app in api.get("/apps", range="name b..j").json]
    assert names == ["bibliotheque", "boutique-solidaire", "inscriptions"]


def test_the_page_of_a_request_without_range_can_be_made_short(simulator: Simulator, api: Api) -> None:
    simulator.world.configure({"page_size": 2})
    answer = api.get("/apps")
    assert (answer.status, len(answer.json)) == (206, 2)


def test_more_than_two_hundred_apps_come_in_two_pages(simulator: Simulator, api: Api) -> None:
    for number in range(200):
        simulator.world.add_app(f"classe-{number}")
    first = api.get("/apps")
    second = api.get("/apps", range=first.headers["next-range"])
    assert (first.status, len(first.json)) == (206, 200)
    assert (second.status, len(second.json)) == (200, 7)


@pytest.mark.parametrize(
    "wanted",
    [
        *("bytes=0-10", "command ..", "version", "version ..; max=0", "version ..; max=1001"),
        *("version ..; max=dix", "version ..; order=up", "version a.."),
    ],
)
def test_a_bad_range_is_refused(api: Api, wanted: str) -> None:
    assert api.get(RELEASES, range=wanted).error == (416, "requested_range_not_satisfiable")

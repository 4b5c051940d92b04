"""Every request passes the same gate: host, token, Accept, rate, scope; every answer carries the same headers."""

from __future__ import annotations

import time
import uuid
from base64 import b64encode
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import pytest

from tests.simulator.api import PLAIN, Api

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator


@pytest.mark.parametrize(
    "accept", [PLAIN, "application/vnd.heroku+json;version=3.sdk", f"text/html, {PLAIN}"]
)
def test_a_heroku_accept_header_is_accepted(api: Api, accept: str) -> None:
    assert api.get("/apps/inscriptions", accept=accept).status == 200


@pytest.mark.parametrize(
    "accept", [None, "*/*", "application/json", "application/vnd.heroku+json; version=2"]
)
def test_a_missing_or_foreign_accept_header_is_refused(api: Api, accept: str | None) -> None:
    assert api.call("GET", "/apps/inscriptions", accept=accept).error == (406, "not_acceptable")


def test_a_token_may_come_as_the_password_of_an_empty_user(api: Api) -> None:
    basic = b64encode(f":{api.token}".encode()).decode()
    assert api.get("/account", authorization=f"Basic {basic}").status == 200


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer wrong", "Bearer ", "Basic !!", "Basic " + b64encode(b"a@b.c:secret").decode(), "Digest x"],
)
def test_whoever_has_no_good_token_is_refused(api: Api, authorization: str | None) -> None:
    assert api.get("/account", authorization=authorization).error == (401, "unauthorized")


def test_a_revoked_token_opens_nothing_any_more(simulator: Simulator, api: Api) -> None:
    simulator.world.revoke_token(api.token)
    assert api.get("/apps").error == (401, "unauthorized")


@pytest.mark.parametrize(
    ("scopes", "method", "path", "status"),
    [
        (["identity"], "GET", "/account", 200),
        (["identity"], "GET", "/apps", 403),
        (["read"], "GET", "/apps/inscriptions/dynos", 200),
        (["read"], "DELETE", "/apps/inscriptions/dynos", 403),
        (["write"], "DELETE", "/apps/inscriptions/dynos", 202),
        (["write"], "GET", "/apps/inscriptions/config-vars", 403),
        (["read-protected"], "GET", "/apps/inscriptions/config-vars", 200),
        (["identity", "read"], "GET", "/apps", 200),
    ],
)
def test_a_scope_opens_what_it_names_and_nothing_else(
    simulator: Simulator, scopes: list[str], method: str, path: str, status: int
) -> None:
    api = Api(simulator.base_url, simulator.world.issue_token(scopes=scopes))
    assert api.call(method, path).status == status


def test_an_app_of_somebody_else_does_not_exist(simulator: Simulator) -> None:
    stranger = Api(simulator.base_url, simulator.world.issue_token(account="contact@atelier-web.example"))
    answer = stranger.get("/apps/inscriptions")
    assert answer.json == {"id": "not_found", "message": "Couldn't find that app."}
    assert [app["name"] for app in stranger.get("/apps").json] == ["journal-des-eleves"]


def test_an_app_where_the_role_does_not_allow_it_may_be_read_but_not_changed(
    simulator: Simulator, api: Api
) -> None:
    simulator.world.app("inscriptions").forbid("write")
    assert api.get("/apps/inscriptions").status == 200
    assert api.call("PATCH", "/apps/inscriptions", {"maintenance": True}).error == (403, "forbidden")
    assert simulator.world.app("inscriptions").maintenance is False


def test_a_suspended_account_is_refused(simulator: Simulator, api: Api) -> None:
    simulator.world.suspend_account()
    assert api.get("/apps").error == (403, "suspended")


def test_an_unpaid_account_reads_but_does_not_change(simulator: Simulator, api: Api) -> None:
    simulator.world.set_delinquent()
    assert api.get("/apps").status == 200
    assert api.call("DELETE", "/apps/inscriptions/dynos").error == (402, "delinquent")


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/nothing"), ("PUT", "/apps/inscriptions"), ("GET", "/")]
)
def test_an_unknown_endpoint_is_not_found(api: Api, method: str, path: str) -> None:
    assert api.call(method, path).error == (404, "not_found")


@pytest.mark.parametrize("host", ["heroku.example", "127.0.0.1.evil.example", "10.0.0.1:80", "[::", ""])
def test_a_foreign_host_is_refused(simulator: Simulator, api: Api, host: str) -> None:
    assert api.get("/apps", host=host).status == 421
    assert simulator.requests == []


@pytest.mark.parametrize("host", ["localhost", "localhost:5099", "[::1]:5099"])
def test_every_name_of_loopback_is_served(api: Api, host: str) -> None:
    assert api.get("/apps", host=host).status == 200


def test_a_body_that_is_not_json_is_a_bad_request(api: Api) -> None:
    assert api.call("PATCH", "/apps/inscriptions", b"{maintenance").error == (400, "bad_request")
    assert api.call("PATCH", "/apps/inscriptions", [1]).error == (400, "bad_request")
    assert api.call("PATCH", "/apps/inscriptions", b"[" * 200_000).error == (400, "bad_request")


def test_a_body_above_a_megabyte_is_refused(api: Api) -> None:
    assert api.call("PATCH", "/apps/inscriptions", content_length="1048577").status == 413


def test_a_body_of_unknown_length_is_refused(api: Api) -> None:
    assert (
        api.call("PATCH", "/apps/inscriptions", b"2\r\n{}\r\n0\r\n\r\n", transfer_encoding="chunked").status
        == 411
    )


def test_an_address_in_place_of_a_path_is_refused(api: Api) -> None:
    assert api.get("http://evil.example/apps").status == 400


def test_every_answer_may_be_made_to_wait(simulator: Simulator, api: Api) -> None:
    simulator.world.configure({"latency": 0.2})
    begun = time.monotonic()
    api.get("/apps")
    assert time.monotonic() - begun >= 0.2


def test_the_request_id_continues_the_client_s_own(api: Api) -> None:
    ours = str(uuid.uuid4())
    sent, _, added = api.get("/apps", request_id=ours).headers["request-id"].partition(",")
    assert sent == ours
    assert uuid.UUID(added).version == 4


def test_a_request_id_above_seven_kilobytes_is_not_continued(api: Api) -> None:
    assert len(api.get("/apps", request_id="a" * 7169).headers["request-id"]) == 36


@pytest.mark.parametrize(
    "path", ["/apps", "/account", "/apps/inscriptions/dynos", "/apps/none", "/dyno-sizes"]
)
def test_every_answer_can_be_identified_validated_and_counted(api: Api, path: str) -> None:
    headers = api.get(path).headers
    assert uuid.UUID(headers["request-id"]).version == 4
    assert headers["etag"].startswith('"')
    assert parsedate_to_datetime(headers["last-modified"]).year <= 2026
    assert int(headers["ratelimit-remaining"]) == 4499


def test_an_answer_the_client_has_already_is_not_sent_again(api: Api) -> None:
    first = api.get("/apps/inscriptions/dynos")
    again = api.get("/apps/inscriptions/dynos", if_none_match=first.headers["etag"])
    assert (again.status, again.content) == (304, b"")


def test_an_answer_that_changed_is_sent_again(simulator: Simulator, api: Api) -> None:
    first = api.get("/apps/inscriptions/dynos")
    simulator.world.app("inscriptions").crash("web.1")
    again = api.get("/apps/inscriptions/dynos", if_none_match=first.headers["etag"])
    assert again.status == 200
    assert again.headers["etag"] != first.headers["etag"]


def test_a_change_of_what_is_no_longer_as_the_client_saw_it_is_refused(
    simulator: Simulator, api: Api
) -> None:
    seen = api.get("/apps/inscriptions").headers["etag"]
    simulator.world.app("inscriptions").set_maintenance()
    refused = api.call("PATCH", "/apps/inscriptions", {"maintenance": False}, if_match=seen)
    assert refused.status == 412
    assert simulator.world.app("inscriptions").maintenance is True


def test_a_change_of_what_is_still_as_the_client_saw_it_is_made(api: Api) -> None:
    seen = api.get("/apps/inscriptions").headers["etag"]
    assert (
        api.call("PATCH", "/apps/inscriptions", {"maintenance": True}, if_match=seen).json["maintenance"]
        is True
    )


def test_reading_what_has_changed_under_if_match_is_refused(api: Api) -> None:
    assert api.get("/apps/inscriptions", if_match='"other"').status == 412


def test_the_rate_limit_refills_by_75_a_minute_and_refuses_when_empty(simulator: Simulator, api: Api) -> None:
    simulator.world.set_remaining(1)
    assert api.get("/apps").headers["ratelimit-remaining"] == "0"
    refused = api.get("/apps")
    assert refused.error == (429, "rate_limit")
    assert refused.json["message"].startswith("Your account reached the API rate limit")
    simulator.advance(60)
    assert api.get("/apps").headers["ratelimit-remaining"] == "74"


def test_asking_for_the_rate_limit_costs_nothing(simulator: Simulator, api: Api) -> None:
    simulator.world.set_remaining(0)
    assert api.get("/account/rate-limits").json == {"remaining": 0}


def test_two_tokens_of_one_account_share_the_rate_limit(simulator: Simulator, api: Api) -> None:
    api.get("/apps")
    other = Api(simulator.base_url, simulator.world.issue_token())
    assert other.get("/apps").headers["ratelimit-remaining"] == "4498"


def test_an_answer_is_compressed_when_the_client_accepts_it(api: Api) -> None:
    packed = api.get("/dyno-sizes", accept_encoding="gzip, deflate")
    plain = api.get("/dyno-sizes")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.json == plain.json
    assert len(packed.content) < len(plain.content) / 4
    assert "content-encoding" not in plain.headers


def test_head_has_the_headers_of_get_and_no_body(api: Api) -> None:
    got, head = api.get("/apps/inscriptions"), api.call("HEAD", "/apps/inscriptions")
    assert head.content == b""
    assert head.headers["etag"] == got.headers["etag"]
    assert head.headers["content-length"] == str(len(got.content))


def test_post_may_stand_for_another_method(simulator: Simulator, api: Api) -> None:
    api.call("POST", "/apps/inscriptions", {"maintenance": True}, x_http_method_override="PATCH")
    assert simulator.world.app("inscriptions").maintenance is True
    assert simulator.requests[-1].method == "PATCH"


def test_get_may_not_stand_for_another_method(simulator: Simulator, api: Api) -> None:
    api.get("/apps/inscriptions", x_http_method_override="DELETE")
    assert simulator.requests[-1].method == "GET"


def test_warnings_come_with_every_answer_once_they_are_set(simulator: Simulator, api: Api) -> None:
    assert "x-heroku-warning" not in api.get("/apps").headers
    simulator.world.configure({"warnings": ["This stack is deprecated."]})
    assert api.get("/apps").headers["x-heroku-warning"] == "This stack is deprecated."


def test_every_request_is_recorded_as_it_came(simulator: Simulator, api: Api) -> None:
    api.get("/apps?x=1", user_agent="essai/1")
    api.call("PATCH", "/apps/inscriptions", {"maintenance": True})
    first, second = simulator.requests
    assert (first.method, first.path, first.query, first.status) == ("GET", "/apps", "x=1", 200)
    assert first.headers["user-agent"] == "essai/1"
    assert (second.body, second.at) == ('{"maintenance": true}', "2026-11-16T09:00:00Z")
    simulator.clear_requests()
    assert simulator.requests == []

"""What every request carries, and what is kept of every answer."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Barrier

import pytest

from opsconsole.heroku import Client, MalformedAnswerError, NotFoundError
from tests.heroku import samples
from tests.heroku.conftest import TOKEN
from tests.heroku.scripted_server import Script, ScriptedServer, Wire, message, whole, zipped

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def test_a_request_says_what_it_accepts_who_asks_and_under_which_id(
    server: ScriptedServer, client: Client
) -> None:
    server.plan(whole([]))
    client.apps.list()
    headers = server.requests[0].headers
    assert headers["accept"] == "application/vnd.heroku+json; version=3.sdk"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["user-agent"].startswith("opsconsole/")
    assert headers["accept-encoding"] == "gzip"
    assert UUID.fullmatch(headers["request-id"])


def test_a_request_with_a_body_says_that_it_is_json(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.app()))
    client.apps.set_maintenance("site-vitrine", on=True)
    assert server.requests[0].headers["content-type"] == "application/json"


def test_the_user_agent_can_be_chosen(server: ScriptedServer) -> None:
    server.plan(whole([]))
    with closing(Client(TOKEN, base_url=server.base_url, user_agent="accueil/2")) as client:
        client.apps.list()
    assert server.requests[0].headers["user-agent"] == "accueil/2"


def test_a_compressed_answer_is_read(server: ScriptedServer, client: Client) -> None:
    server.plan(zipped([samples.app()]))
    assert client.apps.list()[0].name == "site-vitrine"


def test_a_change_brings_herokus_request_id(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.app(), headers={"Request-Id": "heroku-id"}))
    assert client.apps.set_maintenance("site-vitrine", on=True).request_id == "heroku-id"


def test_a_change_without_herokus_request_id_brings_ours(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(status=202))
    assert client.dynos.restart_all("site-vitrine").request_id == server.requests[0].headers["request-id"]


def test_a_refusal_brings_herokus_request_id(server: ScriptedServer, client: Client) -> None:
    server.plan(whole({"id": "not_found"}, status=404, headers={"Request-Id": "heroku-id"}))
    with pytest.raises(NotFoundError) as caught:
        client.apps.get("site-vitrine")
    assert caught.value.request_id == "heroku-id"


def test_each_distinct_warning_comes_once(server: ScriptedServer, client: Client) -> None:
    warnings = (
        ("X-Heroku-Warning", "Your stack is old."),
        ("X-Heroku-Warning", "Your stack is old."),
        ("Warning-Message", "Mind the gap."),
    )
    server.plan(whole(samples.app(), extra=warnings))
    answer = client.apps.set_maintenance("site-vitrine", on=True)
    assert answer.warnings == ("Your stack is old.", "Mind the gap.")


def test_the_calls_left_are_those_of_the_last_answer(server: ScriptedServer, client: Client) -> None:
    assert client.remaining is None
    server.plan(
        whole([], headers={"RateLimit-Remaining": "4499"}),
        whole({"id": "not_found"}, status=404, headers={"RateLimit-Remaining": "4498"}),
        whole([], headers={"RateLimit-Remaining": "many"}),
    )
    client.apps.list()
    assert client.remaining == 4499
    with pytest.raises(NotFoundError):
        client.apps.get("site-vitrine")
    assert client.remaining == 4498
    client.dyno_sizes.list()
    assert client.remaining == 4498


def test_every_request_counts_as_a_call(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([]), whole(status=500), whole([]))
    client.apps.list()
    client.dyno_sizes.list()
    assert client.calls == len(server.requests) == 3


def test_reads_share_a_connection(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([]), whole({"id": "not_found"}, status=404), whole([]))
    client.apps.list()
    with pytest.raises(NotFoundError):
        client.apps.get("site-vitrine")
    client.dyno_sizes.list()
    assert {seen.connection for seen in server.requests} == {1}


def test_a_change_never_leaves_on_a_connection_that_may_be_dead(
    server: ScriptedServer, client: Client
) -> None:
    server.plan(whole([]), whole(samples.app()))
    client.apps.list()
    client.apps.set_maintenance("site-vitrine", on=True)
    assert [seen.connection for seen in server.requests] == [1, 2]


def test_several_threads_read_at_once_and_each_gets_its_own_answer(
    server: ScriptedServer, client: Client
) -> None:
    together = Barrier(8, timeout=5)

    def act(wire: Wire) -> None:
        together.wait()  # every request is in before any answer goes out
        wire.send(message(samples.app(), headers={"Connection": "close"}))

    server.plan(*[Script(act)] * 8)
    with ThreadPoolExecutor(8) as pool:
        apps = list(pool.map(lambda _: client.apps.get("site-vitrine"), range(8)))
    assert {app.name for app in apps} == {"site-vitrine"}
    assert client.calls == 8


def test_a_list_is_read_to_its_end(server: ScriptedServer, client: Client) -> None:
    server.plan(
        whole([samples.app(name="un")], status=206, headers={"Next-Range": "id ]11..; max=1"}),
        whole([samples.app(name="deux")], status=206, headers={"Next-Range": "id ]22..; max=1"}),
        whole([samples.app(name="trois")]),
    )
    assert [app.name for app in client.apps.list()] == ["un", "deux", "trois"]
    assert [seen.headers.get("range") for seen in server.requests] == [
        None,
        "id ]11..; max=1",
        "id ]22..; max=1",
    ]


def test_a_page_is_asked_of_the_same_host_and_path(server: ScriptedServer, client: Client) -> None:
    server.plan(
        whole([], status=206, headers={"Next-Range": "http://127.0.0.2/apps"}),
        whole([]),
    )
    client.apps.list()
    assert [seen.target for seen in server.requests] == ["/apps", "/apps"]


def test_releases_stop_at_their_limit_though_there_are_more(server: ScriptedServer, client: Client) -> None:
    content = [samples.release(version=version) for version in (9, 8, 7)]
    server.plan(whole(content, status=206, headers={"Next-Range": "version ..6; max=2, order=desc"}))
    assert [release.version for release in client.releases.list("site-vitrine", limit=2)] == [9, 8]
    assert len(server.requests) == 1


def test_releases_go_on_to_the_next_page_below_their_limit(server: ScriptedServer, client: Client) -> None:
    server.plan(
        whole([samples.release(version=9)], status=206, headers={"Next-Range": "version ..8; order=desc"}),
        whole([samples.release(version=8)]),
    )
    assert [release.version for release in client.releases.list("site-vitrine", limit=5)] == [9, 8]


@pytest.mark.parametrize(
    "scripts",
    [
        (whole([samples.app()], status=206),),
        (
            whole([samples.app()], status=206, headers={"Next-Range": "id ]11.."}),
            whole([samples.app()], status=206, headers={"Next-Range": "id ]11.."}),
        ),
        (whole([samples.app()], status=206, headers={"Next-Range": "é" * 10}),),
        (whole([samples.app()], status=206, headers={"Next-Range": "x" * 2000}),),
        tuple(whole([], status=206, headers={"Next-Range": f"id ]{page}.."}) for page in range(60)),
    ],
    ids=["no next range", "in a circle", "not ascii", "too long", "without an end"],
)
def test_half_a_list_is_not_a_list(
    server: ScriptedServer, client: Client, scripts: tuple[Script, ...]
) -> None:
    server.plan(*scripts)
    with pytest.raises(MalformedAnswerError):
        client.apps.list()
    assert len(server.requests) <= 50


def test_what_did_not_change_is_not_sent_again(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.app()], headers={"ETag": '"v1"'}), whole(status=304))
    first = client.apps.list()
    assert client.apps.list() == first
    assert [seen.headers.get("if-none-match") for seen in server.requests] == [None, '"v1"']


def test_what_changed_replaces_what_was_kept(server: ScriptedServer, client: Client) -> None:
    server.plan(
        whole([samples.app(name="avant")], headers={"ETag": '"v1"'}),
        whole([samples.app(name="apres")], headers={"ETag": '"v2"'}),
        whole(status=304),
    )
    assert [client.apps.list()[0].name for _ in range(3)] == ["avant", "apres", "apres"]
    assert server.requests[2].headers["if-none-match"] == '"v2"'


def test_an_answer_that_cannot_be_read_is_not_kept_for_a_later_304(
    server: ScriptedServer, client: Client
) -> None:
    server.plan(
        whole([{"id": 7}], headers={"ETag": '"v1"'}), whole([samples.app()], headers={"ETag": '"v1"'})
    )
    with pytest.raises(MalformedAnswerError):
        client.apps.list()
    assert [app.name for app in client.apps.list()] == [samples.app()["name"]]
    assert "if-none-match" not in server.requests[-1].headers


def test_an_etag_belongs_to_one_path(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([], headers={"ETag": '"v1"'}), whole([]))
    client.dynos.list("site-vitrine")
    client.dynos.list("boutique")
    assert "if-none-match" not in server.requests[1].headers


def test_an_etag_belongs_to_one_page(server: ScriptedServer, client: Client) -> None:
    pages = (
        whole([samples.app(name="un")], status=206, headers={"ETag": '"p1"', "Next-Range": "id ]1.."}),
        whole([samples.app(name="deux")], headers={"ETag": '"p2"'}),
    )
    server.plan(*pages, whole(status=304), whole(status=304))
    assert client.apps.list() == client.apps.list()
    assert [seen.headers.get("if-none-match") for seen in server.requests[2:]] == ['"p1"', '"p2"']


def test_an_etag_belongs_to_one_client(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([], headers={"ETag": '"v1"'}), whole([]))
    client.apps.list()
    with closing(Client("HRKU-another-token", base_url=server.base_url)) as other:
        other.apps.list()
    assert "if-none-match" not in server.requests[1].headers


def test_not_modified_without_having_asked_is_no_answer(server: ScriptedServer, plain_client: Client) -> None:
    server.plan(whole(status=304))
    with pytest.raises(MalformedAnswerError):
        plain_client.apps.list()


def test_a_change_is_never_answered_from_memory(server: ScriptedServer, client: Client) -> None:
    server.plan(
        whole(samples.app(), headers={"ETag": '"v1"'}),
        whole(samples.app(maintenance=True), headers={"ETag": '"v2"'}),
    )
    client.apps.get("site-vitrine")
    client.apps.set_maintenance("site-vitrine", on=True)
    assert "if-none-match" not in server.requests[1].headers


def test_the_answer_to_a_change_is_not_kept_for_reads(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.app(), headers={"ETag": '"v1"'}), whole(samples.app()))
    client.apps.set_maintenance("site-vitrine", on=True)
    client.apps.get("site-vitrine")
    assert "if-none-match" not in server.requests[1].headers

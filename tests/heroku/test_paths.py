"""Names are matched against their pattern and encoded: no name leads to another path."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import Client, FormationUpdate, InvalidNameError
from opsconsole.heroku.paths import PATTERNS, fill
from tests.heroku import samples
from tests.heroku.scripted_server import ScriptedServer, whole

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = [
    "", ".", "..", "../account", "a/b", "a?b=c", "a#b", "a%2fb", "%2e%2e", "a\\b", "a b", " ab", "ab ", "ab\n", "ab\r\nX: y",
    "a\x00b", "é", "\uff41\uff50\uff50", "web.1/actions/stop", "web.1?x", "web..1", "web.1.2", "web.", ".1", "//host", "http://host",
    "a;b", "a:b", "a@b", "a&b", "a=b", "a+b", "a*b", "a'b", 'a"b', "a{b}", "{app}", "a,b", "a|b", "٣", "x" * 200,
]  # fmt: skip


@pytest.mark.parametrize("value", HOSTILE, ids=repr)
@pytest.mark.parametrize("kind", PATTERNS)
def test_a_hostile_name_is_no_name(kind: str, value: str) -> None:
    with pytest.raises(InvalidNameError) as caught:
        fill(f"/x/{{{kind}}}", **{kind: value})
    assert (caught.value.outcome, caught.value.reason) == ("not_sent", "invalid_name")


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("app", "site-vitrine"),
        ("app", "abc"),
        ("app", "a" * 30),
        ("app", samples.APP_ID),
        ("dyno", "web.1"),
        ("dyno", "run.1234"),
        ("dyno", "web-1234abcde-123ab"),
        ("dyno", "web.4ed720fa31-ur8z1"),
        ("dyno", samples.APP_ID),
        ("process_type", "web"),
        ("process_type", "celery_beat-2"),
        ("release", "7"),
        ("release", samples.APP_ID),
        ("account", samples.ACCOUNT_ID),
    ],
)
def test_a_proper_name_goes_into_the_path_as_it_is(kind: str, value: str) -> None:
    path = fill(f"/x/{{{kind}}}", **{kind: value})
    assert path.filled == f"/x/{value}"
    assert path.template == f"/x/{{{kind}}}"


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("app", "Site"),
        ("app", "1site"),
        ("app", "ab"),
        ("app", "site-"),
        ("app", "a" * 31),
        ("process_type", "web.1"),
        ("release", "0"),
        ("release", "latest"),
        ("account", "me@example.org"),
        ("account", "~"),
    ],
)
def test_a_name_of_another_kind_is_no_name(kind: str, value: str) -> None:
    with pytest.raises(InvalidNameError):
        fill(f"/x/{{{kind}}}", **{kind: value})


@pytest.mark.parametrize(
    "act",
    [
        lambda client: client.apps.get("../account"),
        lambda client: client.apps.set_maintenance("a/b", on=True),
        lambda client: client.dynos.list("a?b"),
        lambda client: client.dynos.create("a#b", command="true"),
        lambda client: client.dynos.create("site-vitrine", command="true", type="a b"),
        lambda client: client.dynos.restart("site-vitrine", "../../boutique"),
        lambda client: client.dynos.restart_type("site-vitrine", "web/x"),
        lambda client: client.dynos.stop("site-vitrine", "web.1/x"),
        lambda client: client.dynos.stop_type("site-vitrine", ".."),
        lambda client: client.formation.list("%2e%2e"),
        lambda client: client.formation.update("site-vitrine", updates=[FormationUpdate("we b", quantity=0)]),
        lambda client: client.dyno_sizes.available("a b"),
        lambda client: client.quota.get("~"),
        lambda client: client.releases.list(""),
        lambda client: client.releases.get("site-vitrine", "../7"),
        lambda client: client.addons.names("a\nb"),
    ],
)
def test_nothing_is_asked_of_heroku_under_a_hostile_name(
    server: ScriptedServer, client: Client, act: Callable[[Client], object]
) -> None:
    server.plan(whole([]))
    with pytest.raises(InvalidNameError):
        act(client)
    assert server.requests == []

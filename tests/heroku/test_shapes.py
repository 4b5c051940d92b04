"""Half an answer never becomes a statement: every essential key, missing or of another type, ends the call."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsconsole.heroku import Client, MalformedAnswerError
from opsconsole.heroku.account import read_account
from opsconsole.heroku.addons import read_addon
from opsconsole.heroku.apps import read_app
from opsconsole.heroku.dyno_sizes import read_dyno_size
from opsconsole.heroku.dynos import read_dyno
from opsconsole.heroku.fields import Fields, ShapeError
from opsconsole.heroku.formation import read_formation
from opsconsole.heroku.quota import read_quota
from opsconsole.heroku.releases import read_release
from tests.heroku import samples
from tests.heroku.scripted_server import ScriptedServer, whole

if TYPE_CHECKING:
    from collections.abc import Callable

READERS: dict[str, tuple[Callable[[Fields], object], dict[str, Any]]] = {
    "account": (read_account, samples.account()),
    "app": (read_app, samples.app()),
    "dyno": (read_dyno, samples.dyno()),
    "formation": (read_formation, samples.formation()),
    "dyno size": (read_dyno_size, samples.dyno_size()),
    "quota": (read_quota, samples.quota()),
    "release": (read_release, samples.release()),
    "add-on": (read_addon, samples.addon()),
}

ESSENTIAL = [
    *[("account", key) for key in ("id", "email")],
    *[("app", key) for key in ("id", "name", "maintenance", "owner", "created_at", "updated_at")],
    *[("dyno", key) for key in ("id", "name", "type", "state", "command", "created_at", "updated_at")],
    *[("formation", key) for key in ("id", "type", "command", "quantity")],
    *[("dyno size", key) for key in ("id", "name", "memory", "compute", "dedicated", "private_space_only")],
    *[("quota", key) for key in ("account_quota", "quota_used", "apps")],
    *[
        ("release", key)
        for key in ("id", "version", "description", "status", "current", "created_at", "updated_at")
    ],
    *[("add-on", key) for key in ("name", "addon_service", "plan")],
]
OPTIONAL = [
    *[("account", key) for key in ("name", "suspended_at", "delinquent_at", "mfa_enabled")],
    *[("app", key) for key in ("web_url", "process_tier", "generation", "team", "space", "region", "stack")],
    *[("app", key) for key in ("released_at", "archived_at")],
    *[("dyno", key) for key in ("size", "release", "attach_url")],
    *[("formation", key) for key in ("dyno_size", "updated_at")],
    *[("dyno size", key) for key in ("cost", "architecture", "product_dyno_tier")],
    ("release", "user"),
]

# For each type of a key, values of every other.
WRONG: dict[type, list[Any]] = {
    str: [5, True, ["x"], {"x": 1}],
    int: ["5", 5.5, True, -1, [5], {}],
    float: ["0.5", True, [1], {}],
    bool: [0, 1, "true", [], {}],
    dict: [5, "x", True, [1]],
    list: [5, "x", True, {"a": 1}],
    type(None): [5, True, ["x"]],
}


def read(name: str, content: object) -> object:
    reader, _ = READERS[name]
    return reader(Fields(content))


@pytest.mark.parametrize(("name", "key"), ESSENTIAL)
def test_a_missing_essential_key_ends_the_call(name: str, key: str) -> None:
    content = {other: value for other, value in READERS[name][1].items() if other != key}
    with pytest.raises(ShapeError):
        read(name, content)


@pytest.mark.parametrize(("name", "key"), ESSENTIAL)
def test_a_null_essential_key_ends_the_call(name: str, key: str) -> None:
    with pytest.raises(ShapeError):
        read(name, READERS[name][1] | {key: None})


@pytest.mark.parametrize(("name", "key"), [*ESSENTIAL, *OPTIONAL])
def test_a_key_of_another_type_ends_the_call(name: str, key: str) -> None:
    content = READERS[name][1]
    for wrong in WRONG[type(content[key])]:
        with pytest.raises(ShapeError):
            read(name, content | {key: wrong})


@pytest.mark.parametrize(("name", "key"), OPTIONAL)
def test_a_key_that_may_be_null_may_be_missing_too(name: str, key: str) -> None:
    content = READERS[name][1]
    assert read(name, content | {key: None}) == read(name, {k: v for k, v in content.items() if k != key})


@pytest.mark.parametrize(
    ("name", "key"), [("dyno", "created_at"), ("release", "updated_at"), ("app", "released_at")]
)
@pytest.mark.parametrize("value", ["", "yesterday", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_moment_that_is_none_ends_the_call(name: str, key: str, value: str) -> None:
    with pytest.raises(ShapeError):
        read(name, READERS[name][1] | {key: value})


@pytest.mark.parametrize("key", ["id", "name", "state", "type"])
def test_an_empty_essential_text_ends_the_call(key: str) -> None:
    with pytest.raises(ShapeError):
        read("dyno", samples.dyno(**{key: ""}))


@pytest.mark.parametrize(
    "apps", [[{}], [{"app_uuid": samples.APP_ID}], [5], [{"app_uuid": 5, "quota_used": 1}]]
)
def test_a_quota_with_half_an_app_ends_the_call(apps: object) -> None:
    with pytest.raises(ShapeError):
        read("quota", samples.quota(apps=apps))


@pytest.mark.parametrize("owner", [{}, {"id": samples.ACCOUNT_ID}, {"id": 5, "email": "a@example.org"}])
def test_an_app_with_half_an_owner_ends_the_call(owner: object) -> None:
    with pytest.raises(ShapeError):
        read("app", samples.app(owner=owner))


def test_a_formation_without_any_size_ends_the_call() -> None:
    content = {key: value for key, value in samples.formation().items() if "size" not in key}
    with pytest.raises(ShapeError):
        read("formation", content)


def test_moments_are_in_utc_whatever_their_offset() -> None:
    fields = Fields(
        {"a": "2026-11-20T09:30:00+01:00", "b": "2026-11-20T08:30:00Z", "c": "2026-11-20T08:30:00"}
    )
    expected = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
    assert [fields.moment(key) for key in "abc"] == [expected] * 3
    assert all(fields.moment(key).tzinfo is UTC for key in "abc")


@pytest.mark.parametrize("memory", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_json(server: ScriptedServer, client: Client, memory: float) -> None:
    server.plan(whole([samples.dyno_size(memory=memory)]))
    with pytest.raises(MalformedAnswerError, match="not JSON"):
        client.dyno_sizes.list()


def test_a_list_with_one_bad_item_is_no_list(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.dyno(), samples.dyno(state=None)]))
    with pytest.raises(MalformedAnswerError, match=r"state is missing or of another type"):
        client.dynos.list("site-vitrine")


def test_an_unreadable_answer_names_the_key_and_never_its_value(
    server: ScriptedServer, client: Client
) -> None:
    server.plan(whole([samples.dyno(attach_url=["rendezvous://secret"])]))
    with pytest.raises(MalformedAnswerError) as caught:
        client.dynos.list("site-vitrine")
    assert "attach_url" in str(caught.value)
    assert "secret" not in str(caught.value)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(READERS)), data=st.data())
def test_whatever_a_key_becomes_it_is_read_as_it_is_or_not_at_all(name: str, data: st.DataObject) -> None:
    content = dict(READERS[name][1])
    content[data.draw(st.sampled_from(sorted(content)))] = data.draw(anything)
    with suppress(ShapeError):
        read(name, content)


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(sorted(READERS)), content=anything)
def test_nothing_else_than_an_answer_passes_for_one(name: str, content: object) -> None:
    with pytest.raises(ShapeError):
        read(name, json.loads(json.dumps(content)))

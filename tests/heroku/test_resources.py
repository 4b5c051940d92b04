"""Each resource asks what it should, and reads what comes back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import (
    Account,
    AddOn,
    App,
    Client,
    Dyno,
    DynoSize,
    EcoQuota,
    Formation,
    FormationUpdate,
    Release,
)
from tests.heroku import samples
from tests.heroku.scripted_server import Script, ScriptedServer, whole

if TYPE_CHECKING:
    from collections.abc import Callable

MOMENT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def test_the_account_says_whose_token_it_is(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.account()))
    assert client.account.get() == Account(
        id=samples.ACCOUNT_ID,
        email="technique@example.org",
        name="Camille",
        suspended_at=None,
        delinquent_at=None,
        two_factor=True,
    )
    assert server.requests[0].target == "/account"


def test_the_rate_limit_is_a_number_of_calls(server: ScriptedServer, client: Client) -> None:
    server.plan(whole({"remaining": 4321}))
    assert client.rate_limits.get() == 4321
    assert server.requests[0].target == "/account/rate-limits"


def test_an_app_is_read_whole(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.app(team={"id": samples.APP_ID, "name": "association"}, released_at=None)))
    assert client.apps.get("site-vitrine") == App(
        id=samples.APP_ID,
        name="site-vitrine",
        web_url="https://site-vitrine-0123456789ab.herokuapp.com/",
        maintenance=False,
        process_tier="production",
        generation="cedar",
        owner_id=samples.ACCOUNT_ID,
        owner_email="technique@example.org",
        team="association",
        space=None,
        region="eu",
        stack="heroku-24",
        released_at=None,
        archived_at=None,
        created_at=MOMENT,
        updated_at=MOMENT,
    )
    assert server.requests[0].target == "/apps/site-vitrine"


def test_the_list_of_apps_holds_every_app(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.app(), samples.app(name="boutique")]))
    assert [app.name for app in client.apps.list()] == ["site-vitrine", "boutique"]
    assert server.requests[0].target == "/apps"


@pytest.mark.parametrize("generation", ["fir", {"id": samples.APP_ID, "name": "fir"}])
def test_a_generation_comes_as_a_string_or_an_object(
    server: ScriptedServer, client: Client, generation: object
) -> None:
    server.plan(whole(samples.app(generation=generation)))
    assert client.apps.get("site-vitrine").generation == "fir"


def test_an_app_without_the_extras_of_the_sdk_is_a_cedar_app_of_no_known_tier(
    server: ScriptedServer, client: Client
) -> None:
    content = samples.app()
    del content["generation"], content["process_tier"]
    server.plan(whole(content))
    app = client.apps.get("site-vitrine")
    assert (app.generation, app.process_tier) == ("cedar", None)


@pytest.mark.parametrize("on", [True, False])
def test_maintenance_is_set(server: ScriptedServer, client: Client, *, on: bool) -> None:
    server.plan(whole(samples.app(maintenance=on)))
    assert client.apps.set_maintenance("site-vitrine", on=on).value.maintenance is on
    assert (server.requests[0].method, server.requests[0].target) == ("PATCH", "/apps/site-vitrine")
    assert server.requests[0].payload == {"maintenance": on}


def test_a_dyno_is_read_whole(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.dyno()]))
    assert client.dynos.list("site-vitrine") == (
        Dyno(
            id=samples.APP_ID,
            name="web.1",
            type="web",
            state="up",
            size="Standard-1X",
            command="gunicorn site",
            release_version=7,
            attach_url=None,
            created_at=MOMENT,
            updated_at=datetime(2026, 11, 20, 8, 31, 2, tzinfo=UTC),
        ),
    )
    assert server.requests[0].target == "/apps/site-vitrine/dynos"


def test_no_dyno_is_an_empty_list(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([]))
    assert client.dynos.list("site-vitrine") == ()


def test_sizes_states_and_fields_of_tomorrow_are_taken_as_they_are(
    server: ScriptedServer, client: Client
) -> None:
    server.plan(whole([samples.dyno(size="Quantum-9", state="dreaming", mood="good")]))
    (dyno,) = client.dynos.list("site-vitrine")
    assert (dyno.size, dyno.state) == ("Quantum-9", "dreaming")


def test_the_address_of_a_terminal_is_not_in_a_dynos_repr(server: ScriptedServer, client: Client) -> None:
    url = "rendezvous://rendezvous.runtime.heroku.com:5000/secret-secret"
    server.plan(whole(samples.dyno(attach_url=url), status=201))
    dyno = client.dynos.create("site-vitrine", command="bash", attach=True).value
    assert dyno.attach_url == url
    assert "secret" not in repr(dyno)


def test_a_launch_sends_only_what_was_asked_for(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.dyno(name="run.1234", type="run"), status=201))
    assert client.dynos.create("site-vitrine", command="python manage.py check").value.name == "run.1234"
    assert (server.requests[0].method, server.requests[0].target) == ("POST", "/apps/site-vitrine/dynos")
    assert server.requests[0].payload == {"command": "python manage.py check", "attach": False}


def test_a_launch_sends_all_that_was_asked_for(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.dyno(), status=201))
    client.dynos.create(
        "site-vitrine",
        command="bash",
        attach=True,
        env={"TERM": "xterm"},
        size="standard-1x",
        type="console",
        time_to_live=3600,
        force_no_tty=True,
    )
    assert server.requests[0].payload == {
        "command": "bash",
        "attach": True,
        "env": {"TERM": "xterm"},
        "size": "standard-1x",
        "type": "console",
        "time_to_live": 3600,
        "force_no_tty": True,
    }


@pytest.mark.parametrize("content", [None, {}], ids=["empty", "object"])
@pytest.mark.parametrize(
    ("act", "method", "target"),
    [
        (lambda client: client.dynos.restart_all("boutique"), "DELETE", "/apps/boutique/dynos"),
        (lambda client: client.dynos.restart("boutique", "web.1"), "DELETE", "/apps/boutique/dynos/web.1"),
        (
            lambda client: client.dynos.restart_type("boutique", "worker"),
            "DELETE",
            "/apps/boutique/formations/worker",
        ),
        (
            lambda client: client.dynos.stop("boutique", "run.1234"),
            "POST",
            "/apps/boutique/dynos/run.1234/actions/stop",
        ),
        (
            lambda client: client.dynos.stop_type("boutique", "run"),
            "POST",
            "/apps/boutique/formations/run/actions/stop",
        ),
    ],
    ids=["restart all", "restart one", "restart type", "stop one", "stop type"],
)
def test_restarting_and_stopping_go_to_their_path(
    server: ScriptedServer,
    client: Client,
    *,
    act: Callable[[Client], object],
    method: str,
    target: str,
    content: object,
) -> None:
    server.plan(whole(content, status=202))
    act(client)
    (seen,) = server.requests
    assert (seen.method, seen.target, seen.body) == (method, target, b"")


def test_a_formation_lists_types_at_zero_too(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.formation(), samples.formation(type="worker", quantity=0)]))
    assert client.formation.list("site-vitrine") == (
        Formation(
            id=samples.APP_ID,
            type="web",
            command="gunicorn site",
            quantity=2,
            size="Standard-1X",
            updated_at=MOMENT,
        ),
        Formation(
            id=samples.APP_ID,
            type="worker",
            command="gunicorn site",
            quantity=0,
            size="Standard-1X",
            updated_at=MOMENT,
        ),
    )
    assert server.requests[0].target == "/apps/site-vitrine/formation"


def test_a_formation_with_only_the_older_size_is_read(server: ScriptedServer, client: Client) -> None:
    content = samples.formation()
    del content["dyno_size"]
    server.plan(whole([content]))
    assert client.formation.list("site-vitrine")[0].size == "standard-1X"


def test_several_process_types_are_scaled_in_one_call(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.formation(quantity=0), samples.formation(type="worker", quantity=1)]))
    answer = client.formation.update(
        "site-vitrine",
        updates=[FormationUpdate("web", quantity=0), FormationUpdate("worker", quantity=1, size="eco")],
    )
    assert [(entry.type, entry.quantity) for entry in answer.value] == [("web", 0), ("worker", 1)]
    (seen,) = server.requests
    assert (seen.method, seen.target) == ("PATCH", "/apps/site-vitrine/formation")
    assert seen.payload == {
        "updates": [
            {"type": "web", "quantity": 0},
            {"type": "worker", "quantity": 1, "dyno_size": {"name": "eco"}},
        ]
    }


def test_a_size_alone_leaves_the_quantity_out(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.formation()]))
    client.formation.update("site-vitrine", updates=[FormationUpdate("web", size="standard-2x")])
    assert server.requests[0].payload == {"updates": [{"type": "web", "dyno_size": {"name": "standard-2x"}}]}


def test_a_dyno_size_is_read_whole(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.dyno_size()]))
    assert client.dyno_sizes.list() == (
        DynoSize(
            id=samples.APP_ID,
            name="Standard-1X",
            cost_cents=2500,
            memory_gb=0.5,
            compute=1,
            dedicated=False,
            private_space_only=False,
            architecture="amd64",
            generation="cedar",
            tier="standard",
        ),
    )
    assert server.requests[0].target == "/dyno-sizes"


@pytest.mark.parametrize("cost", [None, {"cents": 25, "unit": "hour"}], ids=["none", "other unit"])
def test_a_price_that_is_not_by_the_month_is_unknown(
    server: ScriptedServer, client: Client, cost: object
) -> None:
    server.plan(whole([samples.dyno_size(cost=cost)]))
    assert client.dyno_sizes.list()[0].cost_cents is None


def test_the_sizes_of_an_app_are_asked_of_the_app(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.dyno_size()]))
    assert client.dyno_sizes.available("site-vitrine")[0].name == "Standard-1X"
    assert server.requests[0].target == "/apps/site-vitrine/available-dyno-sizes"


def test_a_quota_is_in_seconds_by_account_and_by_app(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.quota()))
    assert client.quota.get(samples.ACCOUNT_ID) == EcoQuota(
        account_quota=3_600_000, used=178_200, apps={samples.APP_ID: 170_000}
    )
    (seen,) = server.requests
    assert seen.target == f"/accounts/{samples.ACCOUNT_ID}/actions/get-quota"
    assert seen.headers["accept"] == "application/vnd.heroku+json; version=3.account-quotas"


@pytest.mark.parametrize(("used", "remaining"), [(178_200, 3_421_800), (3_600_000, 0), (3_600_900, 0)])
def test_what_remains_of_a_quota_is_never_below_zero(
    server: ScriptedServer, client: Client, used: int, remaining: int
) -> None:
    server.plan(whole(samples.quota(quota_used=used)))
    quota = client.quota.get(samples.ACCOUNT_ID)
    assert quota is not None
    assert quota.remaining == remaining


@pytest.mark.parametrize(
    "script",
    [
        whole({"id": "not_found", "message": "No subscription."}, status=404),
        whole({"id": "not_found", "message": "No subscription."}),
    ],
    ids=["404", "200"],
)
def test_no_eco_subscription_is_no_quota(server: ScriptedServer, client: Client, script: Script) -> None:
    server.plan(script)
    assert client.quota.get(samples.ACCOUNT_ID) is None


def test_releases_come_newest_first(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.release(version=6, current=False), samples.release()]))
    assert client.releases.list("site-vitrine", limit=5) == (
        Release(
            id=samples.APP_ID,
            version=7,
            description="Deploy 1a2b3c4",
            status="succeeded",
            current=True,
            user_email="technique@example.org",
            created_at=MOMENT,
            updated_at=MOMENT,
        ),
        Release(
            id=samples.APP_ID,
            version=6,
            description="Deploy 1a2b3c4",
            status="succeeded",
            current=False,
            user_email="technique@example.org",
            created_at=MOMENT,
            updated_at=MOMENT,
        ),
    )
    assert server.requests[0].headers["range"] == "version ..; max=5, order=desc"


def test_one_release_is_asked_by_its_version(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(samples.release()))
    assert client.releases.get("site-vitrine", "7").version == 7
    assert server.requests[0].target == "/apps/site-vitrine/releases/7"


def test_add_ons_are_names(server: ScriptedServer, client: Client) -> None:
    server.plan(whole([samples.addon()]))
    assert client.addons.names("site-vitrine") == (
        AddOn(
            name="postgresql-rond-12345",
            service="heroku-postgresql",
            plan="heroku-postgresql:essential-0",
        ),
    )
    assert server.requests[0].target == "/apps/site-vitrine/addons"

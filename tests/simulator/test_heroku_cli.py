"""The official command line as a second opinion: what it shows against Heroku, it shows against the simulator."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from opsconsole.simulator import Simulator
from tests.simulator.heroku_cli import HerokuCli

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.cli

PLAIN = "application/vnd.heroku+json; version=3"
SDK = f"{PLAIN}.sdk"
SINCE = r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d \+0000( \(~ \d+[smh] ago\))?"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """On the true clock, which the command line reads too."""
    with Simulator(speed=20) as running:
        yield running


@pytest.fixture
def heroku(simulator: Simulator, tmp_path: Path) -> HerokuCli:
    return HerokuCli(simulator.base_url, simulator.token, home=tmp_path)


def asked(simulator: Simulator) -> list[str]:
    """What came in since the last look, as `METHOD /path body`."""
    lines = [f"{each.method} {each.path} {each.body}".strip() for each in simulator.requests]
    simulator.clear_requests()
    return lines


def test_ps_shows_process_types_dynos_and_their_state(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.world.app("inscriptions").crash("web.2")
    printed = heroku.run("ps")
    assert (printed.code, printed.err) == (0, "")
    assert "=== web (Standard-1X): gunicorn ecole.wsgi --log-file - (2)" in printed.out
    assert "=== worker (Standard-1X): celery -A ecole worker (1)" in printed.out
    assert re.search(rf"^web\.1: up {SINCE}$", printed.out, re.MULTILINE)
    assert re.search(rf"^web\.2: crashed {SINCE}$", printed.out, re.MULTILINE)
    assert {each.headers["accept"] for each in simulator.requests} == {SDK}
    assert sorted(asked(simulator)) == [
        "GET /account",
        "GET /apps/inscriptions",
        "GET /apps/inscriptions/dynos",
    ]


def test_ps_shows_the_eco_hours_that_are_left(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.world.set_quota(used=1_800_000)
    simulator.world.set_quota(used=360_000, app="agenda-salles")
    simulator.world.app("agenda-salles").idle()
    printed = heroku.run("ps", app="agenda-salles")
    hours = re.search(r"Eco dyno hours quota remaining this month: (\d+)h \d+m \((\d+)%\)", printed.out)
    assert hours is not None
    assert hours.groups() in {("500", "50"), ("499", "49")}
    assert "Eco dyno usage for this app: 100h 0m (10%)" in printed.out
    assert re.search(rf"^web\.1: idle {SINCE}$", printed.out, re.MULTILINE)


def test_ps_of_an_app_asleep_says_that_there_are_no_dynos(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.world.app("inscriptions").scale(web=0, worker=0)
    simulator.advance(1)
    assert heroku.run("ps").out == "No dynos on inscriptions"


def test_scaling_takes_numbers_differences_sizes_and_several_types(
    simulator: Simulator, heroku: HerokuCli
) -> None:
    app = simulator.world.app("inscriptions")
    printed = heroku.run("ps:scale web=0 worker+1")
    assert (printed.code, printed.err) == (
        0,
        "Scaling dynos... done, now running web at 0:Standard-1X, worker at 2:Standard-1X",
    )
    assert asked(simulator)[-1] == (
        "PATCH /apps/inscriptions/formation "
        '{"updates":[{"quantity":"0","type":"web"},{"quantity":"+1","type":"worker"}]}'
    )
    assert app.formation == {"web": (0, "Standard-1X"), "worker": (2, "Standard-1X")}
    printed = heroku.run("ps:scale web=2:Standard-2X worker-1")
    assert printed.err == "Scaling dynos... done, now running web at 2:Standard-2X, worker at 1:Standard-1X"
    assert heroku.run("ps:scale").out == "web=2:Standard-2X worker=1:Standard-1X"


def test_a_scale_above_the_limit_is_refused_in_heroku_s_words(
    simulator: Simulator, heroku: HerokuCli
) -> None:
    printed = heroku.run("ps:scale web=2", app="agenda-salles")
    assert printed.code == 2
    assert "Error: Cannot update to more than 1 Eco size dynos per process type." in printed.err
    assert "Error ID: cannot_update_above_limit" in printed.err
    assert simulator.world.app("agenda-salles").formation["web"] == (1, "Eco")


def test_ps_type_shows_and_changes_sizes_and_their_cost(simulator: Simulator, heroku: HerokuCli) -> None:
    printed = heroku.run("ps:type web=standard-2x")
    assert "web Standard-2X 2 ~$0.139 $100" in printed.out
    assert "worker Standard-1X 1 ~$0.035 $25" in printed.out
    assert 'PATCH /apps/inscriptions/formation {"updates":[{"size":"standard-2x","type":"web"}]}' in asked(
        simulator
    )


@pytest.mark.parametrize(
    ("line", "request_line", "said"),
    [
        ("ps:restart", "DELETE /dynos", "Restarting all dynos"),
        ("ps:restart -d web.1", "DELETE /dynos/web.1", "Restarting dyno web.1"),
        ("ps:restart -p web", "DELETE /formations/web", "Restarting all web dynos"),
        ("ps:stop -d web.1", "POST /dynos/web.1/actions/stop", "Stopping dyno web.1"),
        ("ps:stop -p worker", "POST /formations/worker/actions/stop", "Stopping all worker dynos"),
    ],
)
def test_restart_and_stop(
    simulator: Simulator, heroku: HerokuCli, line: str, request_line: str, said: str
) -> None:
    printed = heroku.run(line)
    assert (printed.code, printed.err) == (0, f"{said} on inscriptions... done")
    assert asked(simulator) == [request_line.replace(" /", " /apps/inscriptions/")]


def test_maintenance_is_switched_and_shown(simulator: Simulator, heroku: HerokuCli) -> None:
    printed = heroku.run("maintenance:on")
    assert (printed.code, printed.err) == (0, "Enabling maintenance mode for inscriptions... done")
    assert asked(simulator) == ['PATCH /apps/inscriptions {"maintenance":true}']
    assert heroku.run("maintenance").out == "on"
    assert heroku.run("maintenance:off").err == "Disabling maintenance mode for inscriptions... done"
    assert simulator.world.app("inscriptions").maintenance is False


def test_releases_are_listed_latest_first(simulator: Simulator, heroku: HerokuCli) -> None:
    printed = heroku.run("releases -n 3")
    assert "=== inscriptions Releases - Current: v44" in printed.out
    assert re.findall(r"^v(\d+) Deploy \w{7} direction@", printed.out, re.MULTILINE) == ["44", "43", "42"]
    assert simulator.requests[0].headers["range"] == "version ..; max=3, order=desc"


def test_an_app_is_described_with_its_add_ons_and_dynos(heroku: HerokuCli) -> None:
    printed = heroku.run("apps:info", app="boutique-solidaire")
    assert (printed.code, printed.err) == (0, "")
    lines = printed.out.splitlines()
    for line in ("=== boutique-solidaire", "Addons: judoscale:white-light", "Region: eu"):
        assert line in lines
    # The types come in the order of the dynos' ids, which are drawn at random.
    assert {"Dynos: web: 2, worker: 1", "Dynos: worker: 1, web: 2"} & set(lines)


def test_config_vars_and_drains_are_listed(heroku: HerokuCli) -> None:
    assert "LANGUE: fr" in heroku.run("config").out
    assert heroku.run("drains").out == ""
    assert "papertrail:fixa (papertrail-round-30)" in heroku.run("drains", app="boutique-solidaire").out


def test_a_webhook_is_added_with_a_secret_and_listed(simulator: Simulator, heroku: HerokuCli) -> None:
    printed = heroku.run("webhooks:add -i api:dyno -l notify -u https://exemple.fr/accroche")
    assert printed.err == "Adding webhook to inscriptions... done"
    assert re.search(r"^[0-9a-f]{60}$", printed.out, re.MULTILINE)
    assert simulator.requests[-1].headers["accept"] == f"{PLAIN}.webhooks"
    assert "https://exemple.fr/accroche api:dyno notify" in heroku.run("webhooks").out


def test_a_token_that_was_revoked_is_said_to_be_invalid(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.world.revoke_token()
    printed = heroku.run("maintenance")
    assert printed.code != 0
    assert "The token provided to HEROKU_API_KEY is invalid" in printed.err


def test_a_warning_of_the_platform_is_shown(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.faults.add("warning", text="This stack is deprecated.")
    assert "Warning: This stack is deprecated." in heroku.run("maintenance").err


def test_a_detached_one_off_is_started_and_listed(simulator: Simulator, heroku: HerokuCli) -> None:
    simulator.world.configure(
        {"one_off_seconds": 36_000.0}
    )  # however slow this machine is, it is still there
    printed = heroku.run("run:detached echo bonjour")
    name = re.search(r"done, (run\.\d{4})$", printed.err, re.MULTILINE)
    assert name is not None
    simulator.advance(0.5)
    assert re.search(
        rf"^{re.escape(name[1])} \(Standard-1X\): up {SINCE}: echo bonjour$",
        heroku.run("ps").out,
        re.MULTILINE,
    )


def written(simulator: Simulator) -> list[str]:
    """Some lines of all kinds, as the command line shows them: a blank where there are several."""
    app = simulator.world.app("inscriptions")
    app.log("Bonjour", "  File « retrait »", dyno="web.1")
    app.request("/inscription", status=503, code="H12", desc="Request timeout", service=30_001)
    app.log("Rappels envoyés", dyno="worker.1")
    return [
        "app[web.1]: Bonjour",
        "app[web.1]: File « retrait »",
        "heroku[router]: at=error code=H12",
        "app[worker.1]: Rappels envoyés",
    ]


def shown(out: str) -> list[str]:
    return [line.partition(" ")[2] for line in out.splitlines()]


def test_logs_shows_the_same_lines(simulator: Simulator, heroku: HerokuCli) -> None:
    expected = written(simulator)
    printed = heroku.run("logs")
    assert (printed.code, printed.err) == (0, "")
    lines = shown(printed.out)
    assert len(lines) == len(expected)
    assert all(line.startswith(start) for line, start in zip(lines, expected, strict=True))


@pytest.mark.parametrize(
    ("options", "kept"), [("-n 1", [3]), ("-d web.1", [0, 1]), ("--source heroku", [2]), ("-p worker", [3])]
)
def test_logs_is_narrowed_by_its_options(
    simulator: Simulator, heroku: HerokuCli, options: str, kept: list[int]
) -> None:
    expected = written(simulator)
    lines = shown(heroku.run(f"logs {options}").out)
    assert len(lines) == len(kept)
    assert all(line.startswith(expected[number]) for line, number in zip(lines, kept, strict=True))


def test_logs_tail_follows_until_it_is_left(simulator: Simulator, heroku: HerokuCli) -> None:
    written(simulator)
    with heroku.start("logs --tail") as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        simulator.world.app("inscriptions").log("en direct")
        while "en direct" not in (line := process.stdout.readline()):
            assert line
        process.terminate()
    assert "Bonjour" in first


@pytest.fixture
def executing() -> Iterator[Simulator]:
    """What is launched is really run."""
    with Simulator(speed=20, execute=True) as running:
        yield running


@pytest.fixture
def real(executing: Simulator, tmp_path: Path) -> HerokuCli:
    return HerokuCli(executing.base_url, executing.token, home=tmp_path)


def test_what_a_detached_one_off_prints_is_in_its_log(real: HerokuCli) -> None:
    printed = real.run("run:detached python manage.py check")
    name = re.search(r"done, (run\.\d{4})$", printed.err, re.MULTILINE)
    assert name is not None
    told: list[str] = []
    while not told or not told[-1].endswith(
        "State changed from up to complete"
    ):  # the test's own limit of time holds
        told = shown(real.run(f"logs -d {name[1]}").out)
    assert f"app[{name[1]}]: System check identified no issues (0 silenced)." in told
    assert f"heroku[{name[1]}]: Process exited with status 0" in told


def test_a_detached_one_off_that_really_runs_is_listed_and_stopped(real: HerokuCli) -> None:
    printed = real.run("run:detached sleep 300")
    name = re.search(r"done, (run\.\d{4})$", printed.err, re.MULTILINE)
    assert name is not None
    assert re.search(
        rf"^{re.escape(name[1])} \(Standard-1X\): \w+ {SINCE}: sleep 300$", real.run("ps").out, re.MULTILINE
    )
    assert real.run(f"ps:stop -d {name[1]}").err.endswith("done")
    while name[1] in real.run("ps").out:
        pass
    assert f"heroku[{name[1]}]: Process exited with status 143" in shown(real.run(f"logs -d {name[1]}").out)

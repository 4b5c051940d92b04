"""One-off dynos: scripted without execution; with it their commands are really run, and can do little harm."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import pytest

from opsconsole.simulator import Simulator
from tests.simulator.api import Api

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

APP = "inscriptions"
FIR = "notes"


def wait_until(condition: Callable[[], object], *, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.02)


def lines(api: Api, dyno: str, *, source: str | None = None) -> list[str]:
    """What the log says of a dyno, without its times."""
    body = {"lines": 1500, "dyno": dyno} | ({"source": source} if source else {})
    session = api.call("POST", f"/apps/{APP}/log-sessions", body).json
    text = api.get(session["logplex_url"].partition(api.host)[2]).content.decode("utf-8", "replace")
    return [line.partition(" ")[2] for line in text.splitlines()]


def launch(api: Api, command: str, **wishes: object) -> str:
    answer = api.call("POST", f"/apps/{APP}/dynos", {"command": command, "attach": False, **wishes})
    assert answer.status == 201, answer.content
    name: str = answer.json["name"]
    return name


def is_listed(api: Api, dyno: str) -> bool:
    return any(each["name"] == dyno for each in api.get(f"/apps/{APP}/dynos").json)


# ── scripted ──
def test_without_execution_a_script_says_what_a_command_prints(simulator: Simulator, api: Api) -> None:
    dyno = launch(api, "python manage.py showmigrations")
    simulator.advance(600)
    assert " [X] 0001_initial" in [each.partition(": ")[2] for each in lines(api, dyno, source="app")]


def test_a_mark_before_the_command_changes_nothing_of_its_script(simulator: Simulator, api: Api) -> None:
    dyno = launch(api, ": oc-0123456789abcdef ; python manage.py check")
    simulator.advance(600)
    said = [each.partition(": ")[2] for each in lines(api, dyno)]
    assert said[0] == "Starting process with command `: oc-0123456789abcdef ; python manage.py check`"
    assert "System check identified no issues (0 silenced)." in said


def test_a_test_says_what_the_next_one_prints_and_how_it_ends(simulator: Simulator, api: Api) -> None:
    simulator.world.script(["first", "second"], status=3)
    dyno = launch(api, "anything")
    simulator.advance(600)
    assert lines(api, dyno)[2:] == [
        f"app[{dyno}]: first",
        f"app[{dyno}]: second",
        f"heroku[{dyno}]: Process exited with status 3",
        f"heroku[{dyno}]: State changed from up to complete",
    ]


def test_a_script_prints_over_the_life_of_its_dyno(simulator: Simulator, api: Api) -> None:
    simulator.world.script(["first", "second", "third"])
    dyno = launch(api, "anything")
    simulator.advance(8 + 15)  # of forty seconds
    assert 0 < len(lines(api, dyno, source="app")) < 3


def test_its_time_to_live_ends_a_one_off_and_it_is_said_how(simulator: Simulator, api: Api) -> None:
    dyno = launch(api, "python manage.py check", time_to_live=5)
    simulator.advance(60)
    assert f"heroku[{dyno}]: Process exited with status 143" in lines(api, dyno)
    assert not is_listed(api, dyno)


def test_a_one_off_that_is_stopped_says_so(simulator: Simulator, api: Api) -> None:
    dyno = launch(api, "python manage.py check")
    simulator.advance(10)
    assert api.call("POST", f"/apps/{APP}/dynos/{dyno}/actions/stop").status == 202
    simulator.advance(30)
    assert lines(api, dyno)[-3:] == [
        f"heroku[{dyno}]: Stopping all processes with SIGTERM",
        f"heroku[{dyno}]: Process exited with status 143",
        f"heroku[{dyno}]: State changed from up to complete",
    ]


@pytest.mark.parametrize("limit", [0, -1, 86_401, "60", True])
def test_a_time_to_live_is_a_number_of_seconds_up_to_a_day(api: Api, limit: object) -> None:
    answer = api.call("POST", f"/apps/{APP}/dynos", {"command": "true", "time_to_live": limit})
    assert answer.error == (422, "invalid_params")


# ── executed ──
@pytest.fixture
def executing() -> Iterator[Simulator]:
    """On the true clock, twenty times as quick."""
    with Simulator(speed=20, execute=True) as running:
        yield running
        assert running.cannot_execute == ""


@pytest.fixture
def real(executing: Simulator) -> Api:
    return Api(executing.base_url, executing.token)


def run(real: Api, command: str, **wishes: object) -> list[str]:
    """Run a command to its end, and return what the log says of it."""
    dyno = launch(real, command, **wishes)
    wait_until(lambda: not is_listed(real, dyno))
    return [line.replace(dyno, "run") for line in lines(real, dyno)]


def printed(real: Api, command: str, **wishes: object) -> list[str]:
    return [
        line.removeprefix("app[run]: ") for line in run(real, command, **wishes) if line.startswith("app[")
    ]


def test_a_command_is_really_run_and_its_lines_stand_between_the_platform_s(real: Api) -> None:
    assert run(real, "echo bonjour; exit 3") == [
        "heroku[run]: Starting process with command `echo bonjour; exit 3`",
        "heroku[run]: State changed from starting to up",
        "app[run]: bonjour",
        "heroku[run]: Process exited with status 3",
        "heroku[run]: State changed from up to complete",
    ]


def test_the_sample_is_a_django_app_with_commands_of_its_own(real: Api) -> None:
    assert printed(real, "python manage.py sendreminders --dry-run --date 2026-01-31")[-1] == "3 families"


def test_its_database_is_there(real: Api) -> None:
    assert run(real, "python manage.py clearsessions")[-2] == "heroku[run]: Process exited with status 0"


def test_the_launcher_of_fir_s_images_is_there(real: Api) -> None:
    assert printed(real, "launcher -- sh -c 'echo \"a  b\"'") == ["a  b"]


def test_what_one_run_writes_is_gone_in_the_next(real: Api) -> None:
    assert printed(real, "touch written; ls") == [
        "Procfile",
        "db.sqlite3",
        "gettingstarted",
        "hello",
        "manage.py",
        "requirements.txt",
        "runtime.txt",
        "written",
    ]
    assert "written" not in printed(real, "ls")


def test_nothing_of_our_own_environment_reaches_a_command(monkeypatch: pytest.MonkeyPatch, real: Api) -> None:
    monkeypatch.setenv("HEROKU_API_KEY", "HRKU-a-secret-of-ours")
    names = {line.partition("=")[0] for line in printed(real, "env", env={"COURSE": "danse"})}
    assert "COURSE" in names
    assert not {"HEROKU_API_KEY", "DATABASE_URL", "VIRTUAL_ENV"} & names


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_a_command_runs_as_somebody_who_may_do_little(real: Api) -> None:
    assert printed(real, "id -un; id -Gn") == ["nobody", "nogroup"] or printed(real, "id -u") == ["65534"]


def test_a_stop_ends_a_command_and_all_that_it_has_started(real: Api) -> None:
    dyno = launch(real, "sleep 300 & sleep 301")
    wait_until(lambda: f"heroku[{dyno}]: State changed from starting to up" in lines(real, dyno))
    real.call("POST", f"/apps/{APP}/dynos/{dyno}/actions/stop")
    wait_until(lambda: not is_listed(real, dyno))
    assert lines(real, dyno)[-3:] == [
        f"heroku[{dyno}]: Stopping all processes with SIGTERM",
        f"heroku[{dyno}]: Process exited with status 143",
        f"heroku[{dyno}]: State changed from up to complete",
    ]
    wait_until(lambda: not running_anywhere("sleep 300"))


def test_what_ignores_the_signal_is_killed(real: Api) -> None:
    dyno = launch(real, "trap '' TERM; echo ready; while true; do sleep 0.1; done")
    wait_until(lambda: f"app[{dyno}]: ready" in lines(real, dyno))
    real.call("POST", f"/apps/{APP}/dynos/{dyno}/actions/stop")
    wait_until(lambda: not is_listed(real, dyno))
    assert f"heroku[{dyno}]: Process exited with status 137" in lines(real, dyno)


def test_its_time_to_live_ends_a_command(real: Api) -> None:
    assert run(real, "sleep 300", time_to_live=1)[-2] == "heroku[run]: Process exited with status 143"


def test_what_a_command_leaves_behind_ends_with_it(real: Api) -> None:
    assert printed(real, "sleep 302 & echo done") == ["done"]
    wait_until(lambda: not running_anywhere("sleep 302"))


def test_no_command_outlives_the_simulator() -> None:
    with Simulator(speed=20, execute=True) as running:
        api = Api(running.base_url, running.token)
        dyno = launch(api, "sleep 303")
        wait_until(lambda: f"heroku[{dyno}]: State changed from starting to up" in lines(api, dyno))
    assert not running_anywhere("sleep 303")


def test_a_long_line_is_cut_and_invalid_text_passes(real: Api) -> None:
    told = printed(real, "head -c 25000 /dev/zero | tr '\\0' a; echo; printf 'caf\\351\\n'")
    assert [len(line) for line in told[:3]] == [10_000, 10_000, 5_000]
    assert told[3].startswith("caf")


def test_a_program_that_prints_without_end_can_be_stopped(real: Api) -> None:
    dyno = launch(real, "yes")
    wait_until(lambda: f"app[{dyno}]: y" in lines(real, dyno, source="app")[-1:])
    real.call("POST", f"/apps/{APP}/dynos/{dyno}/actions/stop")
    wait_until(lambda: not is_listed(real, dyno))


def running_anywhere(command: str) -> bool:
    """Whether a process with this command line lives on this machine."""
    wanted = command.replace(" ", "\0").encode()
    for folder in os.listdir("/proc"):  # noqa: PTH208 -- names are all that is wanted
        if folder.isdigit():
            try:
                with open(f"/proc/{folder}/cmdline", "rb") as file:  # noqa: PTH123 -- it may be gone
                    if file.read().startswith(wanted):
                        return True
            except OSError:
                continue
    return False

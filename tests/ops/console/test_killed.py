"""A console whose process dies, or is replaced by a deploy: its dyno is never forgotten."""

import uuid

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.oneoffs.launching import launches
from tests.ops.scaling.served import LONG_AGO, Console, Kept, sign_in

NEW = "/apps/inscriptions/consoles/new/"
WANTED = {"kind": "shell", "purpose": "essayer", "minutes": "60", "screen": "80x24", "size": ""}


def open_one(console: Console, kept: Kept) -> None:
    visitor = sign_in(console, "ines")
    assert visitor.send(NEW, {**WANTED, "key": str(uuid.uuid4())}).status == 302
    wait_until(lambda: state(kept) == "running")


def state(kept: Kept) -> str:
    [(found,)] = kept.rows("SELECT state FROM ops_run")
    return found


def test_killed_while_it_is_open_its_dyno_is_found_gone_and_that_is_said(
    console: Console, kept: Kept, simulator: Simulator
) -> None:
    open_one(console, kept)
    console.kill()
    kept.rows(f"UPDATE ops_run SET lease_until = '{LONG_AGO}'")  # noqa: S608
    console.start()
    wait_until(lambda: state(kept) == "stopped", seconds=60)
    assert kept.outcomes() == [("unknown", "interrupted"), ("failed", "console_interrupted")]
    assert simulator.world.app("inscriptions").one_offs == []
    assert len(launches(simulator)) == 1


def test_killed_while_the_answer_is_awaited_the_dyno_that_came_of_it_is_stopped(
    console: Console, kept: Kept, simulator: Simulator
) -> None:
    visitor = sign_in(console, "ines")
    simulator.world.configure({"speed": 1})  # whose dyno waits half a minute for its client
    simulator.faults.add("lost", method="POST", path="/dynos$")
    assert visitor.send(NEW, {**WANTED, "key": str(uuid.uuid4())}).status == 302
    wait_until(lambda: simulator.world.app("inscriptions").one_offs)
    console.kill()
    simulator.faults.clear()
    kept.rows(f"UPDATE ops_run SET lease_until = '{LONG_AGO}'")  # noqa: S608
    console.start()
    wait_until(lambda: state(kept) == "stopped", seconds=60)
    assert simulator.world.app("inscriptions").one_offs == []
    assert len(launches(simulator)) == 1


def test_a_deploy_stops_its_dyno_and_the_next_process_says_so(
    console: Console, kept: Kept, simulator: Simulator
) -> None:
    open_one(console, kept)
    console.stop()
    wait_until(lambda: simulator.world.app("inscriptions").one_offs == [])
    console.start()
    wait_until(lambda: state(kept) == "stopped", seconds=60)
    assert kept.outcomes()[-1] == ("failed", "console_interrupted")

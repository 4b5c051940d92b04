"""Launches under faults and kill -9, one after the other: none runs twice, and each ends in a state that is true."""

import random
import time
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from http import HTTPStatus

from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until
from tests.ops.oneoffs.launching import launches
from tests.ops.scaling.served import LONG_AGO, Console, Kept, Visitor, sign_in

RECOVERED_WITHIN = 60.0  # seconds
PAUSE = 5.0
LET_LAPSE = f"UPDATE ops_run SET lease_until = '{LONG_AGO}' WHERE lease_until IS NOT NULL"  # noqa: S608
CONFIRMED = (
    "SELECT id FROM ops_entry WHERE action = 'run'"
    " AND id NOT IN (SELECT entry_id FROM ops_outcome WHERE kind = 'refused')"
)
LATEST = 0.8  # seconds after the click until which the console may be killed
FAULTS: list[tuple[str, bool]] = [
    ("", False),
    ("reset_before", False),
    ("reset_after", False),
    ("lost", False),
    ("500", False),
    ("500", True),  # it launches, and says that it failed
    ("503", False),
    ("503", True),
    ("truncated_json", False),
]
NEVER_LAUNCHED = {"refused"}
LAUNCHED_ONCE = {"done", "failed", "stopped", "expired", "lost"}


def check_command(kept: Kept) -> str:
    """Return the address that launches « Vérifier le site »."""
    [(command_id,)] = kept.rows("SELECT id FROM ops_command WHERE key = 'check'")
    return f"/apps/inscriptions/commands/{uuid.UUID(command_id)}/"


@dataclass
class Rounds:
    """Plays rounds drawn from a seed; `told` has what became of each."""

    console: Console
    kept: Kept
    simulator: Simulator
    seed: str
    told: list[str] = field(default_factory=list)

    def play(self, count: int) -> None:
        dice = random.Random(self.seed)  # noqa: S311 - to be played again, not to be secret
        path = check_command(self.kept)
        visitor = sign_in(self.console)
        for number in range(count):
            mode, done = dice.choice(FAULTS)
            killed_after = dice.uniform(0, LATEST) if dice.random() < 0.4 else None
            if mode:
                self.simulator.faults.add(
                    mode, method="POST", path="/dynos$", times=1, **({"done": True} if done else {})
                )
            if dice.random() < 0.3:
                self.simulator.faults.add("503", method="GET", path="/dynos$", times=dice.choice([1, 3]))
            sent = len(launches(self.simulator))
            self._launch(visitor, path)
            if killed_after is not None:
                time.sleep(killed_after)  # a random moment is what is wanted
                self.console.kill()
                self.kept.rows(LET_LAPSE)
                self.console.start()
                visitor = sign_in(self.console)
            else:
                wait_until(lambda: len(launches(self.simulator)) > sent)  # noqa: B023 -- called at once
            wait_until(self._is_settled, seconds=RECOVERED_WITHIN)
            self.simulator.faults.clear()
            self.told.append(
                f"{number}: {mode or 'no fault'} done={done} killed={killed_after} {self._last()}"
            )
            self._hold()

    def _launch(self, visitor: Visitor, path: str) -> None:
        """Click; the answer may be lost with the console. Who clicks too often in a minute waits."""
        status = 0
        with suppress(OSError):
            while status in {0, HTTPStatus.TOO_MANY_REQUESTS}:
                if status:
                    time.sleep(PAUSE)
                status = visitor.send(path, {"key": str(uuid.uuid4())}).status

    def _is_settled(self) -> bool:
        return not self.kept.rows("SELECT 1 FROM ops_run WHERE lease_until IS NOT NULL")

    def _last(self) -> tuple[str, ...]:
        rows = self.kept.rows("SELECT state, reason, exit_status FROM ops_run ORDER BY asked_at DESC LIMIT 1")
        return rows[0] if rows else ()

    def _hold(self) -> None:
        """Every promise, over everything that was launched so far."""
        launched = self.simulator.launched
        runs = self.kept.rows("SELECT tag, state FROM ops_run")
        entries = self.kept.rows(CONFIRMED)
        assert len(launched) <= len(entries), self.told
        assert len(entries) == len(runs), self.told
        for tag, state in runs:
            times = sum(f": {tag} ;" in command for command in launched)
            assert times <= 1, (tag, self.told)
            assert state in NEVER_LAUNCHED | LAUNCHED_ONCE | {"unknown"}, (tag, state, self.told)
            assert state not in NEVER_LAUNCHED or times == 0, (tag, state, self.told)
            assert state not in LAUNCHED_ONCE or times == 1, (tag, state, self.told)
        assert sum(f": {tag} ;" in command for tag, _state in runs for command in launched) == len(launched)

"""A fleet whose time is in the test's hands, reading the embedded Heroku over the wire."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from opsconsole import heroku
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.readings import Failure, Known, Reading
from opsconsole.simulator import Simulator


class Moment:
    """The present, as the fleet and its budget are told it."""

    def __init__(self) -> None:
        self._start = datetime.now(UTC)
        self.passed = 0.0

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self.passed)

    def clock(self) -> float:
        return self.passed

    def advance(self, seconds: float) -> None:
        self.passed += seconds


@dataclass
class Stage:
    """A fleet, its Heroku, its time, and what it announced."""

    fleet: Fleet
    simulator: Simulator
    moment: Moment
    announced: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def app_id(self, name: str = "inscriptions") -> UUID:
        return UUID(self.simulator.world.app(name).id)

    def app_ids(self) -> list[UUID]:
        return [self.app_id(name) for name in self.simulator.apps]

    def read(self, name: str = "inscriptions") -> Reading:
        """Read an app now; fails where that does not bring a new reading."""
        known = self._refresh(name)
        assert known.failure is None
        assert known.reading is not None
        assert known.reading.read_at == self.moment.now()
        return known.reading

    def fail(self, name: str = "inscriptions") -> Failure:
        """Read an app now; fails where that does not fail."""
        known = self._refresh(name)
        assert known.failure is not None
        return known.failure

    def _refresh(self, name: str) -> Known:
        """Read an app and wait for the calls beside it too: none of them is to be counted later."""
        before = set(threading.enumerate())
        known = self.fleet.refresh(self.app_id(name))
        for thread in set(threading.enumerate()) - before:
            if thread.name in {"formation", "dynos", "quota"}:
                thread.join(10)
        return known

    def asked(self) -> Counter[str]:
        """What Heroku was asked for, each path with the names of apps in place of their ids."""
        names = {self.simulator.world.app(name).id: name for name in self.simulator.apps}
        paths = [request.path for request in self.simulator.requests]
        return Counter("/".join(names.get(part, part) for part in path.split("/")) for path in paths)

    def kinds(self, name: str = "inscriptions") -> list[object]:
        """What was told on an app's own topic, in order."""
        return [event["kind"] for topic, event in self.announced if topic == f"app:{self.app_id(name)}"]


def set_stage(simulator: Simulator, *, limits: heroku.Limits, token: str | None = None) -> Stage:
    moment = Moment()
    client = heroku.Client(token or simulator.token, base_url=simulator.base_url, limits=limits)
    announced: list[tuple[str, dict[str, object]]] = []
    fleet = Fleet(
        client,
        announce=lambda topic, event: announced.append((topic, event)),
        now=moment.now,
        clock=moment.clock,
    )
    return Stage(fleet, simulator, moment, announced)


@pytest.fixture
def stage(simulator: Simulator) -> Iterator[Stage]:
    """Calls are made once, so that a fault costs no test the client's own pauses."""
    stage = set_stage(simulator, limits=heroku.Limits(read_attempts=1))
    yield stage
    stage.fleet.close()
    stage.fleet.client.close()

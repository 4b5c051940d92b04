"""A simulator whose clock only the tests move, and a client that talks to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from opsconsole.simulator import Simulator
from tests.simulator.api import Api

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(now=lambda: NOW) as running:
        yield running


@pytest.fixture
def api(simulator: Simulator) -> Api:
    return Api(simulator.base_url, simulator.token)

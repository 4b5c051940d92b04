"""Whether this process may be sent visitors."""

import pytest
from django.db import connection

from opsconsole.ops.journal import guard
from opsconsole.simulator import Simulator
from tests.ops.access.conftest import Browser

pytestmark = pytest.mark.django_db


def test_a_process_with_its_database_and_its_journal_is_ready_for_anybody() -> None:
    response = Browser().get("/ready")
    assert (response.status_code, response.json()) == (200, {"status": "ready"})


@pytest.mark.django_db(transaction=True)
def test_a_journal_that_could_be_changed_makes_it_unready() -> None:
    guard.remove(connection)
    try:
        response = Browser().get("/ready")
    finally:
        guard.install(connection)
    assert (response.status_code, response.json()["reason"]) == (503, "journal")


@pytest.mark.usefixtures("fleet")
def test_heroku_s_health_has_no_part_in_it(simulator: Simulator) -> None:
    simulator.stop()
    assert Browser().get("/ready").status_code == 200


def test_it_is_only_asked() -> None:
    assert Browser().post("/ready").status_code == 405

"""`/ready`: this process may be sent visitors only while the journal cannot be changed and the database is migrated."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from opsconsole.ops.journal import guard
from tests.ops.access.conftest import Browser

pytestmark = pytest.mark.django_db


def ready() -> tuple[int, dict[str, str]]:
    response = Browser().get("/ready")
    return response.status_code, response.json()


def test_it_is_ready_without_signing_in() -> None:
    assert ready() == (200, {"status": "ready"})


def test_it_is_not_ready_while_the_journal_could_be_changed() -> None:
    guard.remove(connection)
    assert ready() == (503, {"status": "unavailable", "reason": "journal"})


def test_it_is_not_ready_while_a_migration_is_missing() -> None:
    recorder = MigrationRecorder(connection)
    newest = max(name for app, name in recorder.applied_migrations() if app == "ops")
    recorder.record_unapplied("ops", newest)
    assert ready() == (503, {"status": "unavailable", "reason": "migrations"})

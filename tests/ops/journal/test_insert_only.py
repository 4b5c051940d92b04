"""Nothing that the journal keeps can be changed or removed, whichever way one tries."""

from collections.abc import Callable

import pytest
from django.db import DatabaseError, connection, transaction

from opsconsole.ops.journal import guard
from opsconsole.ops.journal.models import AppendOnlyError, Entry, Kind, Outcome
from tests.ops.journal.entries import SLEEP, write

pytestmark = pytest.mark.django_db


def rename(entry: Entry) -> None:
    entry.actor_name = "Personne"
    entry.save()


def save_again_as_new(entry: Entry) -> None:
    entry.actor_name = "Personne"
    entry._state.adding = True  # noqa: SLF001 -- what a careless copy does
    entry.save()


def excuse(entry: Entry) -> None:
    outcome = entry.outcomes.get()
    outcome.kind = Kind.REFUSED
    outcome.save()


IN_PYTHON: dict[str, Callable[[Entry], object]] = {
    "queryset update": lambda entry: Entry.objects.filter(id=entry.id).update(actor_name="Personne"),
    "queryset delete": lambda entry: Entry.objects.filter(id=entry.id).delete(),
    "everything deleted": lambda _entry: Entry.objects.all().delete(),
    "bulk update": lambda entry: Entry.objects.bulk_update([entry], ["actor_name"]),
    "instance saved": rename,
    "instance deleted": lambda entry: entry.delete(),
    "outcome saved": excuse,
    "outcome deleted": lambda entry: entry.outcomes.get().delete(),
    "outcomes of an entry updated": lambda entry: entry.outcomes.update(kind=Kind.FAILED),
    "outcomes of an entry deleted": lambda entry: entry.outcomes.all().delete(),
}
STATEMENTS = [
    "UPDATE ops_entry SET actor_name = 'Personne'",
    "UPDATE ops_outcome SET kind = 'failed'",
    "DELETE FROM ops_entry",
    "DELETE FROM ops_outcome",
]
OF_POSTGRESQL = [
    "TRUNCATE ops_outcome",
    "TRUNCATE ops_entry CASCADE",
    "INSERT INTO ops_outcome SELECT * FROM ops_outcome ON CONFLICT (id) DO UPDATE SET kind = 'failed'",
]
OF_SQLITE = [
    "INSERT OR REPLACE INTO ops_outcome (id, entry_id, at, kind, reason, detail, request_id) "
    "SELECT id, entry_id, at, 'failed', '', detail, '' FROM ops_outcome",
    "REPLACE INTO ops_entry SELECT * FROM ops_entry",
    "INSERT INTO ops_outcome SELECT * FROM ops_outcome WHERE true ON CONFLICT (id) DO UPDATE SET kind = 'failed'",
]


def is_whole() -> bool:
    return Entry.objects.get().actor_name == "Claire Morel" and Outcome.objects.get().kind == Kind.DONE


@pytest.mark.parametrize("way", IN_PYTHON)
def test_python_refuses(way: str) -> None:
    entry = write(SLEEP, Kind.DONE)
    with pytest.raises(AppendOnlyError), transaction.atomic():
        IN_PYTHON[way](entry)
    assert is_whole()


def test_an_entry_cannot_be_written_over_by_a_copy_of_itself() -> None:
    entry = write(SLEEP, Kind.DONE)
    with pytest.raises(DatabaseError), transaction.atomic():
        save_again_as_new(entry)
    assert is_whole()


@pytest.mark.parametrize("number", range(len(STATEMENTS) + 3))
def test_the_database_refuses(number: int) -> None:
    own = OF_POSTGRESQL if connection.vendor == "postgresql" else OF_SQLITE
    write(SLEEP, Kind.DONE)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute([*STATEMENTS, *own][number])
    assert is_whole()


def test_more_outcomes_may_follow_the_first() -> None:
    entry = write(SLEEP, Kind.UNKNOWN, Kind.DONE)
    assert [outcome.kind for outcome in entry.outcomes.all()] == [Kind.UNKNOWN, Kind.DONE]


def test_without_its_triggers_the_database_would_obey() -> None:
    write(SLEEP, Kind.DONE)
    guard.remove(connection)
    with connection.cursor() as cursor:
        cursor.execute(STATEMENTS[0])
    assert not is_whole()


def test_the_guard_stands_after_the_migrations() -> None:
    assert guard.stands(connection)


def test_the_guard_tells_when_it_was_removed_and_when_it_was_installed_again() -> None:
    guard.remove(connection)
    assert not guard.stands(connection)
    guard.install(connection)
    assert guard.stands(connection)


def test_the_guard_may_be_installed_twice() -> None:
    guard.install(connection)
    guard.install(connection)
    assert guard.stands(connection)


def test_one_missing_trigger_is_noticed() -> None:
    on_table = " ON ops_outcome" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ops_outcome_refuses_delete{on_table}")
    assert not guard.stands(connection)


def test_a_trigger_that_was_switched_off_is_noticed_where_that_is_possible() -> None:
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE ops_entry ENABLE REPLICA TRIGGER ops_entry_refuses_update")
    assert not guard.stands(connection)

"""The triggers with which the database itself refuses to change the journal.

Migrations install them; transactional tests remove them to empty the tables; readiness checks that they stand. SQLite
drops a table's triggers whenever Django rebuilds it (AlterField): a migration that touches the journal installs again.
"""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("ops_entry", "ops_outcome")
SENTENCE = "the journal is insert-only"


def install(connection: BaseDatabaseWrapper) -> None:
    """Create the triggers where they are missing."""
    remove(connection)
    _run(connection, _postgres_install() if connection.vendor == "postgresql" else _sqlite_install())


def remove(connection: BaseDatabaseWrapper) -> None:
    """Drop the triggers; only a reversed migration and the clean-up of a test may."""
    on_table = " ON {table}" if connection.vendor == "postgresql" else ""
    _run(
        connection,
        [
            f"DROP TRIGGER IF EXISTS {name}{on_table.format(table=table)}"
            for name, table in _names(connection)
        ],
    )


def stands(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether every trigger is in place."""
    wanted = {name for name, _table in _names(connection)}
    query = (
        "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
        "WHERE pg_table_is_visible(pg_class.oid) AND NOT tgisinternal AND tgenabled IN ('O', 'A')"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return wanted <= {row[0] for row in cursor.fetchall()}


def _names(connection: BaseDatabaseWrapper) -> list[tuple[str, str]]:
    verbs = (
        ("update", "delete", "truncate")
        if connection.vendor == "postgresql"
        else ("update", "delete", "replace")
    )
    return [(f"{table}_refuses_{verb}", table) for table in TABLES for verb in verbs]


def _sqlite_install() -> list[str]:
    # INSERT OR REPLACE removes the row in its way without firing the triggers of a DELETE.
    replacing = [
        f"CREATE TRIGGER {table}_refuses_replace BEFORE INSERT ON {table} "  # noqa: S608 -- our own names
        f"WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id) BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for table in TABLES
    ]
    return replacing + [
        f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
        for table in TABLES
        for verb in ("update", "delete")
    ]


def _postgres_install() -> list[str]:
    function = (
        "CREATE OR REPLACE FUNCTION ops_journal_refuses() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$"
    )
    triggers = [
        f"CREATE TRIGGER {table}_refuses_{verb} BEFORE {verb.upper()} ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION ops_journal_refuses()"
        for table in TABLES
        for verb in ("update", "delete", "truncate")
    ]
    return [function, *triggers]


def _run(connection: BaseDatabaseWrapper, statements: list[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)

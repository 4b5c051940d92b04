"""The database settings: SQLite made durable, PostgreSQL pooled and bounded (docs/decisions/0003-databases.md)."""

from pathlib import Path
from typing import Any

import dj_database_url

SQLITE_OPTIONS = {
    "timeout": 20,
    # Read-then-write upgrades fail at once in WAL whatever the timeout, so writers queue from their first statement.
    "transaction_mode": "IMMEDIATE",
    # FULL: the journal's promise (written before the call) must survive a power cut, not only a crash.
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;",
}
POSTGRES_TIMEOUTS = (
    "-c statement_timeout=10000 -c lock_timeout=3000 -c idle_in_transaction_session_timeout=30000"
)
# Heroku's small plans allow 20 connections and a deploy runs two generations at once.
POSTGRES_POOL = {"min_size": 1, "max_size": 8, "timeout": 10}


def configure(url: str, *, base_dir: Path, on_heroku: bool) -> dict[str, Any]:
    """Return Django's settings of the default database for a DATABASE_URL ("" is a SQLite file beside manage.py)."""
    if not url:
        return _sqlite({"ENGINE": "django.db.backends.sqlite3", "NAME": base_dir / "opsconsole.sqlite3"})
    settings: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=0, ssl_require=on_heroku))
    if settings["ENGINE"].endswith("sqlite3"):
        return _sqlite(settings)
    options = settings.setdefault("OPTIONS", {})
    options["options"] = POSTGRES_TIMEOUTS
    options["pool"] = dict(POSTGRES_POOL)
    return settings


def _sqlite(settings: dict[str, Any]) -> dict[str, Any]:
    return {**settings, "OPTIONS": dict(SQLITE_OPTIONS)}

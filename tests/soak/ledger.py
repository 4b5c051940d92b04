"""What the console's database says, read beside the console; and the one thing written there, the end of a lease."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

ENTRIES = """
    SELECT entry.action, outcome.kind, outcome.reason
    FROM ops_entry AS entry
    LEFT JOIN ops_outcome AS outcome
        ON outcome.id = (SELECT max(id) FROM ops_outcome WHERE entry_id = entry.id)
    ORDER BY entry.at, entry.id
"""
LAPSED = "2001-01-01 00:00:00"


@dataclass(frozen=True)
class Written:
    """An entry with its last outcome; `kind` is None where there is none."""

    action: str
    kind: str | None
    reason: str | None

    def __str__(self) -> str:
        return " ".join(filter(None, (self.action, self.kind or "without an outcome", self.reason)))


@dataclass(frozen=True)
class Ledger:
    """`remembered` is what the next wake would give back."""

    entries: list[Written]
    under_way: int
    remembered: dict[str, int]

    @property
    def is_settled(self) -> bool:
        return not self.under_way and all(each.kind for each in self.entries)


def read_ledger(folder: Path) -> Ledger:
    with closing(_open(folder, mode="ro")) as database:
        entries = [Written(*row) for row in database.execute(ENTRIES)]
        [(under_way,)] = database.execute("SELECT count(*) FROM ops_changeinprogress").fetchall()
        remembered = dict(
            database.execute("SELECT process_type, quantity FROM ops_rememberedtype").fetchall()
        )
    return Ledger(entries, under_way, remembered)


def let_leases_lapse(folder: Path) -> None:
    """As if the minute of a lease had gone by since its holder was killed; what Heroku is given stays as long as it is."""
    with closing(_open(folder, mode="rw")) as database, database:
        database.execute("UPDATE ops_changeinprogress SET lease_until = ?", (LAPSED,))


def _open(folder: Path, *, mode: str) -> sqlite3.Connection:
    address = f"file:{quote(str(folder / 'console.sqlite3'))}?mode={mode}"
    return sqlite3.connect(address, uri=True, timeout=20)

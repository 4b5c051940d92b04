"""The folder in which a demo keeps its state between two starts: keys, database, the simulator's world, two logs."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

if TYPE_CHECKING:
    from pathlib import Path
    from typing import TextIO

KEY_NAMES = ("SECRET_KEY", "TOKEN_ENCRYPTION_KEYS")


class DemoError(Exception):
    """The demo cannot go on; the message is the sentence that its reader sees."""


@dataclass(frozen=True)
class Place:
    """The folder may exist and hold other files: they are left alone."""

    folder: Path

    @property
    def simulator_folder(self) -> Path:
        return self.folder / "simulator"

    @property
    def database_url(self) -> str:
        return f"sqlite:///{quote(str(self.folder / 'console.sqlite3'))}"

    def log(self, name: str) -> Path:
        return self.folder / f"{name}.log"

    def claim(self) -> TextIO:
        """Make the folder and hold it until the file returned is closed; raises DemoError."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = (self.folder / "demo.lock").open("w")
        except OSError as error:
            raise DemoError(f"Le dossier {self.folder} ne convient pas : {error.strerror}.") from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.close()
            raise DemoError(
                f"Une démonstration tourne déjà dans {self.folder} : arrêtez-la, ou choisissez un autre dossier (DEMO_DIR)."
            ) from error
        return lock

    def keys(self) -> dict[str, str]:
        """Return the keys of this folder, drawn at its first start; raises DemoError."""
        path = self.folder / "keys.json"
        if not path.exists():
            _write_privately(path, json.dumps({name: secrets.token_hex(32) for name in KEY_NAMES}))
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            return {name: str(found[name]) for name in KEY_NAMES}
        except (ValueError, KeyError, TypeError) as error:
            raise DemoError(
                f"{path} est illisible : effacez-le, la démonstration en fera un autre."
            ) from error


def _write_privately(path: Path, text: str) -> None:
    """Whole or not at all: a start that is interrupted must not leave half a file for the next one."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.replace(path)

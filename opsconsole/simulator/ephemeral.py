"""The sample app as a one-off dyno finds it: a fresh copy, a clean environment, a user who may do little.

Its Python packages are those of this process, reached without its virtual environment: that may lie where nobody else may read.
"""

from __future__ import annotations

import importlib.metadata
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SAMPLE = Path(__file__).parent / "sample"
PACKAGES = ("django", "asgiref", "sqlparse", "pip")
PREPARE_SECONDS = 60.0
LAUNCHER = '#!/bin/sh\n[ "$1" = -- ] && shift\nexec "$@"\n'
"""What Cloud Native Buildpacks put before a command: it sets the environment, which is here already."""


class UnpreparedError(Exception):
    """Commands cannot be run here; the text says why."""


class Ephemeral:
    """Make copies with `copy`; `close` removes everything. Raises UnpreparedError."""

    def __init__(self) -> None:
        self.user = _unprivileged_user()
        self._home = Path(tempfile.mkdtemp(prefix="opsconsole-dynos-"))
        self._home.chmod(0o755)
        try:
            self._prepare()
        except UnpreparedError:
            self.close()
            raise
        except (OSError, subprocess.SubprocessError, importlib.metadata.PackageNotFoundError) as error:
            self.close()
            raise UnpreparedError(f"one-off commands cannot be run here: {error}") from error

    def copy(self) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="dyno-", dir=self._home))
        shutil.copytree(self._home / "app", folder / "app")
        self._give(folder)
        return folder / "app"

    @staticmethod
    def forget(folder: Path) -> None:
        shutil.rmtree(folder.parent, ignore_errors=True)

    def environment(self, folder: Path, given: dict[str, str]) -> dict[str, str]:
        """Nothing of this process's own environment is in it."""
        return {
            "HOME": str(folder),
            "PATH": f"{self._home / 'bin'}:/usr/bin:/bin",
            "PYTHONPATH": str(self._home / "lib"),
            "PYTHONUNBUFFERED": "1",
            "PYTHONDONTWRITEBYTECODE": "1",
            "LANG": "C.UTF-8",
            "TERM": "dumb",
            "PORT": "5000",
            "SECRET_KEY": "of-the-sample-app-only",
            **given,
        }

    def close(self) -> None:
        shutil.rmtree(self._home, ignore_errors=True)

    def _prepare(self) -> None:
        for name in ("bin", "lib"):
            (self._home / name).mkdir()
            (self._home / name).chmod(0o755)  # whatever the umask
        interpreter = self._interpreter()
        for name in ("python", "python3"):
            (self._home / "bin" / name).symlink_to(interpreter)
        launcher = self._home / "bin" / "launcher"
        launcher.write_text(LAUNCHER, encoding="utf-8")
        launcher.chmod(0o755)
        for name in PACKAGES:
            self._link(name)
        shutil.copytree(SAMPLE, self._home / "app", ignore=shutil.ignore_patterns("__pycache__", "*.sqlite3"))
        self._give(self._home / "app")
        app = self._home / "app"
        subprocess.run(  # noqa: S603 -- our own sample, with our own interpreter
            [str(self._home / "bin" / "python"), "manage.py", "migrate", "--verbosity=0"],
            cwd=app,
            env=self.environment(app, {}),
            timeout=PREPARE_SECONDS,
            check=True,
            capture_output=True,
            **self.as_user(),
        )

    def _interpreter(self) -> str:
        """This one's, or another of the machine that the user may reach: ours may lie in root's own folder."""
        candidates = (os.path.realpath(sys.executable), "/usr/local/bin/python3", "/usr/bin/python3")
        for each in candidates:
            if self.user is None or (Path(each).exists() and _may_everybody_read(Path(each).resolve())):
                return each
        raise UnpreparedError("one-off commands cannot be run here: no Python that the user nobody may reach")

    def as_user(self) -> dict[str, Any]:
        """What `subprocess` needs to run something as the user who may do little."""
        return {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}

    def _link(self, name: str) -> None:
        """Put a package where the sample finds it: as it is where everybody may read it, else as a copy."""
        distribution = importlib.metadata.distribution(name)
        tops = {Path(str(file)).parts[0] for file in distribution.files or () if ".." not in str(file)}
        for top in sorted(tops - {"__pycache__"}):
            place, target = Path(str(distribution.locate_file(top))), self._home / "lib" / top
            if not place.exists() or target.exists():
                continue
            if self.user is None or _may_everybody_read(place):
                target.symlink_to(place)
            elif place.is_dir():
                shutil.copytree(place, target, ignore=shutil.ignore_patterns("__pycache__"))
                self._give(target)
            else:
                shutil.copy(place, target)
                target.chmod(0o644)

    def _give(self, folder: Path) -> None:
        """Let the unprivileged user own a folder and all that is in it."""
        for place in (folder, *folder.rglob("*")):
            place.chmod(0o755 if place.is_dir() else 0o644)
            if self.user is not None:
                os.chown(place, self.user, self.user)


def _unprivileged_user() -> int | None:
    """Whom commands run as: nobody where this process is root, else its own user (None)."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam("nobody").pw_uid
    except KeyError:
        return 65_534


def _may_everybody_read(place: Path) -> bool:
    mode = place.stat().st_mode
    wanted = stat.S_IROTH | (stat.S_IXOTH if place.is_dir() else 0)
    return mode & wanted == wanted and all(
        each.stat().st_mode & stat.S_IXOTH for each in place.resolve().parents
    )

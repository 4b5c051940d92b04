"""The official command line (npm package `heroku`), run in an environment that holds nothing but what it needs.

The binary is the one `OPSCONSOLE_HEROKU_CLI` names, else that of
`npm install --ignore-scripts --prefix ~/.cache/opsconsole/heroku-cli heroku@11.10.0`.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT = Path("~/.cache/opsconsole/heroku-cli/node_modules/.bin/heroku")
QUIET = {
    "DISABLE_TELEMETRY": "true",
    "IS_HEROKU_TEST_ENV": "true",
    "HEROKU_SKIP_ANALYTICS": "1",
    "HEROKU_SKIP_NEW_VERSION_CHECK": "1",
    "HEROKU_DISABLE_AUTOUPDATE": "1",
    "HEROKU_NOTIFICATIONS": "0",
    "HIDE_HEROKU_RELEASE_NOTES": "1",
    "HEROKU_NETRC_WRITE": "1",
}
"""No telemetry, no look-up of new versions, no key ring."""


@dataclass(frozen=True)
class Printed:
    code: int
    out: str
    err: str


class HerokuCli:
    def __init__(self, base_url: str, token: str, *, home: Path, ca_file: Path | None = None) -> None:
        self._binary = Path(os.environ.get("OPSCONSOLE_HEROKU_CLI") or DEFAULT).expanduser()
        trusted = {"NODE_EXTRA_CA_CERTS": str(ca_file)} if ca_file else {}
        self.environment = {**make_environment(base_url, token, home=home), **trusted}

    def run(self, line: str, *, app: str = "inscriptions", typed: str | None = None) -> Printed:
        """Run `heroku LINE --app APP`; the words of the line are separated by blanks, `typed` is its input."""
        ended = subprocess.run(  # noqa: S603 - words of this test suite
            self.command(line, app=app),
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        return Printed(ended.returncode, _squeeze(ended.stdout), _squeeze(ended.stderr))

    def command(self, line: str, *, app: str = "inscriptions") -> list[str]:
        subcommand, *more = line.split()
        # Behind `--` everything is the program's
        return [str(self._binary), subcommand, "--app", app, *more]

    def start(self, line: str, *, app: str = "inscriptions") -> subprocess.Popen[str]:
        """Run it without waiting for its end; what it prints is read from `stdout`."""
        return subprocess.Popen(  # noqa: S603 - words of this test suite
            self.command(line, app=app),
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )


def make_environment(base_url: str, token: str, *, home: Path) -> Mapping[str, str]:
    node = shutil.which("node")
    if node is None:
        raise RuntimeError("the command line needs Node: put `node` on PATH")
    terms = home / "cache" / "heroku" / "terms-of-service"
    terms.parent.mkdir(parents=True, exist_ok=True)
    terms.touch()
    private = {"HOME": home, "XDG_CACHE_HOME": home / "cache", "XDG_CONFIG_HOME": home / "config"}
    private |= {"XDG_DATA_HOME": home / "data", "GIT_CONFIG_GLOBAL": home / "gitconfig"}
    api = {"HEROKU_HOST": base_url, "HEROKU_PARTICLEBOARD_URL": base_url, "HEROKU_API_KEY": token}
    path = f"{Path(node).parent}:/usr/bin:/bin"
    return {**QUIET, **api, **{name: str(each) for name, each in private.items()}, "PATH": path, "TZ": "UTC"}


def _squeeze(text: str) -> str:
    """Without colours, and with one blank where there were several, as its tables are padded."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    return "\n".join(re.sub(r"[ \t]+", " ", line).strip() for line in plain.splitlines())

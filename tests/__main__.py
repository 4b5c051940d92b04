"""`make test`: run the tests, and say in plain words which of them this machine cannot run.

With OPSCONSOLE_TEST_ALL=1 (the CI) nothing is left out. Where there is a PostgreSQL server, and a Redis, what touches the
database runs a second time on them.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
CHROMIUM = "/usr/bin/chromium"
HEROKU_CLI = Path("~/.cache/opsconsole/heroku-cli/node_modules/.bin/heroku")
# Two at a time: most of the time the tests wait, for a network, a process or a browser. A module stays in one process.
PYTEST = (sys.executable, "-m", "pytest", "-n", "2", "--dist", "loadscope")
# What is killed has a SQLite file of its own, whichever database the tests are given.
ON_POSTGRES = ("tests/ops", "tests/test_settings.py", "--ignore-glob=*/test_killed*.py")


@dataclass(frozen=True)
class Part:
    """Tests with a marker of their own, and what they need."""

    marker: str
    what: str
    needs: str
    here: bool


def find_parts(environ: Mapping[str, str]) -> list[Part]:
    build = ROOT / "opsconsole" / "ops" / "ui" / "static" / "build" / "console.js"
    built = build.exists() and (ROOT / "staticfiles" / "staticfiles.json").exists()
    chromium = environ.get("OPSCONSOLE_CHROMIUM") or CHROMIUM
    browser = built and Path(chromium).exists() and importlib.util.find_spec("playwright") is not None
    cli = Path(environ.get("OPSCONSOLE_HEROKU_CLI") or HEROKU_CLI).expanduser()
    schema = environ.get("OPSCONSOLE_PLATFORM_SCHEMA") or ROOT.parent / "shared" / "platform-schema.json"
    postgres = bool(environ.get("OPSCONSOLE_TEST_POSTGRES_URL"))
    return [
        Part("frontend", "la console telle qu’elle est servie", "la page construite (make static)", built),
        Part("browser", "les parcours dans un navigateur", f"{chromium} et la page construite", browser),
        Part(
            "cli",
            "la ligne de commande officielle",
            "Node et le paquet npm heroku (OPSCONSOLE_HEROKU_CLI)",
            cli.exists() and shutil.which("node") is not None,
        ),
        Part(
            "schema",
            "le schéma publié par Heroku",
            "platform-schema.json (OPSCONSOLE_PLATFORM_SCHEMA)",
            Path(schema).exists(),
        ),
        Part("postgres", "PostgreSQL", "un serveur (OPSCONSOLE_TEST_POSTGRES_URL)", postgres),
    ]


def main(arguments: list[str]) -> int:
    environ = dict(os.environ)
    redis = environ.pop("OPSCONSOLE_TEST_REDIS_URL", "")
    missing = [part for part in find_parts(environ) if not part.here]
    if missing and environ.get("OPSCONSOLE_TEST_ALL"):
        for part in missing:
            print(f"Il manque {part.needs}, pour {part.what}.", file=sys.stderr)
        return 1
    code = _run(environ, "soak", *(part.marker for part in missing), arguments=arguments)
    postgres = environ.get("OPSCONSOLE_TEST_POSTGRES_URL", "")
    if code == 0 and postgres:
        print("\nUne seconde fois, sur PostgreSQL et Redis : ce qui touche à la base.", flush=True)
        on_postgres = {
            **environ,
            "OPSCONSOLE_TEST_DATABASE_URL": postgres,
            "OPSCONSOLE_TEST_REDIS_URL": redis,
        }
        code = _run(on_postgres, "soak", "browser", arguments=[*ON_POSTGRES, *arguments])
    for part in missing:
        print(f"Laissé de côté ici : {part.what} (il y faut {part.needs}).")
    return code


def _run(environ: Mapping[str, str], *left_out: str, arguments: list[str]) -> int:
    """Run pytest without the tests that carry one of these markers."""
    expression = " and ".join(f"not {marker}" for marker in left_out)
    command = [*PYTEST, "-m", expression, *arguments]
    return subprocess.run(command, cwd=ROOT, env=dict(environ), check=False).returncode  # noqa: S603


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the commands of one-off dynos print where nothing is really run: believable lines for those that people launch."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Script:
    """The lines, spread over the life of the dyno, and the status that ends it."""

    lines: list[str] = field(default_factory=list)
    status: int = 0


_MARK = re.compile(r"^: [\w.-]+ ; ")
_LAUNCHER = re.compile(r"^launcher -- sh -c (?P<line>.*)$", re.DOTALL)
_MIGRATIONS = [
    "admin",
    " [X] 0001_initial",
    " [X] 0002_logentry_remove_auto_add",
    "auth",
    " [X] 0001_initial",
    " [X] 0012_alter_user_first_name_max_length",
    "hello",
    " [X] 0001_initial",
    " [ ] 0002_family_phone",
    "sessions",
    " [X] 0001_initial",
]
_HELP = """usage: manage.py sendreminders [-h] [--date DATE]
                               [--course {musique,danse,theatre}] [--dry-run]
                               [--version] [-v {0,1,2,3}]
                               [--settings SETTINGS] [--pythonpath PYTHONPATH]
                               [--traceback] [--no-color] [--force-color]
                               [--skip-checks]

Sends an e-mail to each family whose file is not complete.

options:
  -h, --help            show this help message and exit
  --date DATE           files opened before this day (YYYY-MM-DD)
  --course {musique,danse,theatre}
                        only this course
  --dry-run             say who would be written to, write to nobody
  --version             Show program's version number and exit.
  -v {0,1,2,3}, --verbosity {0,1,2,3}
                        Verbosity level; 0=minimal output, 1=normal output,
                        2=verbose output, 3=very verbose output
  --settings SETTINGS   The Python path to a settings module, e.g.
                        "myproject.settings.main". If this isn't provided, the
                        DJANGO_SETTINGS_MODULE environment variable will be
                        used.
  --pythonpath PYTHONPATH
                        A directory to add to the Python path, e.g.
                        "/home/djangoprojects/myproject".
  --traceback           Display a full stack trace on CommandError exceptions.
  --no-color            Don't colorize the command output.
  --force-color         Force colorization of the command output.
  --skip-checks         Skip system checks."""

_KNOWN: list[tuple[str, Script]] = [
    (r"manage\.py \w+ .*--help|manage\.py \w+ --help", Script(_HELP.splitlines())),
    (
        r"manage\.py check --deploy",
        Script(
            [
                "System check identified some issues:",
                "",
                "WARNINGS:",
                "?: (security.W004) You have not set a value for the SECURE_HSTS_SECONDS setting.",
                "",
                "System check identified 1 issue (0 silenced).",
            ]
        ),
    ),
    (r"manage\.py check", Script(["System check identified no issues (0 silenced)."])),
    (r"manage\.py showmigrations", Script(_MIGRATIONS)),
    (
        r"manage\.py migrate --plan",
        Script(["Planned operations:", "hello.0002_family_phone", "    Add field phone to family"]),
    ),
    (
        r"manage\.py migrate",
        Script(
            [
                "Operations to perform:",
                "  Apply all migrations: admin, auth, contenttypes, hello, sessions",
                "Running migrations:",
                "  Applying hello.0002_family_phone... \x1b[32;1mOK\x1b[0m",
            ]
        ),
    ),
    (r"manage\.py clearsessions", Script()),
    (r"manage\.py collectstatic", Script(["", "128 static files copied to '/app/staticfiles'."])),
    (r"manage\.py sendtestemail", Script()),
    (r"^python --version|^python -V", Script(["Python 3.12.7"])),
    (r"^false$", Script(status=1)),
]
_EXIT = re.compile(r"(?:^|[;&]\s*)exit (\d{1,3})\s*$")
_UNKNOWN = re.compile(r"^(?!python|true\b|false\b|sleep\b|echo\b|exit\b|bash\b|ls\b|cat\b|sh\b)[\w./-]+")


def script_of(command: str) -> Script:
    """What a command would print, without the mark that may stand before it."""
    line = _MARK.sub("", command).strip()
    launched = _LAUNCHER.match(line)
    if launched is not None:
        line = "".join(shlex.split(launched["line"])[:1])
    for pattern, script in _KNOWN:
        if re.search(pattern, line):
            return script
    echoed = re.fullmatch(r"echo (.*)", line)
    if echoed is not None:
        return Script([echoed[1].strip("'\"")])
    ended = _EXIT.search(line)
    if ended is not None:
        return Script(status=int(ended[1]) % 256)
    unknown = _UNKNOWN.match(line)
    if unknown is not None and "manage.py" not in line:
        return Script([f"bash: {unknown[0]}: command not found"], status=127)
    return Script()

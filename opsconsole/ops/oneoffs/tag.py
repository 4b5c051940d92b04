"""The mark by which a launch whose answer was lost is known again, among the dynos and in the log.

`: mark ; line` does nothing more than `line`: `:` is the shell's own command that only succeeds (POSIX, "Special Built-In
Utilities"). A trailing comment would be lost behind a line that ends in one, or inside quotes.
"""

import re
import secrets
import shlex
import subprocess
from typing import Final

CNB: Final = "cnb"
LONGEST = 8192  # bytes of a whole line
_TAG: Final = re.compile(r"oc-[0-9a-f]{16}")
_MARK: Final = re.compile(r": oc-[0-9a-f]{16} ; ")
_ONE_LINE: Final = re.compile(r"[\x00-\x1f\x7f\x80-\x9f\u2028\u2029\ud800-\udfff]")
_SHELL_SECONDS = 5.0


class LineError(ValueError):
    """A line that no shell would take as it is meant; `code` is "empty", "control", "long" or "shell"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def new_tag() -> str:
    return f"oc-{secrets.token_hex(8)}"


def tagged(line: str, tag: str) -> str:
    """Return the line with its mark; raises LineError for what is not one line that a shell can read."""
    if _TAG.fullmatch(tag) is None:
        raise ValueError(tag)
    check(line)
    return f": {tag} ; {line}"


def as_launched(line: str, tag: str, *, stack: str | None) -> str:
    """Return what Heroku gets. Images of Cloud Native Buildpacks (Fir) set their environment by their `launcher`.

    `--` has it start the shell as it is given: without, it would expand each argument once more (Buildpacks, "launcher").
    """
    return tagged(f"launcher -- sh -c {shlex.quote(line)}" if stack == CNB else line, tag)


def carries(text: str, tag: str) -> bool:
    """Tell whether a dyno's command, or the log's line about its start, has this mark."""
    return f": {tag} ;" in text


def without_mark(text: str) -> str:
    """Return a command as people know it."""
    return _MARK.sub("", text)


def check(line: str) -> None:
    """Raise LineError unless a shell can read this as one line; nothing of it is run (`sh -n`)."""
    if not line.strip():
        raise LineError("empty")
    if _ONE_LINE.search(line):
        raise LineError("control")
    if len(line.encode()) > LONGEST:
        raise LineError("long")
    try:
        read = subprocess.run(  # noqa: S603 -- only read, never run; no part of it is an argument's name
            ["/bin/sh", "-n"],
            input=f"{line}\n".encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=_SHELL_SECONDS,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        raise LineError("shell") from None
    if read.returncode:
        raise LineError("shell")

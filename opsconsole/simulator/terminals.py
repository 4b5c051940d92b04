"""What runs at the other end of a rendezvous: a program at a real terminal, one at two pipes, or a few lines of script.

Each is two file descriptors that never block, and what a platform may do to a program.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shlex
import signal
import struct
import subprocess
import termios
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from .execution import LIMITS
from .scripts import script_of

if TYPE_CHECKING:
    from .ephemeral import Ephemeral

END_OF_INPUT, INTERRUPT = b"\x04", b"\x03"
# As in execution.py, but the terminal is the program's input: the guard comes as its error output, for a moment.
GUARDED = f"exec 3<&2 2>&1; {LIMITS}; (read -r x <&3; kill -KILL 0) >/dev/null 2>&1 </dev/null & exec 3<&-"
WRAPPED = f'{GUARDED}; exec /bin/sh -c "$1"'


class Program(Protocol):
    """`out` is read, `into` is written; both may be the same. `poll` tells the status once it has ended."""

    out: int
    into: int

    def send(self, data: bytes) -> int: ...
    def poll(self) -> int | None: ...
    def signal(self, number: int) -> None: ...
    def close(self) -> None: ...


class Execution:
    """A command really run, in a copy of the sample, as a user who may do little."""

    def __init__(self, place: Ephemeral, command: str, env: dict[str, str], *, has_tty: bool) -> None:
        self._place = place
        self._folder = place.copy()
        self._has_tty = has_tty
        guard, self._held = os.pipe()
        theirs: tuple[int, int]
        if has_tty:
            self.out, slave = os.openpty()
            self.into = self.out
            _set_size(slave, env)
            theirs = slave, slave
        else:
            reading, self.into = os.pipe()
            self.out, writing = os.pipe()
            theirs = reading, writing
        for each in {self.out, self.into}:
            os.set_blocking(each, False)
        # What is started in the background has its signals ignored, and its programs inherit that: none could be interrupted
        start = [
            "/usr/bin/env",
            "--default-signal=INT,QUIT,HUP,TERM",
            "/usr/bin/setsid",
            *(["--ctty"] * has_tty),
        ]
        try:
            self._process = subprocess.Popen(  # noqa: S603 -- the simulator's purpose, as an unprivileged user
                [*start, "/bin/sh", "-c", WRAPPED, "sh", command],
                cwd=self._folder,
                env=place.environment(self._folder, env),
                stdin=theirs[0],
                stdout=theirs[1],
                stderr=guard,
                **place.as_user(),
            )
        finally:
            for each in {*theirs, guard}:
                os.close(each)

    def send(self, data: bytes) -> int:
        """Take what was typed, as far as it is taken; without a terminal, the end of input is ours to understand."""
        if self._has_tty:
            return os.write(self.into, data)
        before, end, _after = data.partition(END_OF_INPUT)
        if before:
            return os.write(self.into, before)
        if end and self.into >= 0:
            os.close(self.into)
            self.into = -1
        return len(data)

    def poll(self) -> int | None:
        status = self._process.poll()
        return status if status is None or status >= 0 else 128 - status

    def signal(self, number: int) -> None:
        """To all of its session: a shell gives each of its jobs a group of its own."""
        for pid in _session_of(self._process.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def close(self) -> None:
        """Nothing of it stays."""
        self.signal(signal.SIGKILL)
        os.close(self._held)
        self._process.wait()
        for each in {self.out, self.into} - {-1}:
            os.close(each)
        self._place.forget(self._folder)


def _set_size(terminal: int, env: dict[str, str]) -> None:
    rows, columns = (int(env.get(name) or 0) for name in ("LINES", "COLUMNS"))
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))


def _session_of(leader: int) -> list[int]:
    found = [leader]
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(stat.read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(stat.parent.name))
    return found


class Scripted:
    """A shell of a few words behind a real terminal's line discipline, for tests that need no process."""

    def __init__(self, command: str, env: dict[str, str], *, has_tty: bool) -> None:
        self._env = env
        self.out, self._terminal = os.openpty()
        self.into = self.out
        os.set_blocking(self.out, False)
        if not has_tty:
            mode = termios.tcgetattr(self._terminal)
            mode[1] &= ~termios.OPOST
            mode[3] &= ~termios.ECHO
            termios.tcsetattr(self._terminal, termios.TCSANOW, mode)
        _set_size(self._terminal, env)
        self._status: int | None = None
        self._ended = threading.Event()
        self._interrupted = threading.Event()
        threading.Thread(target=self._run, args=(command,), name="scripted terminal", daemon=True).start()

    def send(self, data: bytes) -> int:
        # The terminal has no process to interrupt, so it is done here.
        if INTERRUPT in data:
            self._interrupted.set()
        return os.write(self.into, data)

    def poll(self) -> int | None:
        return self._status

    def signal(self, number: int) -> None:
        if self._status is None:
            self._status = 128 + number
        self._ended.set()

    def close(self) -> None:
        self.signal(signal.SIGKILL)
        os.close(self.out)  # whoever waits at the terminal is told that it is gone

    # ── the shell ──
    def _run(self, command: str) -> None:
        try:
            status = self._converse(command)
        except OSError:
            status = 129
        if self._status is None:
            self._status = status
        self._ended.set()
        os.close(self._terminal)

    def _converse(self, command: str) -> int:
        program = re.sub(r"^: [\w.-]+ ; ", "", command).split(" ; ")[0].strip()
        if program not in {"bash", "sh", "python manage.py shell"}:
            return self._answer(command)
        prompt = ">>> " if program.startswith("python") else "~ $ "
        while not self._ended.is_set():
            self._say(prompt)
            line = self._read_line()
            if line is None:
                return 0
            ended = re.fullmatch(r"exit(?:\(\))?(?: (\d+))?", line)
            if ended:
                return int(ended[1] or 0)
            self._answer(line) if line else None
        return 129

    def _read_line(self) -> str | None:
        """None at the end of input."""
        self._interrupted.clear()
        data = os.read(self._terminal, 4096)
        return data.decode("utf-8", "replace").rstrip("\n") if data else None

    def _answer(self, line: str) -> int:
        words = line.split()
        if words[:2] == ["stty", "size"]:
            self._say(f"{self._env.get('LINES', 0)} {self._env.get('COLUMNS', 0)}\n")
        elif words[:1] in (["yes"], ["flood"]):
            return self._flood(None if words[0] == "yes" else int(words[1]) * 1_000_000)
        elif words[:1] == ["sleep"]:
            self._interrupted.wait(float(words[1]))
        elif re.fullmatch(r"[\d +*/-]+", line) and words:
            self._say(f"{sum(map(int, re.findall(r'[0-9]+', line)))}\n")
        elif words[:1] == ["printf"]:
            self._say(shlex.split(line)[1].encode().decode("unicode_escape"))
        else:
            script = script_of(line)
            for each in script.lines:
                self._say(f"{each}\n")
            return script.status
        return 0

    def _flood(self, size: int | None) -> int:
        piece = "y\n" * 2000 if size is None else "0123456789abcdef" * 7 + "\n"
        left = size
        while (left is None or left > 0) and not self._interrupted.is_set() and not self._ended.is_set():
            text = piece * 30 if left is None else (piece * 500)[:left]
            self._say(text)
            left = None if left is None else left - len(text)
        return 0

    def _say(self, text: str) -> None:
        data = text.encode()
        while data and not self._ended.is_set():
            data = data[os.write(self._terminal, data[:4096]) :]

"""One child process: started so that it cannot outlive us, asked to leave in order, its last words kept in a log."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import IO, TYPE_CHECKING

from .place import DemoError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[2]
STOPS_WITHIN = 10.0  # seconds; both need about one
LAST_LINES = 8
PR_SET_PDEATHSIG = 1  # prctl(2)


class Child:
    """`farewell` is the sentence that says that it ended by itself, `log` where what it writes on stderr goes."""

    def __init__(
        self,
        farewell: str,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        log: Path,
        tells: bool = False,
    ) -> None:
        self._farewell = farewell
        self._log = log
        with log.open("wb") as output:
            # A process group of its own: Ctrl-C in the terminal reaches us alone, and we let it leave in order.
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                command,
                cwd=ROOT,
                env=dict(environment),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if tells else output,
                stderr=output,
                process_group=0,
                preexec_fn=_leave_with_parent,  # noqa: PLW1509 - we have no other thread
            )

    @property
    def first_line(self) -> IO[bytes]:
        """Where it says that it is ready, when it was made to tell."""
        assert self.process.stdout is not None  # noqa: S101 - narrowed for the type checker
        return self.process.stdout

    def check(self) -> None:
        """Raise DemoError when it has ended."""
        code = self.process.poll()
        if code is not None:
            raise DemoError(f"{self._farewell} (code {code}).\n{self.last_words()}".rstrip())

    def last_words(self) -> str:
        lines = self._log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-LAST_LINES:])

    def ask_to_leave(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()

    def wait(self, *, until: float) -> None:
        """Wait for its end until a moment of the monotonic clock, then kill it."""
        try:
            self.process.wait(max(0.0, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()
        # A master that was killed leaves its worker behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)


def stop(children: Sequence[Child]) -> None:
    """End all of them, together."""
    for child in children:
        child.ask_to_leave()
    until = time.monotonic() + STOPS_WITHIN
    for child in children:
        child.wait(until=until)


def _leave_with_parent() -> None:
    """Have Linux end the child when we are killed; elsewhere there is nothing of the kind."""
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)

"""Really run the commands of one-off dynos, each in a thread that reads what it prints into the log.

A process ends with the simulator: a guard beside it, in its own process group, reads from a pipe that only this process holds.
A program that leaves its group (`setsid`) escapes that guard, as it would escape a signal to the group.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

from .ephemeral import Ephemeral, UnpreparedError
from .logbook import LONGEST_LINE, format_stamp
from .one_offs import TERMINATED, end_one_off, open_its_end

if TYPE_CHECKING:
    from pathlib import Path

    from .platform_api import Platform
    from .world import App, Dyno

NOT_RUN = 126
GRACE = 30.0
"""Seconds between SIGTERM and SIGKILL, at speed 1; never less than one."""
TURN = 0.05
PIECE = 65_536
PAUSE = 0.004
"""Seconds after a full piece: a program that prints without end must not take the simulator's time."""
# Memory in KiB, files in blocks of 512 bytes, seconds of processor, no core files, processes
LIMITS = "ulimit -v 2097152; ulimit -f 204800; ulimit -t 600; ulimit -c 0; ulimit -p 512 2>/dev/null || ulimit -u 512"

GUARD = "exec 3<&0 </dev/null; (read -r x <&3; kill -KILL 0) >/dev/null 2>&1 & exec 3<&-"
WRAPPED = f'{LIMITS}; {GUARD}; exec /bin/sh -c "$1"'
"""The shell that sets the limits, leaves the guard behind, and becomes the command's own."""


class Executor:
    """Starts and stops what runs. Thread-safe."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform
        self._lock = threading.Lock()
        self._running: dict[str, _Execution] = {}
        self._place: Ephemeral | None = None
        self._is_closed = False
        self.why_not = ""

    def start(self, app: App, dyno: Dyno, *, limit: float | None, env: dict[str, str]) -> bool:
        """Run a dyno's command once it is up; False where nothing can be run here."""
        with self._lock:
            if self._is_closed or not self._prepare() or self._place is None:
                return False
            open_its_end(dyno)
            execution = _Execution(self._platform, self._place, app, dyno, limit=limit, env=env)
            self._running[dyno.id] = execution
        threading.Thread(target=self._follow, args=(dyno.id, execution), name="one-off", daemon=True).start()
        return True

    def stop(self, dyno: Dyno) -> bool:
        """Ask its process to end; False when it has none here."""
        with self._lock:
            execution = self._running.get(dyno.id)
        if execution is not None:
            execution.ask_to_end()
        return execution is not None

    def close(self) -> None:
        """Kill everything that runs, and wait for it."""
        with self._lock:
            self._is_closed = True
            running = list(self._running.values())
        for execution in running:
            execution.kill()
        for execution in running:
            execution.ended.wait(5)
        if self._place is not None:
            self._place.close()

    def place(self) -> Ephemeral | None:
        """Where commands run; None where nothing can be run here."""
        with self._lock:
            return self._place if not self._is_closed and self._prepare() else None

    def _prepare(self) -> bool:
        if self._place is None and not self.why_not:
            try:
                self._place = Ephemeral()
            except UnpreparedError as error:
                self.why_not = str(error)
                print(self.why_not, file=sys.stderr, flush=True)
        return self._place is not None

    def _follow(self, dyno_id: str, execution: _Execution) -> None:
        try:
            execution.run()
        finally:
            with self._lock:
                self._running.pop(dyno_id, None)
            execution.ended.set()


class _Execution:
    def __init__(
        self,
        platform: Platform,
        place: Ephemeral,
        app: App,
        dyno: Dyno,
        *,
        limit: float | None,
        env: dict[str, str],
    ) -> None:
        self._platform = platform
        self._place = place
        self._app = app
        self._dyno = dyno
        self._limit = limit
        self._env = env
        self._process: subprocess.Popen[bytes] | None = None
        self._asked_to_end = threading.Event()
        self._killed = threading.Event()
        self.ended = threading.Event()

    def ask_to_end(self) -> None:
        self._asked_to_end.set()

    def kill(self) -> None:
        self._killed.set()
        self._asked_to_end.set()

    def run(self) -> None:
        up = self._dyno.timeline[-1].at
        while self._platform.clock.seconds() < up and not self._asked_to_end.wait(TURN):
            pass
        status = TERMINATED
        if not self._asked_to_end.is_set():
            self._platform.bring_to_now()  # the line that it is started comes first
            try:
                status = self._run_in_a_copy()
            except OSError as error:  # no room, no process: the dyno ends all the same
                self._say(f"Failed to launch process: {error.strerror}")
                status = NOT_RUN
        with self._platform.lock:
            end_one_off(self._dyno, status=status, now=self._platform.clock.seconds())
            self._platform.bring_to_now()
            self._platform.save()

    def _run_in_a_copy(self) -> int:
        folder = self._place.copy()
        try:
            return self._run_in(folder)
        finally:
            self._place.forget(folder)

    def _run_in(self, folder: Path) -> int:
        guard, held = os.pipe()
        try:
            self._process = process = subprocess.Popen(  # noqa: S603 -- the simulator's purpose, as an unprivileged user
                ["/bin/sh", "-c", WRAPPED, "sh", self._dyno.command],
                cwd=folder,
                env=self._place.environment(folder, {**self._env, "DYNO": self._dyno.name}),
                stdin=guard,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self._place.as_user(),
            )
        finally:
            os.close(guard)
        try:
            self._read(process)
        finally:
            os.close(held)  # the guard ends what the command has left behind
            process.wait()
            if process.stdout is not None:
                process.stdout.close()
        return process.returncode if process.returncode >= 0 else 128 - process.returncode

    def _read(self, process: subprocess.Popen[bytes]) -> None:
        """Until the command has ended; what it left behind may hold its output open for ever."""
        assert process.stdout is not None  # noqa: S101 -- a pipe was asked for
        output = process.stdout.fileno()
        rest = b""
        deadline = None if self._limit is None else self._platform.clock.seconds() + self._limit
        kill_at = 0.0
        while True:
            has_ended = process.poll() is not None
            ready, _, _ = select.select([output], [], [], 0 if has_ended else TURN)
            piece = os.read(output, PIECE) if ready else b""
            if piece:
                rest = self._write(rest + piece)
                if len(piece) == PIECE:
                    time.sleep(PAUSE)
            elif has_ended:
                break
            elif ready:  # it closed its output and goes on
                time.sleep(TURN)
            if deadline is not None and self._platform.clock.seconds() >= deadline:
                self._asked_to_end.set()
            if self._asked_to_end.is_set() and not has_ended:
                kill_at = self._end(process, kill_at)
        if rest:
            self._write(rest + b"\n")

    def _end(self, process: subprocess.Popen[bytes], kill_at: float) -> float:
        """SIGTERM, then SIGKILL to the whole group; returns when the second is due."""
        now = time.monotonic()
        if self._killed.is_set() or (kill_at and now >= kill_at):
            os.killpg(process.pid, signal.SIGKILL)
        elif not kill_at:
            self._say("Stopping all processes with SIGTERM")
            os.killpg(process.pid, signal.SIGTERM)
            return now + max(1.0, GRACE / self._platform.settings.speed)
        return kill_at

    def _say(self, text: str) -> None:
        at = self._platform.clock.seconds()
        self._platform.logs.book(self._app).write(text, at=at, source="heroku", dyno=self._dyno.name)

    def _write(self, text: bytes) -> bytes:
        """Put whole lines into the log; return what is not one yet."""
        at = self._platform.clock.seconds()
        *lines, rest = text.split(b"\n")
        while len(rest) >= LONGEST_LINE:
            lines.append(rest[:LONGEST_LINE])
            rest = rest[LONGEST_LINE:]
        pieces = [
            line[start : start + LONGEST_LINE]
            for line in lines
            for start in range(0, max(len(line), 1), LONGEST_LINE)
        ]
        if pieces:
            who = f" app[{self._dyno.name}]: ".encode()
            written = b"".join(
                format_stamp(at + number / 1_000_000).encode() + who + piece.rstrip(b"\r") + b"\n"
                for number, piece in enumerate(pieces)
            )
            self._platform.logs.book(self._app).add(
                written, count=len(pieces), at=at, source="app", dyno=self._dyno.name
            )
        return rest

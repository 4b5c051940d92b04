"""The rendezvous: where a client and an attached one-off dyno meet over TLS, and exchange bytes until one of them leaves."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import ssl
import struct
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from .certificates import Authority
from .one_offs import KILLED, TERMINATED, end_one_off, open_its_end
from .terminals import Execution, Scripted

if TYPE_CHECKING:
    from .platform_api import Platform
    from .terminals import Program
    from .world import App, Dyno

LOOPBACK: Final = "127.0.0.1"
AWAITS: Final = (
    30.0  # seconds for the client, and between SIGTERM or SIGHUP and SIGKILL; at speed 1, never less than one
)
HANGS_UP_EVERY: Final = 5.0
IDLE: Final = 3600.0
PIECE: Final = 65_536
LONGEST_SECRET: Final = 2048
TURN: Final = 0.1
EXIT_TIMEOUT: Final = (
    "Error R12 (Exit timeout) -> At least one process failed to exit within 30 seconds of SIGTERM"
)
DETACHED: Final = (
    "Error R16 (Detached) -> An attached process is not responding to SIGHUP "
    "after its external connection was closed."
)
MODES: Final = frozenset(
    {"refused", "blackhole", "plaintext", "certificate", "untrusted", "silent", "cut", "close"}
)


@dataclass
class Seen:
    """What came of one connection, for tests: nobody may send a secret to who has not proved to be Heroku."""

    has_shaken_hands: bool = False
    secret: str = ""
    received: int = 0
    sent: int = 0


@dataclass
class Fault:
    mode: str
    times: int | None
    after: int


class Rendezvous:
    """Listens on loopback. `misbehave` has the next connections go wrong; `connections` tells what came of each."""

    def __init__(self, platform: Platform, *, port: int, folder: Path | None) -> None:
        self._platform = platform
        self._kept = None if folder else tempfile.TemporaryDirectory(prefix="opsconsole-rendezvous-")
        self._folder = folder or Path(self._kept.name if self._kept else "")
        self._authority = Authority(self._folder)
        self._context = self._authority.serve()
        self._listener = socket.create_server((LOOPBACK, port))
        self._lock = threading.Lock()
        self._meetings: dict[str, Meeting] = {}
        self._faults: list[Fault] = []
        self._open: set[socket.socket] = set()
        self._is_closed = threading.Event()
        self.connections: list[Seen] = []

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def ca_file(self) -> Path:
        return self._authority.ca_file

    def start(self) -> None:
        threading.Thread(target=self._accept, name="rendezvous", daemon=True).start()

    def stop(self) -> None:
        """End what runs, and wait for it."""
        self._is_closed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            meetings, connections = list(self._meetings.values()), list(self._open)
        for each in meetings:
            each.kill()
        for connection in connections:
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for each in meetings:
            each.over.wait(5)
        if self._kept is not None:
            self._kept.cleanup()

    def misbehave(self, mode: str, *, times: int | None = 1, after: int = 0) -> None:
        """Have connections go wrong: `after` is the number of bytes of output before a cut or a close."""
        if mode not in MODES:
            raise ValueError(f"mode is one of {', '.join(sorted(MODES))}")
        with self._lock:
            self._faults.append(Fault(mode, times, after))

    def behave(self) -> None:
        with self._lock:
            self._faults.clear()

    def expect(
        self, app: App, dyno: Dyno, *, env: dict[str, str], has_tty: bool, limit: float | None
    ) -> None:
        """Have a dyno wait for its client, then run its command."""
        open_its_end(dyno)
        if self._strikes("refused"):
            dyno.attach_url = (dyno.attach_url or "").replace(f":{self.port}/", f":{_closed_port()}/")
        secret = (dyno.attach_url or "").rpartition("/")[2]
        meeting = Meeting(self._platform, app, dyno, env=env, has_tty=has_tty, limit=limit)
        with self._lock:
            self._meetings[secret] = meeting
        threading.Thread(target=self._hold, args=(secret, meeting), name="attached", daemon=True).start()

    def ask_to_end(self, dyno: Dyno) -> bool:
        """Have a dyno's program told to end; False when it has none here."""
        with self._lock:
            found = next((each for each in self._meetings.values() if each.dyno is dyno), None)
        if found is not None:
            found.ask_to_end()
        return found is not None

    def _hold(self, secret: str, meeting: Meeting) -> None:
        try:
            meeting.hold()
        finally:
            with self._lock:
                self._meetings.pop(secret, None)
            meeting.over.set()

    def _strikes(self, *modes: str) -> Fault | None:
        with self._lock:
            fault = next((each for each in self._faults if each.mode in modes), None)
            if fault is not None and fault.times is not None:
                fault.times -= 1
                if fault.times <= 0:
                    self._faults.remove(fault)
            return fault

    # ── connections ──
    def _accept(self) -> None:
        while not self._is_closed.is_set():
            try:
                connection, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(
                target=self._serve, args=(connection,), name="rendezvous client", daemon=True
            ).start()

    def _serve(self, connection: socket.socket) -> None:
        seen = Seen()
        with self._lock:
            self._open.add(connection)
            self.connections.append(seen)
        try:
            self._meet(connection, seen)
        except (OSError, ValueError):
            pass
        finally:
            with self._lock:
                self._open.discard(connection)
            with contextlib.suppress(OSError):
                connection.close()

    def _meet(self, connection: socket.socket, seen: Seen) -> None:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        fault = self._strikes(*MODES - {"refused"})
        mode = fault.mode if fault else ""
        if mode == "blackhole":
            return _swallow(connection, seen)
        if mode == "plaintext":
            connection.sendall(b"220 not what you think\r\n")
            return _swallow(connection, seen)
        with self._context_for(mode).wrap_socket(connection, server_side=True) as secured:
            seen.has_shaken_hands = True
            secured.settimeout(AWAITS)
            seen.secret = _read_secret(secured)
            if mode == "silent":
                return _swallow(secured, seen)
            with self._lock:
                meeting = self._meetings.get(seen.secret)
            if meeting is not None and meeting.take():
                meeting.converse(secured, seen, fault)
        return None

    def _context_for(self, mode: str) -> ssl.SSLContext:
        if mode == "certificate":
            return self._authority.serve(host="elsewhere.example")
        if mode == "untrusted":
            with tempfile.TemporaryDirectory() as folder:
                return Authority(Path(folder)).serve()
        return self._context


class Meeting:
    """One dyno and, at most, one client."""

    def __init__(
        self,
        platform: Platform,
        app: App,
        dyno: Dyno,
        *,
        env: dict[str, str],
        has_tty: bool,
        limit: float | None,
    ) -> None:
        self._platform = platform
        self._app = app
        self.dyno = dyno
        self._env = env
        self._has_tty = has_tty
        self._limit = limit
        self._lock = threading.Lock()
        self._is_taken = threading.Event()
        self._asked_to_end = threading.Event()
        self._killed = threading.Event()
        self._ended = threading.Event()
        self.over = threading.Event()
        self._status = TERMINATED

    def ask_to_end(self) -> None:
        self._asked_to_end.set()

    def kill(self) -> None:
        self._killed.set()
        self._asked_to_end.set()

    def take(self) -> bool:
        """Be the client; False for a second one."""
        with self._lock:
            if self._is_taken.is_set() or self._asked_to_end.is_set():
                return False
            self._is_taken.set()
            return True

    def hold(self) -> None:
        """Wait for the client and for the end of the program, then let the dyno go."""
        up = self.dyno.timeline[-1].at
        while self._now() < up and not self._asked_to_end.wait(TURN / 10):
            pass
        if not self._asked_to_end.is_set() and not self._await_client():
            with self._lock:
                has_come = self._is_taken.is_set()
                self._asked_to_end.set()
            if not has_come:
                self._say("Error R13 (Attach error) -> Failed to attach to process")
        if self._is_taken.is_set():
            self._ended.wait()
        with self._platform.lock:
            end_one_off(self.dyno, status=self._status, now=self._now())
            self._platform.bring_to_now()
            self._platform.save()

    def _await_client(self) -> bool:
        until = time.monotonic() + self._patience(AWAITS)
        while time.monotonic() < until and not self._asked_to_end.is_set():
            if self._is_taken.wait(TURN / 10):
                return True
        return self._is_taken.is_set()

    def converse(self, client: ssl.SSLSocket, seen: Seen, fault: Fault | None) -> None:
        """Be up, greet, run, carry both ways; the program has ended when it returns."""
        try:
            up = self.dyno.timeline[-1].at
            while self._now() < up and not self._asked_to_end.wait(TURN / 10):
                pass
            self._platform.bring_to_now()
            client.sendall(b"rendezvous\r\n")
            time.sleep(0.002)  # a TLS record of its own: some clients throw the first one away whole
            program = self._start()
            try:
                _Carrying(self, program, client, seen, fault).run()
                self._status = self._end(program)
            finally:
                program.close()
        finally:
            self._ended.set()

    def _start(self) -> Program:
        command = self.dyno.command
        env = {**self._env, "DYNO": self.dyno.name}
        place = self._platform.executor.place() if self._platform.executor is not None else None
        if place is None:
            return Scripted(command, env, has_tty=self._has_tty)
        return Execution(place, command, env, has_tty=self._has_tty)

    # ── what a conversation asks ──
    def is_told_to_end(self) -> bool:
        return self._asked_to_end.is_set()

    def is_over_time(self, began: float) -> bool:
        return self._limit is not None and self._now() - began >= self._limit

    def now(self) -> float:
        return self._now()

    def _end(self, program: Program) -> int:
        """The client is gone, or somebody asked for the end, or the program has ended: let it end, then make it."""
        status = program.poll()
        if status is not None:
            return status
        is_told = self._asked_to_end.is_set()
        if is_told:
            self._say("Stopping all processes with SIGTERM")
        until = time.monotonic() + self._patience(AWAITS)
        again = 0.0
        while (status := program.poll()) is None and not self._killed.is_set():
            now = time.monotonic()
            if now >= until:
                break
            if now >= again:
                if not is_told:
                    self._say("Client connection closed. Sending SIGHUP to all processes")
                program.signal(signal.SIGTERM if is_told else signal.SIGHUP)
                again = now + (AWAITS if is_told else self._patience(HANGS_UP_EVERY))
            _drain(program)
            time.sleep(0.01)
        if status is None:
            self._say(EXIT_TIMEOUT if is_told else DETACHED)
            program.signal(signal.SIGKILL)
            return KILLED
        return status

    def _patience(self, seconds: float) -> float:
        return max(1.0, seconds / self._platform.settings.speed)

    def _now(self) -> float:
        return self._platform.clock.seconds()

    def _say(self, text: str) -> None:
        self._platform.logs.book(self._app).write(text, at=self._now(), source="heroku", dyno=self.dyno.name)


class _Carrying:
    """Both ways in one thread: TLS is not made for two. No more is read on one side than the other takes."""

    def __init__(
        self, meeting: Meeting, program: Program, client: ssl.SSLSocket, seen: Seen, fault: Fault | None
    ) -> None:
        self._meeting = meeting
        self._program = program
        self._client = client
        self._seen = seen
        self._fault = fault if fault and fault.mode in {"cut", "close"} else None
        self._printed = b""
        self._typed = b""
        self._has_heard = False
        self._began = self._spoke_at = meeting.now()

    def run(self) -> None:
        """Until the program has ended, the client has left, or the meeting has to."""
        self._client.setblocking(False)
        while self._turn():
            if self._meeting.is_told_to_end() or self._meeting.is_over_time(self._began):
                self._meeting.ask_to_end()
                return
            if self._meeting.now() - self._spoke_at > IDLE:
                return

    def _turn(self) -> bool:
        wants = [self._client] if len(self._typed) < PIECE else []
        reads: list[ssl.SSLSocket | int] = [*wants, *([] if self._printed else [self._program.out])]
        writes: list[ssl.SSLSocket | int] = [self._client] if self._printed else []
        if self._typed and self._program.into >= 0:
            writes.append(self._program.into)
        pending = bool(wants) and self._client.pending() > 0
        readable, writable, _ = select.select(reads, writes, [], 0 if pending else TURN)
        if (self._client in readable or pending) and not self._hear():
            return False
        if self._typed and (self._program.into in writable or self._program.into < 0):
            self._type()
        if self._program.out in readable and not self._read():
            return self._finish()
        if self._printed and not self._print():
            return False
        if not readable and self._program.poll() is not None and not self._printed:
            return self._finish()
        return True

    def _hear(self) -> bool:
        try:
            data = self._client.recv(PIECE)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return True
        except OSError:
            return False
        self._typed += data
        self._seen.received += len(data)
        self._has_heard = True
        self._spoke_at = self._meeting.now()
        return bool(data)

    def _type(self) -> None:
        try:
            self._typed = self._typed[self._program.send(self._typed) :]
        except BlockingIOError:
            return
        except OSError:  # nobody reads any more
            self._typed = b""

    def _read(self) -> bool:
        try:
            self._printed = os.read(self._program.out, PIECE)
        except BlockingIOError:
            return True
        except OSError:  # a terminal whose last program has ended
            return False
        self._spoke_at = self._meeting.now()
        return bool(self._printed)

    def _print(self) -> bool:
        if self._fault is not None and self._seen.sent + len(self._printed) > self._fault.after:
            return self._break_off(self._fault)
        try:
            sent = self._client.send(self._printed)
        except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return True
        except OSError:
            return False
        self._seen.sent += sent
        self._printed = self._printed[sent:]
        return True

    def _break_off(self, fault: Fault) -> bool:
        self._client.setblocking(True)
        with contextlib.suppress(OSError):
            self._client.send(self._printed[: max(0, fault.after - self._seen.sent)])
            if fault.mode == "close":
                self._client.unwrap()
            else:
                self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._client.close()
        return False

    def _finish(self) -> bool:
        """A client whose input is at its end wants to say so before it is hung up on."""
        until = time.monotonic() + 0.25
        while not self._has_heard and time.monotonic() < until:
            readable, _, _ = select.select([self._client], [], [], 0.05)
            if readable and not self._hear():
                break
        # What the program left at its end is known in a moment
        while self._program.poll() is None and time.monotonic() < until + 1:
            time.sleep(0.005)
        self._client.setblocking(True)
        self._client.settimeout(2)
        with contextlib.suppress(OSError, ValueError):
            self._client.unwrap()
        return False


def _drain(program: Program) -> None:
    """Nobody reads what it prints any more, and it must not wait for that."""
    with contextlib.suppress(OSError):
        while os.read(program.out, PIECE):
            pass


def _read_secret(client: ssl.SSLSocket) -> str:
    seen = b""
    while b"\n" not in seen and len(seen) < LONGEST_SECRET:
        data = client.recv(1)
        if not data:
            break
        seen += data
    return seen.rstrip(b"\r\n").decode("latin-1")


def _swallow(connection: socket.socket, seen: Seen) -> None:
    connection.settimeout(None)
    while data := connection.recv(PIECE):
        seen.received += len(data)


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])

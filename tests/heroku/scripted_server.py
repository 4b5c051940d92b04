"""A small HTTP server that misbehaves on request, byte by byte; each request takes the next of its scripts."""

from __future__ import annotations

import gzip
import json
import socket
import struct
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping
    from types import TracebackType


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as it came; `connection` counts the connections of the server from 1."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes
    connection: int

    @property
    def payload(self) -> Any:
        return json.loads(self.body)


class Wire:
    """The server's end of a connection, as a script sees it."""

    def __init__(self, connection: socket.socket, *, stopped: Event) -> None:
        self._connection = connection
        self._stopped = stopped

    def send(self, data: bytes) -> None:
        self._connection.sendall(data)

    def drip(self, data: bytes, *, every: float) -> None:
        """One byte at a time, until the client has had enough."""
        for byte in data:
            if self._stopped.wait(every):
                return
            self.send(bytes([byte]))

    def hold(self) -> None:
        """Say nothing until the client hangs up or the server stops."""
        self._connection.settimeout(0.05)
        while not self._stopped.is_set():
            try:
                if not self._connection.recv(1):
                    return
            except TimeoutError:
                continue

    def reset(self) -> None:
        """End with a RST instead of a FIN."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


@dataclass(frozen=True, slots=True)
class Script:
    """What to do with one request, and whether the connection lives on."""

    act: Callable[[Wire], None]
    keeps: bool = False


def whole(
    content: object = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    extra: tuple[tuple[str, str], ...] = (),
) -> Script:
    """A proper answer; `content` is sent as JSON, bytes as they are, None as nothing."""
    return raw(message(content, status=status, headers=headers, extra=extra), keeps=True)


def zipped(content: object, *, cut: int = 0) -> Script:
    """A proper gzip answer, or one whose last `cut` bytes are missing from the stream."""
    body = gzip.compress(json.dumps(content).encode())
    body = body[: len(body) - cut]
    return raw(message(body, headers={"Content-Encoding": "gzip"}), keeps=True)


def message(
    content: object = None,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    extra: tuple[tuple[str, str], ...] = (),
) -> bytes:
    """The bytes of an answer, in the notation of `whole`."""
    body = content if isinstance(content, bytes) else b"" if content is None else json.dumps(content).encode()
    fields = {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}
    lines = [
        f"HTTP/1.1 {status} Scripted",
        *(f"{name}: {value}" for name, value in (*fields.items(), *extra)),
    ]
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def raw(data: bytes, *, keeps: bool = False) -> Script:
    return Script(lambda wire: wire.send(data), keeps=keeps)


def drip(data: bytes, *, every: float = 0.05, after: bytes = b"") -> Script:
    def act(wire: Wire) -> None:
        wire.send(after)
        wire.drip(data, every=every)

    return Script(act)


def hold(after: bytes = b"") -> Script:
    def act(wire: Wire) -> None:
        wire.send(after)
        wire.hold()

    return Script(act)


def reset(data: bytes = b"") -> Script:
    def act(wire: Wire) -> None:
        wire.send(data)
        wire.reset()

    return Script(act)


@dataclass
class ScriptedServer:
    """Listens on loopback while its context lasts; one that refuses does so until it is opened.

    Without a script left, a request is answered with 599.
    """

    tls: ssl.SSLContext | None = None
    refuses: bool = False
    requests: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        self._scripts: deque[Script] = deque()
        self._stopped = Event()
        self._lock = Lock()
        self._threads: list[Thread] = []
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.base_url = f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def plan(self, *scripts: Script) -> None:
        with self._lock:
            self._scripts.extend(scripts)

    def __enter__(self) -> ScriptedServer:
        if not self.refuses:
            self.open()
        return self

    def open(self) -> None:
        self._listener.listen()
        self._start(self._accept)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes accept()
        for thread in tuple(self._threads):
            thread.join(timeout=5)
        self._listener.close()

    def _start(self, work: Callable[..., None], *arguments: object) -> None:
        thread = Thread(target=work, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._stopped.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._start(self._serve, connection, self.connections)

    def _serve(self, connection: socket.socket, number: int) -> None:
        with connection:
            try:
                if self.tls is not None:
                    connection.settimeout(5)
                    connection = self.tls.wrap_socket(connection, server_side=True)
                with connection:
                    while self._answer(connection, number):
                        pass
            except OSError:
                return

    def _answer(self, connection: socket.socket, number: int) -> bool:
        seen = self._read(connection, number)
        if seen is None:
            return False
        with self._lock:
            self.requests.append(seen)
            script = self._scripts.popleft() if self._scripts else whole(status=599)
        connection.settimeout(5)
        script.act(Wire(connection, stopped=self._stopped))
        return script.keeps

    def _read(self, connection: socket.socket, number: int) -> Seen | None:
        head, _, body = self._read_until(connection, lambda data: b"\r\n\r\n" in data).partition(b"\r\n\r\n")
        if not head:
            return None
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        missing = int(headers.get("content-length", "0")) - len(body)
        if missing > 0:
            body += self._read_until(connection, lambda data: len(data) >= missing)
        return Seen(method=method, target=target, headers=headers, body=body, connection=number)

    def _read_until(self, connection: socket.socket, is_enough: Callable[[bytes], bool]) -> bytes:
        connection.settimeout(0.05)
        data = b""
        while not is_enough(data) and not self._stopped.is_set():
            try:
                chunk = connection.recv(65_536)
            except TimeoutError:
                continue
            if not chunk:
                return b""
            data += chunk
        return b"" if self._stopped.is_set() else data

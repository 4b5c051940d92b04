"""A rendezvous for one test: it does with each connection what it was told, and remembers what it heard."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from typing import TYPE_CHECKING

from tests.heroku.test_log_certificates import certificate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LOOPBACK = "127.0.0.1"


def greet(*pieces: bytes) -> Callable[[socket.socket], None]:
    """Take the secret, send these pieces, each by itself, then end."""

    def script(connection: socket.socket) -> None:
        for piece in pieces:
            connection.sendall(piece)

    return script


class RendezvousServer:
    """`script` is given the connection after the handshake and the secret; `tls=False` speaks plainly, None is silent."""

    def __init__(
        self,
        folder: Path,
        script: Callable[[socket.socket], None],
        *,
        name: str = LOOPBACK,
        tls: bool | None = True,
    ) -> None:
        self._server_side, self.trusting = certificate(folder, name=name)
        self.ca_file = folder / "server.pem"
        self._script = script
        self._tls = tls
        self.heard = b""
        self.before_handshake = b""
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def __enter__(self) -> RendezvousServer:
        return self

    def __exit__(self, *_error: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(10)

    @property
    def address(self) -> str:
        return f"rendezvous://{LOOPBACK}:{self.port}/s3cret0f9b"

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            connection, _ = self._listener.accept()
            with connection:
                self._speak(connection)

    def _speak(self, connection: socket.socket) -> None:
        if self._tls is not True:
            if self._tls is False:
                connection.sendall(b"220 hello\r\n")
            connection.settimeout(5)
            with contextlib.suppress(OSError):
                while data := connection.recv(4096):
                    self.before_handshake += data
            return
        try:
            secured = self._server_side.wrap_socket(connection, server_side=True)
        except ssl.SSLError:
            return
        with secured:
            while not self.heard.endswith(b"\n") and (data := secured.recv(1)):
                self.heard += data
            if self.heard:
                self._script(secured)
                with contextlib.suppress(OSError, ValueError):
                    secured.unwrap()

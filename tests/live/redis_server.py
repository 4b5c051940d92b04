"""A Redis of the tests' own, which they may stop and start again."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from typing import TYPE_CHECKING

from tests.ports import keep_port, number_of

if TYPE_CHECKING:
    from pathlib import Path

BINARY = shutil.which("redis-server")


class RedisServer:
    """Keeps nothing on disk; `certificate` and `key` make it speak TLS."""

    def __init__(self, folder: Path, *, certificate: Path | None = None, key: Path | None = None) -> None:
        self._kept_port = keep_port()
        self.port = number_of(self._kept_port)
        self._folder = folder
        self._tls = (certificate, key) if certificate else None
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    @property
    def url(self) -> str:
        return f"{'rediss' if self._tls else 'redis'}://localhost:{self.port}/0"

    def start(self) -> None:
        assert BINARY is not None
        ports = ["--port", str(self.port)]
        if self._tls:
            ports = ["--port", "0", "--tls-port", str(self.port), "--tls-auth-clients", "no"]
            ports += ["--tls-cert-file", str(self._tls[0]), "--tls-key-file", str(self._tls[1])]
            ports += ["--tls-ca-cert-file", str(self._tls[0])]
        command = [BINARY, "--bind", "127.0.0.1", *ports, "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(  # noqa: S603
            [*command, "--dir", str(self._folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 45
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                assert time.monotonic() < deadline, "redis-server did not start"
                time.sleep(0.02)
            else:
                return

    def empty(self) -> RedisServer:
        """Forget everything; the same server."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(64).startswith(b"+OK")
        return self

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """For good: its port is given back."""
        self.stop()
        self._kept_port.close()

"""Connections bounded in time from the name look-up to the last byte, for `requests`.

The timeouts of sockets are per operation: a server that drips one byte a second never meets them. Here every
read gets only what is left of the call's total; looking up the name, connecting and TLS share one limit.
"""

from __future__ import annotations

import http.client
import io
import socket
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any, cast

from requests.adapters import HTTPAdapter
from requests.exceptions import InvalidSchema
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError
from urllib3.util.response import assert_header_parsing

from opsconsole.heroku.limits import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from _typeshed import WriteableBuffer
    from urllib3 import PoolManager


class ConnectFailedError(Exception):
    """No connection was made, so no byte of the request left. The cause says why.

    Deliberately neither an OSError nor an error of urllib3, which would be caught and renamed on the way up.
    """


def resolve(
    host: str, port: int, *, seconds: float, look_up: Callable[..., list[Any]] = socket.getaddrinfo
) -> list[Any]:
    """Addresses of the host, asked in a thread: nothing else bounds a name server that does not answer."""
    answers: SimpleQueue[list[Any] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put(look_up(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    Thread(target=ask, name="heroku-name-look-up", daemon=True).start()
    try:
        answer = answers.get(timeout=seconds)
    except Empty:
        raise socket.gaierror(socket.EAI_AGAIN, "the name server did not answer in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


def open_socket(host: str, port: int, *, seconds: float) -> socket.socket:
    """Connect to the first address that answers; what is left of the time becomes the socket's timeout."""
    deadline = Deadline(seconds)
    connection = connect_to(resolve(host.strip("[]"), port, seconds=seconds), deadline)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.settimeout(max(deadline.left(), 0.001))
    return connection


def connect_to(addresses: list[Any], deadline: Deadline) -> socket.socket:
    """Connect to the first of these addresses, as `getaddrinfo` gives them, that answers; raises OSError."""
    failure: OSError = OSError("the name has no address")
    for index, (family, kind, protocol, _name, address) in enumerate(addresses):
        connection = socket.socket(family, kind, protocol)
        try:
            # A silent address leaves time for the next ones.
            connection.settimeout(max(deadline.left() / (len(addresses) - index), 0.001))
            connection.connect(address)
        except OSError as error:
            connection.close()
            failure = error
        else:
            return connection
    raise failure


class _BoundedReader(io.RawIOBase):
    """Reads a socket with what is left of a deadline as each read's timeout."""

    def __init__(self, connection: socket.socket, *, deadline: Deadline) -> None:
        super().__init__()
        self._connection = connection
        self._deadline = deadline
        self._source = connection.makefile("rb", buffering=0)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError("the total time of the call is over")
        self._connection.settimeout(left)
        return self._source.readinto(buffer)

    def close(self) -> None:
        self._source.close()
        super().close()


class _StrictResponse(http.client.HTTPResponse):
    """Refuses headers that cannot be parsed; urllib3 would go on, and log them with whatever they echo."""

    def begin(self) -> None:
        super().begin()
        assert_header_parsing(self.msg)


class _BoundedSource:
    """What http.client's response takes for a socket: it only ever asks it for a file."""

    def __init__(self, connection: socket.socket, *, deadline: Deadline) -> None:
        self._connection = connection
        self._deadline = deadline

    def makefile(self, mode: str) -> io.BufferedReader:  # noqa: ARG002 - always "rb"
        return io.BufferedReader(_BoundedReader(self._connection, deadline=self._deadline))


class _Bounded(HTTPConnection):
    """urllib3 sets `timeout` to the connect limit before connecting, then to what is left of the total."""

    def _new_conn(self) -> socket.socket:
        return open_socket(self.host, self.port, seconds=self._seconds)

    def connect(self) -> None:
        try:
            super().connect()
        except (OSError, HTTPError, http.client.HTTPException, ValueError) as error:
            raise ConnectFailedError from error

    def response_class(  # type: ignore[override]
        self, connection: socket.socket, **options: Any
    ) -> http.client.HTTPResponse:
        """http.client's hook for the object that reads the answer."""
        source = _BoundedSource(connection, deadline=Deadline(self._seconds))
        return _StrictResponse(source, **options)  # type: ignore[arg-type]

    @property
    def _seconds(self) -> float:
        return cast("float", self.timeout)


class _BoundedHTTPConnection(_Bounded):
    pass


class _BoundedHTTPSConnection(_Bounded, HTTPSConnection):
    pass


class _BoundedHTTPPool(HTTPConnectionPool):
    ConnectionCls = _BoundedHTTPConnection


class _BoundedHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _BoundedHTTPSConnection


class BoundedAdapter(HTTPAdapter):
    """requests' adapter over bounded connections: no redirect followed, no cookie kept, nothing retried."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        _use_bounded_pools(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        # Its pools would be replaced below by ours, which know nothing of SOCKS and would go round it.
        if proxy.lower().startswith("socks"):
            raise InvalidSchema("SOCKS proxies are not supported.")
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        _use_bounded_pools(manager)
        return manager


def _use_bounded_pools(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _BoundedHTTPPool, "https": _BoundedHTTPSPool}

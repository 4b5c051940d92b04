"""The rendezvous protocol: a program's terminal as a stream of bytes in both directions, over TLS.

`SECRET` CRLF, then one line of greeting, then bytes as they are; there is no message for another size, and no exit status
(the official command line, `src/lib/run/dyno.ts`).
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from typing import TYPE_CHECKING, Any, Final, Self

from opsconsole.heroku.errors import ConnectionCutError
from opsconsole.heroku.log_hosts import is_public
from opsconsole.heroku.rendezvous_hosts import CALL, RendezvousError, RendezvousPlace

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from types import TracebackType

CONNECT_SECONDS: Final = 10.0
GREETING_SECONDS: Final = 60.0
CLOSE_SECONDS: Final = 2.0
LONGEST_GREETING: Final = 1024  # bytes
BUFFER: Final = 131_072  # bytes that are read ahead; twice that at most
END_OF_INPUT: Final = b"\x04"
PIECE: Final = 65_536


class RendezvousCutError(ConnectionCutError):
    """The terminal was lost: reset, or gone without a word."""

    kind = "cut"

    def __init__(self) -> None:
        super().__init__("The connection to the terminal was cut.", call=CALL)


class Rendezvous:
    """An open terminal, of the loop that opened it. One may read while another writes."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, rest: bytes) -> None:
        self._reader = reader
        self._writer = writer
        self._rest = rest
        self._closing: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def read(self, most: int = PIECE) -> bytes:
        """Return what the program printed, b"" once it has ended. Raises RendezvousCutError."""
        if self._rest:
            rest, self._rest = self._rest[:most], self._rest[most:]
            return rest
        try:
            return await self._reader.read(most)
        except ssl.SSLError as error:
            if isinstance(error, ssl.SSLEOFError):  # an end without TLS's own goodbye is still an end
                return b""
            raise RendezvousCutError from error
        except OSError as error:
            raise RendezvousCutError from error

    async def write(self, data: bytes) -> None:
        """Send what is typed; waits while the other end takes nothing. Raises RendezvousCutError."""
        try:
            self._writer.write(data)
            await self._writer.drain()
        except OSError as error:
            raise RendezvousCutError from error

    async def end_input(self) -> None:
        """Tell the program that nothing more is typed."""
        await self.write(END_OF_INPUT)

    async def close(self) -> None:
        """Hang up, whatever the other end does: Heroku then sends the program SIGHUP. May be called twice."""
        if self._closing is None:
            self._writer.close()
            # A task of its own: who stops waiting for it must not undo the end that the others wait for
            self._closing = asyncio.create_task(self._closed())
        _done, pending = await asyncio.wait({self._closing}, timeout=CLOSE_SECONDS)
        if pending:
            self._writer.transport.abort()

    async def _closed(self) -> None:
        with contextlib.suppress(OSError, TimeoutError):
            await self._writer.wait_closed()


async def open_rendezvous(
    place: RendezvousPlace,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    greeting_seconds: float = GREETING_SECONDS,
    look_up: Callable[..., list[Any]] = socket.getaddrinfo,
) -> Rendezvous:
    """Connect, verify, present the secret and wait for the dyno. Raises RendezvousError; nothing is sent before the handshake."""
    reader, writer = await _reach(place, seconds=connect_seconds, look_up=look_up)
    try:
        writer.write(place.secret.encode("ascii") + b"\r\n")
        rest = await _greeted(reader, seconds=greeting_seconds)
    except BaseException:
        writer.transport.abort()
        raise
    return Rendezvous(reader, writer, rest)


async def try_rendezvous(
    place: RendezvousPlace,
    *,
    connect_seconds: float = CONNECT_SECONDS,
    look_up: Callable[..., list[Any]] = socket.getaddrinfo,
) -> None:
    """See whether a rendezvous host can be reached, and proves who it is; nothing is sent. Raises RendezvousError."""
    _reader, writer = await _reach(place, seconds=connect_seconds, look_up=look_up)
    writer.transport.abort()


async def _greeted(reader: asyncio.StreamReader, *, seconds: float) -> bytes:
    """Wait for the line of greeting; return what came behind it."""
    seen = b""
    try:
        async with asyncio.timeout(seconds):
            while b"\n" not in seen:
                data = await reader.read(LONGEST_GREETING)
                if not data:
                    raise RendezvousError("not_begun", "The rendezvous ended before the dyno came.")
                seen += data
                if b"\n" not in seen and len(seen) > LONGEST_GREETING:
                    raise RendezvousError("not_greeted", "What came is not the greeting of a rendezvous.")
    except TimeoutError:
        raise RendezvousError("not_greeted", "The dyno did not come to the rendezvous in time.") from None
    except OSError:
        raise RendezvousError("not_begun", "The rendezvous was cut before the dyno came.") from None
    return seen.partition(b"\n")[2]


async def _reach(
    place: RendezvousPlace, *, seconds: float, look_up: Callable[..., list[Any]]
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(seconds):
            connection = await _connect(place, look_up)
            return await _named(_secure(place, connection))
    except TimeoutError:
        raise RendezvousError("timed_out", "The rendezvous did not answer in time.") from None


async def _connect(place: RendezvousPlace, look_up: Callable[..., list[Any]]) -> socket.socket:
    """Connect to what was looked up once and checked."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(
            None, lambda: look_up(place.host, place.port, type=socket.SOCK_STREAM)
        )
    except (OSError, UnicodeError):
        raise RendezvousError("unreachable", "The rendezvous has no address.") from None
    if place.is_public and not all(is_public(each[4][0]) for each in found):
        raise RendezvousError("address", "The rendezvous leads into a private network.")
    failure: OSError = OSError()
    for family, kind, protocol, _name, address in found:
        connection = socket.socket(family, kind, protocol)
        try:
            connection.setblocking(False)
            await loop.sock_connect(connection, address)
        except OSError as error:
            connection.close()
            failure = error
        except BaseException:
            connection.close()
            raise
        else:
            _prepare(connection)
            return connection
    kind_of_failure = "refused" if isinstance(failure, ConnectionRefusedError) else "unreachable"
    raise RendezvousError(kind_of_failure, "No connection to the rendezvous was made.")


def _prepare(connection: socket.socket) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 20), ("TCP_KEEPCNT", 3)):
        with contextlib.suppress(AttributeError, OSError):  # not on every system
            connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


async def _secure(
    place: RendezvousPlace, connection: socket.socket
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        reader, writer = await asyncio.open_connection(
            sock=connection,
            ssl=place.context(),
            server_hostname=place.host,
            limit=BUFFER,
            ssl_shutdown_timeout=CLOSE_SECONDS,
        )
    except BaseException:
        connection.close()
        raise
    writer.transport.set_write_buffer_limits(high=PIECE)
    return reader, writer


async def _named(
    securing: Awaitable[tuple[asyncio.StreamReader, asyncio.StreamWriter]],
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        return await securing
    except ssl.SSLCertVerificationError:
        raise RendezvousError("certificate", "The rendezvous does not prove to be Heroku's.") from None
    except ssl.SSLError:
        raise RendezvousError("not_tls", "The rendezvous does not speak TLS.") from None
    except ConnectionError:
        raise RendezvousError("not_begun", "The rendezvous hung up before it proved who it is.") from None
    except OSError:
        raise RendezvousError("unreachable", "The rendezvous cannot be reached.") from None

"""Where a log session's address may lead: to Heroku's log hosts, over verified TLS, and nowhere else.

The address comes in an answer of Heroku's, and is opened by a server that may reach what its readers may not.
"""

from __future__ import annotations

import logging
import re
import socket
import ssl
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from opsconsole.heroku.connections import ConnectFailedError, connect_to, resolve
from opsconsole.heroku.errors import NotSentError
from opsconsole.heroku.limits import Deadline
from opsconsole.heroku.losses import name_failed_connection

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any
    from urllib.parse import SplitResult

logger = logging.getLogger("opsconsole.heroku")

CALL: Final = "GET log stream"
_HTTPS: Final = 443
_DISGUISES: Final = tuple(
    ip_network(each) for each in ("2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0/96", "fec0::/10")
)
_NAME: Final = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)


class AddressRefusedError(NotSentError):
    """The address of a log stream is not one of Heroku's; the sentence names its host only."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where to connect, and what to ask for there; the target is as secret as the address."""

    host: str
    port: int
    is_tls: bool
    target: str

    def __repr__(self) -> str:
        return f"Place({self.host!r}, {self.port})"


@dataclass(frozen=True, slots=True)
class LogHosts:
    """`suffixes`: these names and what ends with a dot and them. `allow_loopback` is for the simulator alone."""

    suffixes: tuple[str, ...] = ("heroku.com",)
    allow_loopback: bool = False

    def check(self, url: str) -> Place:
        """Raise AddressRefusedError for an address that is not to be opened."""
        parts, port = _split(url)
        host = (parts.hostname or "").lower()
        if "@" in parts.netloc or not url.isascii() or any(each <= " " for each in url):
            raise _refused(host)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if self.allow_loopback and host == "127.0.0.1" and parts.scheme == "http":
            return Place(host, port or 80, is_tls=False, target=target)
        if parts.scheme != "https" or port not in {None, _HTTPS} or not self._is_ours(host):
            raise _refused(host)
        return Place(host, _HTTPS, is_tls=True, target=target)

    def _is_ours(self, host: str) -> bool:
        is_name = _NAME.fullmatch(host) is not None
        return is_name and any(host == suffix or host.endswith(f".{suffix}") for suffix in self.suffixes)

    def connect(
        self,
        place: Place,
        *,
        seconds: float,
        look_up: Callable[..., list[Any]] = socket.getaddrinfo,
        context: ssl.SSLContext | None = None,
    ) -> socket.socket:
        """Connect to what was looked up once and checked; certificate and name verified. Raises NotSentError."""
        try:
            return self._reach(place, Deadline(seconds), look_up, context)
        except (OSError, ValueError) as error:
            failure = ConnectFailedError()
            failure.__cause__ = error
            raise name_failed_connection(failure, call=CALL, request_id="") from error

    def _reach(
        self,
        place: Place,
        deadline: Deadline,
        look_up: Callable[..., list[Any]],
        context: ssl.SSLContext | None,
    ) -> socket.socket:
        addresses = resolve(place.host, place.port, seconds=deadline.left(), look_up=look_up)
        if not addresses or (place.is_tls and not all(is_public(each[4][0]) for each in addresses)):
            raise _refused(place.host)
        connection = connect_to(addresses, deadline)
        if not place.is_tls:
            return connection
        with ExitStack() as unless_it_succeeds:
            unless_it_succeeds.callback(connection.close)
            secured = _wrap(connection, place, deadline, context)
            unless_it_succeeds.pop_all()
        return secured


def is_public(address: str) -> bool:
    """Tell whether an address leads out: neither inside, nor to many, nor through IPv6 to an IPv4 address of any kind."""
    found = ip_address(address)
    is_inside = not found.is_global or found.is_multicast or found.is_reserved
    return not is_inside and not any(
        found in network for network in _DISGUISES if network.version == found.version
    )


def _split(url: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refused("") from None
    return parts, port


def _refused(host: str) -> AddressRefusedError:
    name = re.sub(r"[^\w.:-]", "?", host)[:100]
    logger.warning("The address of a log leads to %s and was not opened", name or "no host")
    return AddressRefusedError(
        f"The log's address leads to {name or 'no host'}, which is not Heroku's.", call=CALL
    )


def _wrap(
    connection: socket.socket, place: Place, deadline: Deadline, context: ssl.SSLContext | None
) -> socket.socket:
    connection.settimeout(max(deadline.left(), 0.001))
    trusted = context or ssl.create_default_context()
    return trusted.wrap_socket(connection, server_hostname=place.host)

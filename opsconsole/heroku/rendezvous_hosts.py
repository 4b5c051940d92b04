"""Where the address of an attached dyno may lead: to Heroku's rendezvous hosts, over verified TLS, and nowhere else.

The address comes in an answer of Heroku's, and is opened by a server that may reach what its readers may not.
"""

from __future__ import annotations

import logging
import re
import ssl
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from opsconsole.heroku.errors import NotSentError

logger = logging.getLogger("opsconsole.heroku")

CALL: Final = "rendezvous"
LOOPBACK: Final = "127.0.0.1"
_NAME: Final = re.compile(r"(?=.*[a-z])[a-z0-9]([a-z0-9.-]*[a-z0-9])?", re.ASCII)
_SECRET: Final = re.compile(r"[!-~]{1,2000}", re.ASCII)


class RendezvousError(NotSentError):
    """No terminal was opened. `kind` says why, for who has to explain it; the secret is in no part of it."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message, call=CALL)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class RendezvousPlace:
    """Where to connect; `secret` is the key of the terminal, and opens it once."""

    host: str
    port: int
    secret: str = field(repr=False)
    is_public: bool = True
    ca_file: str | None = None

    def context(self) -> ssl.SSLContext:
        """Return what verifies the other end: its chain, its name, its dates."""
        return ssl.create_default_context(cafile=self.ca_file)


@dataclass(frozen=True, slots=True)
class RendezvousHosts:
    """`suffixes`: these names and what ends with a dot and them. `allow_loopback` and `ca_file` are for the simulator alone."""

    suffixes: tuple[str, ...] = ("heroku.com",)
    ports: tuple[int, ...] = (5000,)
    allow_loopback: bool = False
    ca_file: str | None = None

    def check(self, address: str) -> RendezvousPlace:
        """Return where an `attach_url` leads. Raises RendezvousError: "address", or "unsupported" for a private space's."""
        try:
            parts = urlsplit(address)
            port = parts.port
        except ValueError:
            raise _refused("") from None
        host = (parts.hostname or "").lower()
        if parts.scheme in {"https", "http"}:
            raise RendezvousError("unsupported", "Apps in private spaces are attached to over SSH.")
        secret = parts.path.removeprefix("/") + (f"?{parts.query}" if parts.query else "")
        is_plain = address.isascii() and all(each > " " for each in address) and "@" not in parts.netloc
        if parts.scheme != "rendezvous" or not is_plain or not _SECRET.fullmatch(secret) or not port:
            raise _refused(host)
        if self.allow_loopback and host == LOOPBACK:
            return RendezvousPlace(host, port, secret, is_public=False, ca_file=self.ca_file)
        if port not in self.ports or not self.may_reach(host):
            raise _refused(host)
        return RendezvousPlace(host, port, secret, ca_file=self.ca_file)

    def may_reach(self, host: str) -> bool:
        """Tell whether a name is one of Heroku's; an address literal never is."""
        if _NAME.fullmatch(host) is None or _is_address(host):
            return False
        return any(host == suffix or host.endswith(f".{suffix}") for suffix in self.suffixes)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def _refused(host: str) -> RendezvousError:
    name = re.sub(r"[^\w.:-]", "?", host)[:100] or "no host"
    logger.warning("The address of a terminal leads to %s and was not opened", name)
    return RendezvousError("address", f"The terminal's address leads to {name}, which is not Heroku's.")

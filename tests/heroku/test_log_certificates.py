"""The address of a log is a secret: only a server that proves its name hears it, at the address that was checked."""

from __future__ import annotations

import socket
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opsconsole.heroku import LogHosts, LogSession, NotSentError
from opsconsole.heroku.log_stream import LogStream
from tests.heroku.scripted_server import ScriptedServer, hold

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HOST = "logs.heroku.com"
SESSION = LogSession(id="1", url=f"https://{HOST}/sessions/0f9b")
PUBLIC = "54.243.90.1"


class Asking(LogHosts):
    """Asks the test's name server, and trusts what the test trusts."""

    __slots__ = ("context", "look_up", "seconds")
    look_up: Callable[..., list[Any]]
    context: ssl.SSLContext | None
    seconds: float

    def connect(self, place: Any, **_options: Any) -> socket.socket:
        return super().connect(place, seconds=self.seconds, look_up=self.look_up, context=self.context)


def asking(*addresses: str, context: ssl.SSLContext | None = None, seconds: float = 5) -> Asking:
    """Each look-up takes the next of the addresses; the last one stays."""
    left = list(addresses)

    def look_up(*_asked: object, **_options: object) -> list[Any]:
        address = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]

    hosts = Asking()
    for name, value in {"look_up": look_up, "context": context, "seconds": seconds}.items():
        object.__setattr__(hosts, name, value)
    return hosts


@pytest.fixture
def leads_to(monkeypatch: pytest.MonkeyPatch) -> Callable[[ScriptedServer], None]:
    """What is public leads to a server of the test: no test goes out."""
    connect = socket.socket.connect

    def lead(server: ScriptedServer) -> None:
        monkeypatch.setattr(
            socket.socket, "connect", lambda each, _address: connect(each, ("127.0.0.1", server.port))
        )

    return lead


def certificate(folder: Path, *, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate that it signed itself, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([_said(name)]), critical=False)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    file = folder / "server.pem"
    file.write_bytes(key.private_bytes(*encoding) + signed)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=signed.decode())


def _said(name: str) -> x509.GeneralName:
    return x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name)


def test_a_server_that_proves_its_name_is_asked(
    leads_to: Callable[[ScriptedServer], None], tmp_path: Path
) -> None:
    tls, trusting = certificate(tmp_path, name=HOST)
    with ScriptedServer(tls=tls) as server:
        leads_to(server)
        server.plan(hold(b"HTTP/1.1 200 OK\r\n\r\n"))
        LogStream(SESSION, hosts=asking(PUBLIC, context=trusting)).close()
        assert [seen.target for seen in server.requests] == ["/sessions/0f9b"]


@pytest.mark.parametrize("trouble", ["self-signed", "wrong name", "no tls"])
def test_one_that_does_not_hears_nothing(
    leads_to: Callable[[ScriptedServer], None], tmp_path: Path, trouble: str
) -> None:
    tls, trusting = certificate(tmp_path, name="logs.example" if trouble == "wrong name" else HOST)
    context = None if trouble == "self-signed" else trusting
    with ScriptedServer(tls=None if trouble == "no tls" else tls) as server:
        leads_to(server)
        server.plan(hold(b"HTTP/1.1 200 OK\r\n\r\n"))
        with pytest.raises(NotSentError) as failed:
            LogStream(
                SESSION, hosts=asking(PUBLIC, context=context, seconds=0.5 if trouble == "no tls" else 5)
            )
        assert server.connections == 1
        assert server.requests == []
    assert trouble == "no tls" or failed.value.reason == "untrusted"


def test_a_name_is_looked_up_once_so_that_its_answer_cannot_change_after_it_was_checked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reached: list[object] = []

    def refuse(_connection: socket.socket, address: object) -> None:
        reached.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket.socket, "connect", refuse)
    hosts = asking(PUBLIC, "127.0.0.1")
    for _ in range(2):
        with pytest.raises(NotSentError):
            LogStream(SESSION, hosts=hosts)
    assert reached == [(PUBLIC, 443)]

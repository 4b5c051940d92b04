"""The token goes to Heroku and nowhere else."""

from __future__ import annotations

import logging
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opsconsole.heroku import Client, ForbiddenError, HerokuError, NotSentError, RedirectRefusedError
from tests.heroku import samples
from tests.heroku.conftest import TOKEN
from tests.heroku.scripted_server import Script, ScriptedServer, drip, message, raw, whole

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROXY_VARIABLES = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


def test_a_client_shows_where_it_talks_and_never_its_token(client: Client, server: ScriptedServer) -> None:
    assert repr(client) == f"Client('****', base_url='{server.base_url}')"


def test_an_echo_of_the_token_is_masked(server: ScriptedServer, client: Client) -> None:
    content = {"id": f"x{TOKEN}", "message": f"No {TOKEN}!", "url": f"https://example.org/?{TOKEN}"}
    server.plan(whole(content, status=403, headers={"Request-Id": TOKEN}))
    with pytest.raises(ForbiddenError) as caught:
        client.apps.list()
    error = caught.value
    assert error.message == "No ****!"
    assert TOKEN not in f"{error} {error!r} {error.id} {error.url} {error.request_id}"


def test_an_echo_across_the_cut_of_a_message_is_masked(server: ScriptedServer, client: Client) -> None:
    server.plan(whole({"id": "forbidden", "message": "x" * 290 + TOKEN}, status=403))
    with pytest.raises(ForbiddenError) as caught:
        client.apps.list()
    assert "HRKU" not in caught.value.message


def test_an_echo_in_a_warning_is_masked(server: ScriptedServer, client: Client) -> None:
    server.plan(whole(status=202, headers={"X-Heroku-Warning": f"Token {TOKEN} is old."}))
    assert client.dynos.restart_all("site-vitrine").warnings == ("Token **** is old.",)


@pytest.mark.parametrize(
    "script",
    [
        whole([samples.app()]),
        whole({"id": "unauthorized", "message": f"Bad token {TOKEN}"}, status=401),
        whole({"id": "server_error", "message": TOKEN}, status=500),
        whole(TOKEN.encode()),
        whole(status=302, headers={"Location": f"https://example.org/{TOKEN}"}),
        raw(b""),
        raw(TOKEN.encode() + b"\r\n\r\n"),
        raw(f"HTTP/1.1 200 OK\r\n{TOKEN}\r\nContent-Length: 2\r\n\r\n[]".encode()),
        raw(f"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{TOKEN}\r\n".encode()),
        drip(message([])),
    ],
    ids=["fine", "401", "500", "echo", "redirect", "closed", "noise", "odd header", "odd chunk", "dripping"],
)
def test_no_log_line_holds_the_token_at_any_level(
    server: ScriptedServer, plain_client: Client, script: Script, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.plan(script)
    try:
        plain_client.apps.list(total=0.5)
    except HerokuError:
        logging.getLogger("elsewhere").exception("It failed")
    assert "opsconsole.heroku" in {record.name for record in caplog.records}
    assert TOKEN not in caplog.text


def test_each_request_has_one_log_line_without_names(
    server: ScriptedServer, client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="opsconsole.heroku")
    url = "rendezvous://rendezvous.runtime.heroku.com:5000/secret-secret"
    server.plan(whole(samples.dyno(attach_url=url), status=201, headers={"Request-Id": "heroku-id"}))
    client.dynos.create("site-vitrine", command="bash", attach=True)
    (line,) = [record.getMessage() for record in caplog.records if record.name == "opsconsole.heroku"]
    start, milliseconds, end = [*line.partition(" ms ")[0].rsplit(" ", 1), line.partition(" ms ")[2]]
    assert start == "POST /apps/{app}/dynos 201"
    assert milliseconds.isdigit()
    assert end == "heroku-id"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(server: ScriptedServer, client: Client, status: int) -> None:
    with ScriptedServer() as elsewhere:
        elsewhere.plan(whole([samples.app()]))
        server.plan(whole(status=status, headers={"Location": f"{elsewhere.base_url}/stolen"}))
        with pytest.raises(RedirectRefusedError):
            client.apps.list()
        assert elsewhere.connections == 0
    assert len(server.requests) == 1


@pytest.mark.parametrize("token", ["", "short", "with a blank", "with\r\nnewline", "é" * 20])
def test_what_cannot_be_a_token_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(ValueError, match="cannot be a Heroku token") as caught:
        Client(token)
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "base_url",
    [
        "http://api.heroku.com",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://10.0.0.1",
        "http://0.0.0.0",
        "http://[::2]",
        "ftp://127.0.0.1",
        "//127.0.0.1",
        "127.0.0.1",
        "",
        "https://",
        "https://user:password@api.heroku.com",
        "https://api.heroku.com/path",
        "https://api.heroku.com?query",
        "https://api.heroku.com#fragment",
    ],
)
def test_an_address_that_would_carry_the_token_in_clear_or_elsewhere_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="Platform API's address"):
        Client(TOKEN, base_url=base_url)


@pytest.mark.parametrize(
    "base_url",
    [
        "https://api.heroku.com",
        "https://api.heroku.com/",
        "http://localhost:5099",
        "http://127.0.0.2",
        "http://[::1]:5099",
    ],
)
def test_a_secure_or_local_address_is_taken(base_url: str) -> None:
    assert Client(TOKEN, base_url=base_url).base_url == base_url.rstrip("/")


@pytest.fixture
def proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[ScriptedServer]:
    """A proxy that every variable of the environment names."""
    with ScriptedServer() as proxy:
        for name in PROXY_VARIABLES:
            monkeypatch.setenv(name, proxy.base_url)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        yield proxy


def test_a_proxy_of_the_environment_is_ignored(server: ScriptedServer, proxy: ScriptedServer) -> None:
    server.plan(whole([]))
    with closing(Client(TOKEN, base_url=server.base_url)) as client:
        client.apps.list()
    assert proxy.connections == 0


def test_a_proxy_of_the_environment_is_used_on_purpose(server: ScriptedServer, proxy: ScriptedServer) -> None:
    proxy.plan(whole([samples.app()]))
    with closing(Client(TOKEN, base_url=server.base_url, use_proxy_environment=True)) as client:
        assert client.apps.list()[0].name == "site-vitrine"
    assert proxy.requests[0].target == f"{server.base_url}/apps"
    assert server.connections == 0


def test_through_a_proxy_the_token_stays_inside_the_tunnel(proxy: ScriptedServer) -> None:
    proxy.plan(*[whole(status=502)] * 3)
    client = Client(TOKEN, base_url="https://api.heroku.invalid", use_proxy_environment=True)
    with closing(client), pytest.raises(NotSentError):
        client.apps.list()
    assert {(seen.method, seen.target) for seen in proxy.requests} == {("CONNECT", "api.heroku.invalid:443")}
    assert all("authorization" not in seen.headers for seen in proxy.requests)


@pytest.mark.parametrize("scheme", ["socks5", "gopher"])
def test_a_proxy_that_cannot_be_used_is_not_gone_round(
    server: ScriptedServer, monkeypatch: pytest.MonkeyPatch, proxy: ScriptedServer, scheme: str
) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, proxy.base_url.replace("http", scheme))
    client = Client(TOKEN, base_url=server.base_url, use_proxy_environment=True)
    with closing(client), pytest.raises(NotSentError):
        client.apps.set_maintenance("site-vitrine", on=True)
    assert server.connections == 0


@pytest.fixture
def self_signed(tmp_path: Path) -> ssl.SSLContext:
    """A certificate for 127.0.0.1 that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context


@pytest.mark.parametrize("variable", ["UNSET", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_a_certificate_that_nobody_vouches_for_ends_the_call_before_the_token_leaves(
    self_signed: ssl.SSLContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "server.pem"))
    with (
        ScriptedServer(tls=self_signed) as server,
        closing(Client(TOKEN, base_url=server.base_url)) as client,
    ):
        with pytest.raises(NotSentError) as caught:
            client.apps.set_maintenance("site-vitrine", on=True)
        assert (caught.value.reason, caught.value.outcome) == ("untrusted", "not_sent")
        assert server.requests == []


def test_a_server_without_tls_is_not_spoken_to_in_clear(server: ScriptedServer) -> None:
    client = Client(TOKEN, base_url=server.base_url.replace("http:", "https:"))
    server.plan(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"))
    with closing(client), pytest.raises(NotSentError):
        client.apps.set_maintenance("site-vitrine", on=True, total=0.4)
    assert all(TOKEN not in str(seen) for seen in server.requests)

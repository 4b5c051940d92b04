"""Where the address of a log may lead: nothing is opened before it was checked, name, port and address."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.heroku import AddressRefusedError, LogHosts, NotSentError

if TYPE_CHECKING:
    from collections.abc import Callable

SECRET = "sessions/0f9b"
HOSTS = LogHosts()


@pytest.mark.parametrize(
    "url",
    [
        "https://logs.heroku.com/stream?tail=true&token=abc",
        "https://logplex.heroku.com/sessions/0f9b?srv=1",
        "https://LOGPLEX.HEROKU.COM/sessions/0f9b",
        "https://heroku.com/x",
        "https://logs.eu.heroku.com:443/x",
    ],
)
def test_what_is_heroku_s_may_be_opened(url: str) -> None:
    assert HOSTS.check(url).is_tls


@pytest.mark.parametrize(
    "url",
    [
        f"http://logplex.heroku.com/{SECRET}",
        f"https://127.0.0.1/{SECRET}",
        f"http://127.0.0.1:5099/{SECRET}",
        f"https://169.254.169.254/{SECRET}",
        f"https://[::1]/{SECRET}",
        f"https://[::ffff:127.0.0.1]/{SECRET}",
        f"https://2130706433/{SECRET}",
        f"https://0x7f000001/{SECRET}",
        f"https://017700000001/{SECRET}",
        f"https://localhost/{SECRET}",
        f"https://heroku.com.evil.example/{SECRET}",
        f"https://evilheroku.com/{SECRET}",
        f"https://somebody.herokuapp.com/{SECRET}",
        f"https://logs.heroku.com@evil.example/{SECRET}",
        f"https://user:pass@logs.heroku.com/{SECRET}",
        f"https://@logs.heroku.com/{SECRET}",
        f"https://logs.heroku.com:22/{SECRET}",
        f"https://logs.heroku.com:8443/{SECRET}",
        f"https://logs.heroku.com:x/{SECRET}",
        f"https://logs.heroku.com\\@evil.example/{SECRET}",
        f"https://logs.heroku.com /{SECRET}",
        f"https://logs.heroku.com\n.evil.example/{SECRET}",
        f"https://logs.héroku.com/{SECRET}",
        f"https://-.heroku.com./{SECRET}",
        f"https:///{SECRET}",
        f"//logs.heroku.com/{SECRET}",
        f"ftp://logs.heroku.com/{SECRET}",
        "file:///etc/passwd",
        "",
        "https://[logs.heroku.com/",
    ],
)
def test_anything_else_is_refused_and_its_secret_not_repeated(url: str) -> None:
    with pytest.raises(AddressRefusedError) as refused:
        HOSTS.check(url)
    assert SECRET not in str(refused.value)


def test_loopback_is_for_the_simulator_alone() -> None:
    assert not LogHosts(allow_loopback=True).check("http://127.0.0.1:5099/x").is_tls
    for url in (
        "http://localhost:5099/x",
        "https://127.0.0.1/x",
        "http://127.0.0.2/x",
        "http://169.254.169.254/x",
    ):
        with pytest.raises(AddressRefusedError):
            LogHosts(allow_loopback=True).check(url)


def answering(*addresses: str) -> Callable[..., list[Any]]:
    def look_up(*_asked: object, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)) for address in addresses]

    return look_up


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "0.0.0.0", "224.0.0.1"),  # noqa: S104
        *("::1", "fe80::1", "fec0::1", "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1"),
        *("240.0.0.1", "ff02::1", "fe80::1%eth0", "::ffff:8.8.8.8", "2002:808:808::", "64:ff9b::808:808"),
        *("64:ff9b:1::808:808", "fc00::1"),
    ],
)
def test_a_name_that_leads_inside_is_not_followed(address: str) -> None:
    place = HOSTS.check("https://logs.heroku.com/x")
    with pytest.raises(AddressRefusedError):
        HOSTS.connect(place, seconds=1, look_up=answering(address))


def test_one_address_inside_is_enough_to_refuse_a_name() -> None:
    place = HOSTS.check("https://logs.heroku.com/x")
    with pytest.raises(AddressRefusedError):
        HOSTS.connect(place, seconds=1, look_up=answering("54.243.90.1", "10.0.0.8"))


def test_a_refusal_is_noted_with_the_host_and_nothing_else(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(AddressRefusedError):
        HOSTS.check(f"https://evil.example/{SECRET}")
    [record] = caplog.records
    assert record.levelname == "WARNING"
    assert "evil.example" in record.getMessage()
    assert SECRET not in caplog.text


def test_a_name_without_an_answer_says_so() -> None:
    def look_up(*_asked: object, **_options: object) -> list[Any]:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    with pytest.raises(NotSentError) as failed:
        HOSTS.connect(HOSTS.check("https://logs.heroku.com/x"), seconds=1, look_up=look_up)
    assert failed.value.reason == "unresolved"


def test_the_place_keeps_its_target_to_itself() -> None:
    assert SECRET not in repr(HOSTS.check(f"https://logs.heroku.com/{SECRET}"))

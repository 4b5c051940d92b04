"""The rendezvous protocol, byte by byte, against a server that proves who it is, and against those that do not."""

from __future__ import annotations

import asyncio
import logging
import socket
import struct
import threading
import time
import traceback
from typing import TYPE_CHECKING, Any

import pytest

from opsconsole.heroku import (
    Rendezvous,
    RendezvousCutError,
    RendezvousError,
    RendezvousHosts,
    open_rendezvous,
    try_rendezvous,
)
from tests.heroku.rendezvous_server import RendezvousServer, greet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from pathlib import Path

SECRET = "s3cret0f9b"


def reach(server: RendezvousServer, work: Callable[[Rendezvous], Awaitable[Any]], **seconds: Any) -> Any:
    async def main() -> Any:
        hosts = RendezvousHosts(allow_loopback=True, ca_file=str(server.ca_file))
        async with await open_rendezvous(hosts.check(server.address), **seconds) as terminal:
            return await work(terminal)

    return asyncio.run(main())


async def everything(terminal: Rendezvous) -> bytes:
    seen = b""
    while data := await terminal.read():
        seen += data
    return seen


# ── the greeting ──
@pytest.mark.parametrize(
    "pieces",
    [
        [b"rendezvous\r\n", b"~ $ "],
        [b"rendezvous\r\n~ $ "],
        [bytes([each]) for each in b"rendezvous\r\n~ $ "],
        [b"rendezvous\n~ $ "],
        [b"something else\r\n~ $ "],
    ],
    ids=["records apart", "one record", "byte by byte", "without a return", "another word"],
)
def test_all_up_to_the_first_line_feed_is_the_greeting_and_nothing_behind_it_is_lost(
    tmp_path: Path, pieces: list[bytes]
) -> None:
    with RendezvousServer(tmp_path, greet(*pieces)) as server:
        assert reach(server, everything) == b"~ $ "


def test_the_secret_and_nothing_else_is_sent_before_something_is_typed(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet(b"rendezvous\r\n")) as server:
        reach(server, everything)
        assert server.heard == f"{SECRET}\r\n".encode()


# ── both ways ──
def test_what_is_typed_arrives_as_it_is_and_the_end_of_input_is_its_control_character(tmp_path: Path) -> None:
    typed = bytearray()

    def script(connection: socket.socket) -> None:
        connection.sendall(b"rendezvous\r\n")
        while not typed.endswith(b"\x04"):
            typed.extend(connection.recv(4096))

    async def work(terminal: Rendezvous) -> None:
        await terminal.write(b"caf\xc3\xa9\x00\xff\x03\r")
        await terminal.end_input()
        await everything(terminal)

    with RendezvousServer(tmp_path, script) as server:
        reach(server, work)
    assert bytes(typed) == b"caf\xc3\xa9\x00\xff\x03\r\x04"


def test_fifty_megabytes_arrive_whole(tmp_path: Path) -> None:
    piece, count = b"0123456789abcdef" * 4096, 800

    async def work(terminal: Rendezvous) -> int:
        size = 0
        while data := await terminal.read():
            assert len(data) <= 65_536
            size += len(data)
        return size

    with RendezvousServer(tmp_path, greet(b"rendezvous\r\n", *[piece] * count)) as server:
        assert reach(server, work) == len(piece) * count


def test_who_does_not_read_holds_the_program_back_and_can_still_type(tmp_path: Path) -> None:
    sent = [0]
    interrupted: list[bytes] = []

    def script(connection: socket.socket) -> None:
        connection.sendall(b"rendezvous\r\n")
        connection.setblocking(False)
        while not interrupted:
            try:
                sent[0] += connection.send(b"y\n" * 8192)
            except (BlockingIOError, OSError) as error:
                if "did not complete" not in str(error) and not isinstance(error, BlockingIOError):
                    raise
            try:
                interrupted.append(connection.recv(16))
            except (BlockingIOError, OSError):
                time.sleep(0.001)

    async def work(terminal: Rendezvous) -> int:
        before = -1
        while before != sent[0]:  # until the program can print no more
            before = sent[0]
            await asyncio.sleep(0.2)
        await terminal.write(b"\x03")
        async with asyncio.timeout(5):
            while not interrupted:  # noqa: ASYNC110 -- another thread's
                await asyncio.sleep(0.01)
        return before

    with RendezvousServer(tmp_path, script) as server:
        assert reach(server, work) < 20_000_000
    assert interrupted == [b"\x03"]


# ── the end ──
def test_a_reset_is_told_apart_from_an_end(tmp_path: Path) -> None:
    def script(connection: socket.socket) -> None:
        connection.sendall(b"rendezvous\r\nhalf")
        connection.recv(1)
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    async def work(terminal: Rendezvous) -> None:
        assert await terminal.read() == b"half"
        await terminal.write(b"x")
        await everything(terminal)

    with RendezvousServer(tmp_path, script) as server, pytest.raises(RendezvousCutError) as cut:
        reach(server, work)
    assert cut.value.kind == "cut"


def test_an_end_without_a_goodbye_is_an_end(tmp_path: Path) -> None:
    def script(connection: socket.socket) -> None:
        connection.sendall(b"rendezvous\r\nlast words")
        connection.shutdown(socket.SHUT_WR)

    with RendezvousServer(tmp_path, script) as server:
        assert reach(server, everything) == b"last words"


def test_hanging_up_does_not_wait_for_who_reads_nothing(tmp_path: Path) -> None:
    ended = threading.Event()

    def script(connection: socket.socket) -> None:
        connection.sendall(b"rendezvous\r\n")
        ended.wait(30)

    async def work(terminal: Rendezvous) -> None:
        terminal._writer.write(b"x" * 5_000_000)  # noqa: SLF001 -- more than the other end will ever take
        async with asyncio.timeout(20):
            await terminal.close()
        ended.set()

    with RendezvousServer(tmp_path, script) as server:
        reach(server, work)
    assert ended.is_set()


# ── no way in ──
def failure(work: Callable[[], Any]) -> RendezvousError:
    with pytest.raises(RendezvousError) as failed:
        work()
    return failed.value


def test_who_speaks_plainly_is_told_nothing(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet(), tls=False) as server:
        assert failure(lambda: reach(server, everything)).kind == "not_tls"
    assert SECRET.encode() not in server.before_handshake


def test_who_has_another_name_is_told_nothing(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet(), name="elsewhere.example") as server:
        assert failure(lambda: reach(server, everything)).kind == "certificate"
        assert server.heard == b""


def test_who_is_vouched_for_by_somebody_else_is_told_nothing(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with (
        RendezvousServer(tmp_path / "a", greet()) as server,
        RendezvousServer(tmp_path / "b", greet()) as other,
    ):
        server.ca_file = other.ca_file
        assert failure(lambda: reach(server, everything)).kind == "certificate"
        assert server.heard == b""


def test_who_does_not_answer_is_given_up(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet(), tls=None) as server:
        assert failure(lambda: reach(server, everything, connect_seconds=0.3)).kind == "timed_out"
    assert SECRET.encode() not in server.before_handshake


def test_who_never_greets_is_given_up(tmp_path: Path) -> None:
    def script(connection: socket.socket) -> None:
        connection.settimeout(5)
        connection.recv(1)

    with RendezvousServer(tmp_path, script) as server:
        assert failure(lambda: reach(server, everything, greeting_seconds=0.3)).kind == "not_greeted"


def test_who_ends_before_greeting_has_not_begun(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet()) as server:
        assert failure(lambda: reach(server, everything)).kind == "not_begun"


def test_who_greets_without_end_is_given_up(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet(b"x" * 5000)) as server:
        assert failure(lambda: reach(server, everything)).kind == "not_greeted"


def test_a_port_where_nobody_listens_is_refused(tmp_path: Path) -> None:
    server = RendezvousServer(tmp_path, greet())
    server.__exit__()
    assert failure(lambda: reach(server, everything)).kind == "refused"


def test_trying_shows_the_handshake_and_sends_nothing(tmp_path: Path) -> None:
    with RendezvousServer(tmp_path, greet()) as server:
        hosts = RendezvousHosts(allow_loopback=True, ca_file=str(server.ca_file))
        asyncio.run(try_rendezvous(hosts.check(server.address)))
    assert server.heard == b""


# ── where an address may lead ──
@pytest.mark.parametrize(
    "address",
    [
        "rendezvous://rendezvous.runtime.heroku.com:5000/s3cret0f9b",
        "rendezvous://eu.runtime.heroku.com:5000/s3cret0f9b?x=1",
    ],
)
def test_herokus_own_hosts_are_reached(address: str) -> None:
    place = RendezvousHosts().check(address)
    assert (place.port, place.is_public) == (5000, True)
    assert place.host.endswith(".heroku.com")


@pytest.mark.parametrize(
    "address",
    [
        "rendezvous://evil.example:5000/s3cret0f9b",
        "rendezvous://heroku.com.evil.example:5000/s3cret0f9b",
        "rendezvous://evilheroku.com:5000/s3cret0f9b",
        "rendezvous://rendezvous.runtime.heroku.com:22/s3cret0f9b",
        "rendezvous://rendezvous.runtime.heroku.com/s3cret0f9b",
        "rendezvous://someone@rendezvous.runtime.heroku.com:5000/s3cret0f9b",
        "rendezvous://127.0.0.1:5000/s3cret0f9b",
        "rendezvous://[::1]:5000/s3cret0f9b",
        "rendezvous://169.254.169.254:5000/s3cret0f9b",
        "rendezvous://rendezvous.runtime.heroku.com:5000/",
        "rendezvous://rendezvous.runtime.heroku.com:5000/s3cret 0f9b",
        "rendezvous://rendezvous.runtime.heroku.com:5000/s3cret\r\n0f9b",
        "rendezvous://rendezvous.runtime.heroku.com:99999/s3cret0f9b",
        "gopher://rendezvous.runtime.heroku.com:5000/s3cret0f9b",
        "",
    ],
)
def test_any_other_address_is_refused_without_a_word_of_the_secret(
    address: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    error = failure(lambda: RendezvousHosts().check(address))
    assert error.kind == "address"
    assert error.outcome == "not_sent"
    assert "s3cret" not in f"{error!r} {error} {caplog.text}"


@pytest.mark.parametrize("scheme", ["https", "http"])
def test_a_private_spaces_address_is_known_for_what_it_is(scheme: str) -> None:
    error = failure(lambda: RendezvousHosts().check(f"{scheme}://x.heroku.com/dynos/s3cret0f9b"))
    assert error.kind == "unsupported"


def test_a_name_that_leads_inside_is_refused() -> None:
    place = RendezvousHosts().check(f"rendezvous://rendezvous.runtime.heroku.com:5000/{SECRET}")

    def look_up(*_asked: object, **_options: object) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 5000))]

    assert failure(lambda: asyncio.run(open_rendezvous(place, look_up=look_up))).kind == "address"


def test_the_secret_is_in_no_text_of_anything(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with RendezvousServer(tmp_path, greet(), name="elsewhere.example") as server:
        place = RendezvousHosts(allow_loopback=True, ca_file=str(server.ca_file)).check(server.address)
        error = failure(lambda: reach(server, everything))
    told = f"{place!r} {place} {error!r} {error} {caplog.text} {''.join(traceback.format_exception(error))}"
    assert SECRET not in told

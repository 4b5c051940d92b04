"""One log stream, byte by byte: its framing, its end, and how what comes first is told from what follows."""

from __future__ import annotations

import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import Beat, Gap, HistoryEnd, Lines, LogSession, MalformedAnswerError, Trouble
from opsconsole.heroku.log_stream import LogStream
from tests.heroku.log_follower import HERE, Follower
from tests.heroku.scripted_server import Script, hold, message, raw

if TYPE_CHECKING:
    from tests.heroku.scripted_server import ScriptedServer, Wire

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def line(number: int) -> bytes:
    return b"2026-11-23T09:12:04.%06d+00:00 app[web.1]: ligne %d\n" % (number, number)


def session(server: ScriptedServer) -> LogSession:
    return LogSession(id="1", url=f"{server.base_url}/stream")


def follow(server: ScriptedServer, script: Script, *, lines: int) -> Follower:
    server.plan(script)
    follower = Follower(lambda _lines: session(server), lines=lines)
    follower.wait(lambda: follower.has(HistoryEnd))
    return follower


def test_the_last_chunk_is_the_end_though_it_comes_with_data_and_nothing_closes(
    server: ScriptedServer,
) -> None:
    server.plan(hold(CHUNKED + b"%x\r\n%s\r\n0\r\n\r\n" % (len(line(1)), line(1))))
    with closing(LogStream(session(server), hosts=HERE)) as stream:
        assert stream.read(5) == line(1)
        began = time.monotonic()
        with pytest.raises(EOFError):
            stream.read(60)
    assert time.monotonic() - began < 30


@pytest.mark.parametrize("size", [b"-5", b"0x5", b"1_0", b"five", b"5" * 17])
def test_a_chunk_whose_size_is_no_number_is_no_log(server: ScriptedServer, size: bytes) -> None:
    server.plan(hold(CHUNKED + size + b"\r\n" + line(1)))
    with closing(LogStream(session(server), hosts=HERE)) as stream, pytest.raises(MalformedAnswerError):
        stream.read(5)


def test_a_compressed_answer_was_not_asked_for_and_is_not_unpacked(server: ScriptedServer) -> None:
    server.plan(hold(message(b"", headers={"Content-Encoding": "gzip"})))
    with pytest.raises(MalformedAnswerError):
        LogStream(session(server), hosts=HERE)
    assert server.requests[0].headers["accept-encoding"] == "identity"


def test_half_a_line_does_not_end_what_heroku_had_kept(server: ScriptedServer) -> None:
    def act(wire: Wire) -> None:
        wire.send(HEAD + b"\r\n" + line(1) + line(2)[:-4])
        wire.drip(line(2)[-4:], every=0.02)
        wire.hold()

    follower = follow(server, Script(act), lines=10)
    follower.leave()
    assert HistoryEnd(2) in follower.events


def test_what_follows_in_the_same_piece_is_no_history(server: ScriptedServer) -> None:
    follower = follow(server, hold(HEAD + b"\r\n" + line(1) + line(2) + line(3)), lines=2)
    follower.wait(lambda: len(follower.texts) == 3)
    follower.leave()
    told = [event for event in follower.events if isinstance(event, Lines | HistoryEnd)]
    assert [event if isinstance(event, HistoryEnd) else len(event.lines) for event in told] == [
        2,
        HistoryEnd(2),
        1,
    ]


def test_whoever_leaves_before_the_history_came_again_marks_no_hole(server: ScriptedServer) -> None:
    server.plan(raw(HEAD + b"\r\n" + line(1)), hold(HEAD + b"\r\n"))
    follower = Follower(lambda _lines: session(server))
    follower.wait(lambda: follower.has(Trouble) and isinstance(follower.events[-1], Beat))
    follower.stop()
    assert not follower.has(Gap)

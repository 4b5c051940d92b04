"""Following a log against the simulator: what was told is told once, what may be missing is marked, it always comes back."""

from __future__ import annotations

import random
import time
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import Beat, Client, Gap, HistoryEnd, LogHistory, Silence, Trouble, read_history
from opsconsole.simulator import Simulator
from tests.heroku.log_follower import APP, HERE, Follower, following

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=200) as running:
        yield running


@pytest.fixture
def client(simulator: Simulator) -> Iterator[Client]:
    with closing(Client(simulator.token, base_url=simulator.base_url)) as client:
        yield client


@pytest.fixture
def follow(simulator: Simulator) -> Iterator[Callable[..., Follower]]:
    with ExitStack() as followers:
        yield lambda **options: followers.enter_context(following(simulator, **options))


def test_what_was_kept_comes_first_then_what_follows(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    simulator.world.app(APP).log("avant")
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    simulator.world.app(APP).log("après")
    follower.wait(lambda: "après" in follower.texts)
    assert follower.texts == ["avant", "après"]
    assert HistoryEnd(1) in follower.events


@pytest.mark.parametrize("how", ["reset", "end"])
def test_a_cut_is_gone_round_without_a_line_lost_or_told_twice(
    simulator: Simulator, follow: Callable[..., Follower], how: str
) -> None:
    app = simulator.world.app(APP)
    app.log("un", "deux")
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    simulator.streams.cut(APP, how=how)
    app.log("trois")
    follower.wait(lambda: "trois" in follower.texts)
    app.log("quatre")
    follower.wait(lambda: "quatre" in follower.texts)
    assert follower.texts == ["un", "deux", "trois", "quatre"]
    assert not follower.has(Gap)


def test_two_equal_lines_of_one_microsecond_are_two_lines() -> None:
    with Simulator(now=lambda: datetime(2026, 11, 16, 9, 0, tzinfo=UTC)) as still:
        still.world.app(APP).log("pareil", "pareil")
        with following(still) as follower:
            follower.wait(lambda: follower.has(HistoryEnd))
            still.streams.cut(APP)
            still.world.app(APP).log("pareil")
            follower.wait(lambda: len(follower.texts) >= 3)
    assert follower.texts == ["pareil"] * 3


def test_what_is_older_than_the_lines_asked_for_is_never_told_as_new(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    app = simulator.world.app(APP)
    app.log(*(f"ligne {number}" for number in range(5)))
    follower = follow(lines=2)
    follower.wait(lambda: follower.has(HistoryEnd))
    simulator.streams.cut(APP)
    wait_until_asked(simulator, follower, times=2)
    app.log("ligne 5")
    follower.wait(lambda: "ligne 5" in follower.texts)
    assert follower.texts == ["ligne 3", "ligne 4", "ligne 5"]
    assert HistoryEnd(2) in follower.events
    assert not follower.has(Gap)


def test_more_than_heroku_keeps_is_a_gap(simulator: Simulator, follow: Callable[..., Follower]) -> None:
    app = simulator.world.app(APP)
    app.log("avant")
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    simulator.faults.add("503", path="/log-sessions$", times=1)
    simulator.streams.cut(APP)
    follower.wait(
        lambda: any(isinstance(event, Trouble) and event.error.status == 503 for event in follower.events)
    )
    app.log(*(f"ligne {number}" for number in range(1600)))
    follower.wait(lambda: "ligne 1599" in follower.texts)
    assert Gap("cut") in follower.events
    assert follower.texts[:2] == ["avant", "ligne 100"]


def test_a_cut_within_the_history_does_not_keep_its_end_from_being_told(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    simulator.world.configure({"log_chunk": 40})
    simulator.world.app(APP).log(*(f"ligne {number}" for number in range(1500)))
    follower = follow()
    follower.wait(lambda: follower.texts)
    simulator.streams.cut(APP)
    follower.wait(lambda: follower.has(HistoryEnd))
    assert follower.texts == [f"ligne {number}" for number in range(1500)]


def test_silence_is_told_and_the_stream_opened_again(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    follower = follow(silence=0.4)
    follower.wait(lambda: follower.has(HistoryEnd))
    simulator.streams.cut(APP, how="halfopen")
    follower.wait(lambda: follower.has(Silence))
    simulator.world.app(APP).log("de retour")
    follower.wait(lambda: "de retour" in follower.texts)


def test_heartbeats_are_no_silence(simulator: Simulator, follow: Callable[..., Follower]) -> None:
    simulator.world.configure({"log_heartbeat": 0.05})
    follower = follow(silence=5.0)
    follower.wait(lambda: sum(isinstance(event, Beat) for event in follower.events) >= 15)
    assert not follower.has(Silence)


def test_a_refusal_is_told_with_when_it_is_tried_again(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    simulator.faults.add("429", path="/log-sessions$", times=1, retry_after=1)
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    [trouble] = [event for event in follower.events if isinstance(event, Trouble)]
    assert trouble.error.status == 429
    assert trouble.retry_in >= 1


def test_without_a_history_each_opening_after_a_cut_is_a_gap(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    follower = follow(app="plateforme-notes", keeps_history=False)
    follower.wait(lambda: follower.has(Beat))
    simulator.world.app("plateforme-notes").log("un", dyno="web-1")
    follower.wait(lambda: "un" in follower.texts)
    simulator.streams.cut()
    follower.wait(lambda: follower.has(Gap))
    assert Gap("no_history") in follower.events


def test_whoever_leaves_is_gone_at_once(follow: Callable[..., Follower]) -> None:
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    began = time.monotonic()
    follower.leave()
    assert time.monotonic() - began < 5


def test_the_address_of_a_session_is_nowhere_to_be_read(
    client: Client, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    session = client.log_sessions.create(APP, tail=False)
    secret = session.url.partition("/log-stream/")[2].partition("?")[0]
    simulator.advance(400)
    with pytest.raises(Exception) as failed:  # noqa: PT011 - whatever it is, it must not tell
        read_history(session, hosts=HERE, seconds=5)
    assert secret not in f"{session!r} {failed.value} {failed.value!r} {caplog.text}"


def test_a_session_that_does_not_tail_is_read_to_its_end(client: Client, simulator: Simulator) -> None:
    simulator.world.app(APP).log("un", "deux")
    history = read_history(client.log_sessions.create(APP, lines=1), hosts=HERE, seconds=5)
    assert ([line.text for line in history.lines], history.is_whole) == (["deux"], True)


def test_a_history_too_long_is_cut_and_says_so(client: Client, simulator: Simulator) -> None:
    simulator.world.app(APP).log("un", "deux", "trois")
    history = read_history(client.log_sessions.create(APP, lines=3), hosts=HERE, seconds=5, most=2)
    assert ([line.text for line in history.lines], history.is_whole) == (["un", "deux"], False)


def test_a_history_that_does_not_end_in_time_says_so(client: Client) -> None:
    session = client.log_sessions.create(APP, lines=3, tail=True)
    assert read_history(session, hosts=HERE, seconds=0.2) == LogHistory((), is_whole=False)


@pytest.mark.parametrize(("seed", "chunk"), [(1, 0), (2, 4096), (3, 13)])
def test_an_hour_of_numbered_lines_cut_twenty_times_is_told_once_and_whole(
    simulator: Simulator, follow: Callable[..., Follower], seed: int, chunk: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - the cuts of a test
    simulator.world.configure({"log_chunk": chunk})
    lines = [f"ligne {number:04}" for number in range(3600)]
    follower = follow()
    follower.wait(lambda: follower.has(HistoryEnd))
    for start in range(0, 3600, 180):
        simulator.world.app(APP).log(*lines[start : start + 90])  # while a stream is opened again
        wait_until_asked(simulator, follower, times=1 + start // 180)
        simulator.world.app(APP).log(*lines[start + 90 : start + 180])
        follower.wait_for_lines(start + 90 + chance.randint(1, 90))
        assert simulator.streams.cut(APP, how=chance.choice(["reset", "end"])) == 1
    follower.wait_for_lines(3600)
    assert follower.texts == lines
    assert not follower.has(Gap)


def wait_until_asked(simulator: Simulator, follower: Follower, *, times: int) -> None:
    follower.wait(lambda: simulator.streams.asked >= times)

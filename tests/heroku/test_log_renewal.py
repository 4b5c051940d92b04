"""A log goes on while its stream is replaced: before Heroku ends it, however busy it is, however slowly Heroku answers."""

from __future__ import annotations

import threading
from collections import Counter
from contextlib import ExitStack, closing
from typing import TYPE_CHECKING

import pytest

from opsconsole.heroku import Beat, Client, Gap, HistoryEnd, LogSession, Trouble
from opsconsole.simulator import Simulator
from tests.heroku.log_follower import APP, Follower, following

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    with Simulator(speed=200) as running:
        yield running


@pytest.fixture
def follow(simulator: Simulator) -> Iterator[Callable[..., Follower]]:
    with ExitStack() as followers:
        yield lambda **options: followers.enter_context(following(simulator, **options))


def test_a_stream_is_renewed_before_heroku_ends_it(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    app = simulator.world.app(APP)
    app.log("un")
    follower = follow(renew_after=0.2)
    follower.wait(lambda: sum(isinstance(event, Beat) for event in follower.events) >= 3)
    app.log("deux")
    follower.wait(lambda: "deux" in follower.texts)
    assert follower.texts == ["un", "deux"]
    assert not follower.has(Gap)
    assert not follower.has(Trouble)
    assert simulator.streams.count(APP) <= 2


def test_a_busy_stream_is_renewed_too(simulator: Simulator, follow: Callable[..., Follower]) -> None:
    follower = follow(renew_after=0.3)
    follower.wait(lambda: follower.has(HistoryEnd))
    flood = simulator.world.app(APP).flood(rate=500, seconds=3)
    follower.wait(lambda: simulator.streams.asked >= 3)
    flood.join(10)
    simulator.world.app(APP).log("fin")
    follower.wait(lambda: "fin" in follower.texts)
    assert [int(text.split()[1]) for text in follower.texts if text.startswith("flood")] == list(
        range(1, 1501)
    )


def test_a_busy_stream_that_is_left_is_left_when_nobody_wants_it_any_more(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    follower = follow(renew_after=0.1)
    simulator.world.app(APP).flood(rate=500, seconds=20)
    follower.wait(lambda: simulator.streams.count(APP) >= 2)
    follower.stop()


def test_at_twenty_thousand_lines_a_second_a_renewal_tells_no_line_twice(
    simulator: Simulator, follow: Callable[..., Follower]
) -> None:
    follower = follow(renew_after=0.3)
    follower.wait(lambda: follower.has(HistoryEnd))
    flood = simulator.world.app(APP).flood(rate=20_000, seconds=2)
    follower.wait(lambda: simulator.streams.asked >= 3)
    flood.join(10)
    simulator.world.app(APP).log("fin")
    follower.wait(lambda: "fin" in follower.texts)
    numbers = Counter(int(text.split()[1]) for text in follower.texts if text.startswith("flood"))
    assert max(numbers.values()) == 1
    assert len(numbers) == 40_000 or follower.has(Gap)


def test_the_log_goes_on_while_heroku_is_slow_to_open_the_next_stream(simulator: Simulator) -> None:
    may_answer, was_asked = threading.Event(), threading.Event()
    with closing(Client(simulator.token, base_url=simulator.base_url)) as client:

        def open_session(lines: int | None) -> LogSession:
            if follower_is_told.is_set():
                was_asked.set()
                assert may_answer.wait(10)
            return client.log_sessions.create(APP, lines=lines, tail=True)

        follower_is_told = threading.Event()
        follower = Follower(open_session, renew_after=0.2)
        follower.wait(lambda: follower.has(HistoryEnd))
        follower_is_told.set()
        assert was_asked.wait(10)
        simulator.world.app(APP).log("pendant")
        follower.wait(lambda: "pendant" in follower.texts)
        assert simulator.streams.count(APP) == 1
        may_answer.set()
        follower.wait(lambda: sum(isinstance(event, Beat) for event in follower.events) >= 2)
        follower.leave()
    assert follower.texts == ["pendant"]
    assert not follower.has(Trouble)

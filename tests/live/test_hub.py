"""Pumps run while somebody reads, one per topic; their death is visible and they come back."""

from __future__ import annotations

import json
import logging
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from opsconsole.live.hub import Hub, TopicNameError
from opsconsole.live.pumps import Pause, Source, StopSignal
from tests.edge.server import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opsconsole.live.topics import Topic

SOON = Pause(first=0.01, longest=0.02)


class Probe:
    """A source that says what happens to it, and dies as often as asked."""

    def __init__(self, *, deaths: int = 0) -> None:
        self.deaths = deaths
        self.running = 0
        self.most_at_once = 0
        self.starts = 0
        self.turns = threading.Semaphore(0)
        self.ended = threading.Event()
        self.may_end = threading.Event()
        self.may_end.set()

    def __call__(self, name: str) -> Source:
        def feed(topic: Topic, signal: StopSignal) -> None:
            self.starts += 1
            self.running += 1
            self.most_at_once = max(self.most_at_once, self.running)
            try:
                self._feed(topic, signal)
            finally:
                self.running -= 1
                self.ended.set()

        assert name
        return feed

    def _feed(self, topic: Topic, signal: StopSignal) -> None:
        if self.deaths:
            self.deaths -= 1
            raise ConnectionError("with a secret in its message")
        topic.append({"kind": "turn"})
        self.turns.release()
        while not signal.wait(60):
            topic.append({"kind": "turn"})
            self.turns.release()
        self.may_end.wait(5)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def probe() -> Probe:
    return Probe()


@pytest.fixture
def hub(probe: Probe) -> Iterator[Hub]:
    hub = Hub(linger=0.05, pause=SOON)
    hub.register("app", probe)
    yield hub
    probe.may_end.set()
    hub.shutdown(5)


def test_a_pump_starts_with_the_first_reader_only(hub: Hub, probe: Probe) -> None:
    with ExitStack() as readers:
        for _ in range(100):
            readers.enter_context(hub.subscribe("app:1"))
        assert probe.turns.acquire(timeout=5)
        assert [(pump.name, pump.alive, pump.readers) for pump in hub.pumps()] == [("app:1", True, 100)]
    assert probe.starts == 1


def test_a_topic_without_readers_has_no_pump(hub: Hub, probe: Probe) -> None:
    hub.topic("app:1")
    assert hub.pumps() == ()
    assert probe.starts == 0


def test_a_pump_stops_after_the_last_reader_left(hub: Hub, probe: Probe) -> None:
    with hub.subscribe("app:1"):
        assert probe.turns.acquire(timeout=5)
    assert probe.ended.wait(5)
    assert hub.pumps() == ()


def test_a_pump_lingers_as_long_as_said(probe: Probe) -> None:
    clock = Clock()
    hub = Hub(clock=clock, linger=5)
    hub.register("app", probe)
    with hub.subscribe("app:1"):
        assert probe.turns.acquire(timeout=5)
    clock.now = 4.9
    assert hub.sweep() == pytest.approx(0.1)
    assert len(hub.pumps()) == 1
    clock.now = 5.0
    assert hub.sweep() is None
    assert hub.pumps() == ()
    assert probe.ended.wait(5)


def test_a_reader_who_comes_back_while_it_lingers_finds_the_same_topic(probe: Probe) -> None:
    clock = Clock()
    hub = Hub(clock=clock, linger=5)
    with hub.subscribe("app:1") as topic:
        before = topic.cursor
    clock.now = 4.0
    hub.sweep()
    with hub.subscribe("app:1") as topic:
        clock.now = 60.0
        hub.sweep()
        assert topic.cursor == before
    assert probe.starts == 0


def test_a_reader_who_comes_back_later_sees_a_gap(probe: Probe) -> None:
    clock = Clock()
    hub = Hub(clock=clock, linger=5)
    hub.register("app", probe)
    with hub.subscribe("app:1") as topic:
        cursor = topic.cursor
    clock.now = 5.0
    hub.sweep()
    with hub.subscribe("app:1") as topic:
        assert topic.read_after(cursor).gap
    hub.shutdown(5)


def test_a_new_pump_waits_for_the_turn_of_the_one_that_was_stopped(hub: Hub, probe: Probe) -> None:
    probe.may_end.clear()
    with hub.subscribe("app:1"):
        assert probe.turns.acquire(timeout=5)
    wait_until(lambda: hub.pumps() == ())
    with hub.subscribe("app:1"):
        assert not probe.turns.acquire(timeout=0.1)
        probe.may_end.set()
        assert probe.turns.acquire(timeout=5)
    assert probe.most_at_once == 1


def test_a_hold_keeps_a_pump_without_a_reader(hub: Hub, probe: Probe) -> None:
    with hub.hold("app:1"):
        assert probe.turns.acquire(timeout=5)
        with hub.subscribe("app:1"):
            pass
        assert not probe.ended.wait(0.2)
        assert [pump.readers for pump in hub.pumps()] == [0]
    assert probe.ended.wait(5)


def test_a_nudge_wakes_a_waiting_pump_now(hub: Hub, probe: Probe) -> None:
    with hub.subscribe("app:1"):
        assert probe.turns.acquire(timeout=5)
        hub.nudge("app:1")
        assert probe.turns.acquire(timeout=5)


def test_a_nudge_during_a_turn_is_not_lost() -> None:
    signal = StopSignal()
    signal.wake()
    assert not signal.wait(60)


def test_nudging_what_nobody_reads_does_nothing(hub: Hub, probe: Probe) -> None:
    hub.nudge("app:1")
    assert probe.starts == 0


def test_a_dead_pump_says_so_and_comes_back(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "opsconsole.live.pumps")
    probe = Probe(deaths=2)
    hub = Hub(pause=SOON)
    hub.register("app", probe)
    with hub.subscribe("app:1") as topic:
        assert probe.turns.acquire(timeout=5)
        wait_until(lambda: hub.pumps()[0].alive)
        kinds = [json.loads(event.data)["kind"] for event in topic.read_after("other-1").events]
        status = hub.pumps()[0]
    hub.shutdown(5)
    assert kinds == ["pump_died", "pump_died", "turn", "pump_back"]
    assert (status.restarts, status.last_error) == (2, "ConnectionError")


def test_a_pump_that_waits_to_be_started_again_is_not_called_alive(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL, "opsconsole.live.pumps")
    hub = Hub(pause=Pause(first=60))
    hub.register("app", Probe(deaths=1))
    with hub.subscribe("app:1") as topic:
        assert topic.wait_after("other-1", timeout=5).gap
        wait_until(lambda: any("pump_died" in event.data for event in topic.everything().events))
        hub.nudge("app:1")
        assert not hub.pumps()[0].alive
    hub.shutdown(5)
    assert hub.pumps()[0].restarts == 0


def test_the_pause_doubles_up_to_its_longest_with_some_spread() -> None:
    pause = Pause()
    for attempt, least in ((1, 1), (2, 2), (3, 4), (6, 30), (1000, 30)):
        assert least <= pause.before(attempt) <= least * 1.25


def test_what_nobody_uses_is_not_kept(hub: Hub) -> None:
    hub.publish("fleet", {"kind": "changed"})
    with hub.subscribe("fleet") as topic:
        assert topic.read_after("other-1").events == ()


def test_what_is_published_reaches_a_reader(hub: Hub) -> None:
    with hub.subscribe("fleet") as topic:
        cursor = topic.cursor
        hub.publish("fleet", {"kind": "changed"})
        assert len(topic.wait_after(cursor, timeout=5).events) == 1


@pytest.mark.parametrize(
    "name", ["", "App", "app:", "app:a,b", "app:a=b", "app:a\n", "a b", "app:" + "x" * 65, "é"]
)
def test_a_strange_name_is_refused(hub: Hub, name: str) -> None:
    with pytest.raises(TopicNameError):
        hub.topic(name)


def test_a_shutdown_stops_every_pump_and_starts_none(hub: Hub, probe: Probe) -> None:
    with hub.subscribe("app:1"):
        assert probe.turns.acquire(timeout=5)
        hub.shutdown(5)
        assert probe.ended.is_set()
        with hub.subscribe("app:2"):
            assert [pump.name for pump in hub.pumps()] == ["app:1"]


def test_unused_topics_do_not_pile_up(hub: Hub) -> None:
    threads = threading.active_count()
    for number in range(200):
        with hub.subscribe(f"app:{number}"):
            pass
    wait_until(lambda: threading.active_count() <= threads)
    assert hub.pumps() == ()


def test_the_topics_of_a_prefix_have_bounds_of_their_own(hub: Hub, probe: Probe) -> None:
    hub.register("log", probe, max_events=2)
    with hub.hold("log:1") as topic:
        for number in range(5):
            topic.append({"n": number})
        assert len(topic.everything().events) == 2


def test_the_topics_of_a_prefix_linger_as_long_as_that_prefix_says(probe: Probe) -> None:
    clock = Clock()
    hub = Hub(clock=clock, linger=5)
    hub.register("log", probe, linger=15)
    with hub.subscribe("log:1"):
        assert probe.turns.acquire(timeout=5)
    clock.now = 14.0
    hub.sweep()
    assert len(hub.pumps()) == 1
    clock.now = 15.0
    hub.sweep()
    assert hub.pumps() == ()

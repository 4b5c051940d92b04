"""Topics: bounded, replayable, readable from threads and from loops."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import TYPE_CHECKING

import pytest

from opsconsole.live.topics import Reading

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from opsconsole.live.shared_topic import SharedTopic
    from opsconsole.live.topics import MemoryTopic

    MakeTopic = Callable[..., MemoryTopic | SharedTopic]


def test_a_reader_from_now_gets_nothing_old_and_everything_new(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    topic.append({"n": 1})
    start = topic.read_after(None)
    topic.append({"n": 2})
    reading = topic.read_after(start.cursor)
    assert start.events == ()
    assert [json.loads(event.data) for event in reading.events] == [{"n": 2, "topic": "fleet"}]


def test_ids_follow_each_other_within_an_epoch(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    first, second = topic.append({}), topic.append({})
    assert (first, second) == (f"{topic.epoch}-1", f"{topic.epoch}-2")


def test_an_id_of_another_epoch_is_a_gap_and_what_is_kept_is_given(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    topic.append({"n": 1})
    reading = topic.read_after("deadbeef-1")
    assert reading.gap
    assert len(reading.events) == 1


@pytest.mark.parametrize(
    "cursor", ["", "-", "x", "-1", "epoch-", "epoch-x", "epoch--1", "epoch-99", "epoch-1 ", "é-1"]
)
def test_what_is_no_id_of_this_topic_is_a_gap(make_topic: MakeTopic, cursor: str) -> None:
    topic = make_topic("fleet")
    topic.append({})
    assert topic.read_after(cursor.replace("epoch", topic.epoch)).gap


def test_an_id_that_fell_out_by_count_is_a_gap_and_one_still_next_to_the_oldest_is_not(
    make_topic: MakeTopic,
) -> None:
    topic = make_topic("fleet", max_events=3)
    ids = [topic.append({"n": number}) for number in range(5)]
    assert topic.read_after(ids[0]).gap
    assert not topic.read_after(ids[1]).gap
    assert len(topic.read_after(ids[1]).events) == 3


def test_the_bytes_kept_are_bounded(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet", max_bytes=1000)
    for _ in range(50):
        topic.append({"text": "x" * 100})
    kept = topic.read_after("other-1").events
    assert 0 < sum(len(event.data) for event in kept) <= 1000


def test_an_event_larger_than_the_whole_bound_is_a_gap_not_a_memory(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet", max_bytes=100)
    start = topic.cursor
    topic.append({"text": "x" * 1000})
    assert topic.read_after(start) == Reading((), gap=True, cursor=topic.cursor, missed=1)


def test_a_reader_who_was_too_slow_is_told_how_many_items_are_gone(make_topic: MakeTopic) -> None:
    topic = make_topic("log", max_events=2)
    start = topic.append({"n": 0}, weight=10)
    for number in range(4):
        topic.append({"n": number}, weight=100)
    reading = topic.read_after(start)
    assert (reading.gap, reading.missed) == (True, 200)
    assert [event.weight for event in reading.events] == [100, 100]


def test_how_much_is_gone_from_another_life_is_not_known(make_topic: MakeTopic) -> None:
    topic = make_topic("log")
    topic.append({})
    assert topic.read_after("0a0b-7").missed is None


def test_everything_that_is_kept_can_be_read_without_a_place(make_topic: MakeTopic) -> None:
    topic = make_topic("log", max_events=2)
    for number in range(3):
        last = topic.append({"n": number})
    everything = topic.everything()
    assert [event.number for event in everything.events] == [2, 3]
    assert (everything.gap, everything.cursor) == (False, last)


@pytest.mark.parametrize("text", ["\n", "\r\n", "\u2028", "\u2029", "\x85", "\x00", "\ud800", "é"])
def test_no_text_leaves_its_line(make_topic: MakeTopic, text: str) -> None:
    topic = make_topic("fleet")
    topic.append({"text": f"a{text}data: forged"})
    data = topic.read_after("other-1").events[0].data
    assert data.isascii()
    assert data.splitlines() == [data]
    assert json.loads(data)["text"] == f"a{text}data: forged"


def test_a_payload_cannot_name_another_topic(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    topic.append({"topic": "app:1"})
    assert json.loads(topic.read_after("other-1").events[0].data) == {"topic": "fleet"}


def test_what_is_not_json_is_refused(make_topic: MakeTopic) -> None:
    with pytest.raises(ValueError, match="JSON"):
        make_topic("fleet").append({"n": float("nan")})


def test_a_waiting_thread_gets_what_is_appended_while_it_waits(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    writer = threading.Timer(0.05, topic.append, ({"n": 1},))
    writer.start()
    reading = topic.wait_after(None, timeout=5)
    writer.join()
    assert len(reading.events) == 1


def test_a_wait_without_news_ends_empty(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    assert topic.wait_after(None, timeout=0.01).events == ()


def test_a_thread_wakes_the_watchers_of_several_loops(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")
    ready = threading.Barrier(3, timeout=5)
    woken: list[bool] = []

    async def watch() -> None:
        signal = asyncio.Event()
        with topic.watch(signal, asyncio.get_running_loop()):
            await asyncio.to_thread(ready.wait)
            async with asyncio.timeout(5):
                await signal.wait()
            woken.append(signal.is_set())

    loops = [threading.Thread(target=asyncio.run, args=(watch(),)) for _ in range(2)]
    for loop in loops:
        loop.start()
    ready.wait()
    topic.append({})
    for loop in loops:
        loop.join(5)
    assert woken == [True, True]


def test_a_watch_that_ended_in_a_closed_loop_does_not_disturb_the_writer(make_topic: MakeTopic) -> None:
    topic = make_topic("fleet")

    async def make_watch() -> AbstractContextManager[None]:
        return topic.watch(asyncio.Event(), asyncio.get_running_loop())

    with asyncio.run(make_watch()):
        assert topic.append({}) == f"{topic.epoch}-1"

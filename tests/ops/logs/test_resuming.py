"""A pump that begins on a topic which another one has fed: nothing is told twice, and a hole is marked."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from opsconsole.live.hub import Hub
from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import MemoryTopic
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.logs.pump import watch_log
from opsconsole.ops.logs.shelf import look
from opsconsole.simulator import Simulator
from tests.ops.conftest import wait_until


@contextmanager
def pumping(fleet: Fleet, site: App, topic: MemoryTopic) -> Iterator[None]:
    """A pump's whole life: from its start until it has told what Heroku had kept, and what the block adds."""
    stop = StopSignal()
    before = kinds(topic).count("history")
    pump = threading.Thread(target=watch_log(fleet, site.heroku_id), args=(topic, stop))
    pump.start()
    wait_until(lambda: kinds(topic).count("history") > before)
    try:
        yield
    finally:
        stop.stop()
        pump.join(10)


def kinds(topic: MemoryTopic) -> list[str]:
    return [json.loads(event.data)["kind"] for event in topic.everything().events]


def texts(topic: MemoryTopic) -> list[str]:
    """Every line that the topic tells, and « … » where it says that some may be missing."""
    told = []
    for event in topic.everything().events:
        said = json.loads(event.data)
        told += [line[4] for line in said.get("lines", ())] + (["…"] if said["kind"] == "missing" else [])
    return told


def test_what_was_told_is_not_told_again(fleet: Fleet, site: App, simulator: Simulator) -> None:
    app, topic = simulator.world.app("inscriptions"), MemoryTopic("log:1")
    app.log("un", "un", "deux")
    with pumping(fleet, site, topic):
        app.log("trois")
        wait_until(lambda: "trois" in texts(topic))
    app.log("entre les deux")
    with pumping(fleet, site, topic):
        app.log("quatre")
        wait_until(lambda: "quatre" in texts(topic))
    assert texts(topic) == ["un", "un", "deux", "trois", "entre les deux", "quatre"]


def test_more_than_heroku_keeps_between_two_pumps_is_a_hole(
    fleet: Fleet, site: App, simulator: Simulator
) -> None:
    app, topic = simulator.world.app("inscriptions"), MemoryTopic("log:1")
    app.log("un")
    with pumping(fleet, site, topic):
        pass
    app.log(*(f"ligne {number}" for number in range(1600)))
    with pumping(fleet, site, topic):
        pass
    assert texts(topic)[:3] == ["un", "…", "ligne 100"]


def test_a_page_does_not_wait_for_what_a_busy_log_has_pushed_out(
    fleet: Fleet, site: App, simulator: Simulator
) -> None:
    """Its buffer no longer tells that Heroku's history was read; its lines do."""
    hub = Hub()
    hub.register("log", lambda _name: watch_log(fleet, site.heroku_id), max_events=3)
    app = simulator.world.app("inscriptions")
    with hub.subscribe(f"log:{site.pk}") as topic:
        wait_until(lambda: '"history"' in "".join(event.data for event in topic.everything().events))
        for number in range(5):
            app.log(f"ligne {number}")
            wait_until(lambda: f"ligne {number}" in topic.everything().events[-1].data)  # noqa: B023
        shelf = look(hub, site.heroku_id, patience=30)
    hub.shutdown(5)
    assert shelf.has_history
    assert [record.text for record in shelf.records][-1] == "ligne 4"

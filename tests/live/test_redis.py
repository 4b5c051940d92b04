"""Several processes on one Redis: one topic for all, one pump at a time, and what happens when a part of it goes away."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from opsconsole.live.hub import Hub
from opsconsole.live.pumps import Pause, StopSignal
from opsconsole.live.redis_broker import RedisBroker
from opsconsole.live.shared_topic import FencedError, UnreachableError
from tests.edge.server import wait_until
from tests.live.redis_server import BINARY, RedisServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from opsconsole.live.topics import Topic

pytestmark = pytest.mark.skipif(
    BINARY is None and not os.environ.get("OPSCONSOLE_TEST_ALL"), reason="redis-server is not installed"
)
LEASE = 2.0  # seconds; a busy machine renews it late
NAME = "log:1"


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[RedisServer]:
    """One that the test may stop."""
    server = RedisServer(tmp_path)
    yield server
    server.close()


class Source:
    """Writes numbers, going on after the last one that the topic holds; tells who runs."""

    def __init__(self, who: str, *, every: float = 0.02) -> None:
        self.who = who
        self.running = threading.Event()
        self._every = every

    def __call__(self, _name: str) -> Callable[[Topic, StopSignal], None]:
        return self.run

    def run(self, topic: Topic, stop: StopSignal) -> None:
        self.running.set()
        try:
            number = max(
                (json.loads(event.data).get("n", 0) for event in topic.everything().events), default=0
            )
            while not stop.wait(self._every):
                number += 1
                topic.append({"n": number, "by": self.who})
        finally:
            self.running.clear()


class Process:
    """What one process of the console has: a hub of its own on the shared Redis."""

    def __init__(self, url: str, who: str) -> None:
        self.broker = RedisBroker(url, lease=LEASE)
        self.hub = Hub(linger=0.2, pause=Pause(0.05, 0.1), broker=self.broker)
        self.source = Source(who)
        self.hub.register("log", self.source, is_shared=True, max_events=5000)


@pytest.fixture
def start(shared_redis: RedisServer) -> Iterator[Callable[..., Process]]:
    processes: list[Process] = []

    def make(who: str, url: str = "") -> Process:
        processes.append(Process(url or shared_redis.url, who))
        return processes[-1]

    yield make
    for process in processes:
        process.hub.shutdown(5)


def numbers(topic: Topic) -> list[int]:
    return [said["n"] for event in topic.everything().events if "n" in (said := json.loads(event.data))]


def test_one_process_feeds_the_topic_that_all_of_them_read(start: Callable[..., Process]) -> None:
    here, there = start("here"), start("there")
    with here.hub.subscribe("log:one") as ours, there.hub.subscribe("log:one") as theirs:
        wait_until(lambda: len(numbers(ours)) > 10 and len(numbers(theirs)) > 10)
        assert here.source.running.is_set() != there.source.running.is_set()
        seen = numbers(ours)
        assert seen == sorted(set(seen))
        wait_until(lambda: set(seen) <= set(numbers(theirs)))


def test_a_place_in_the_topic_is_the_same_in_every_process(start: Callable[..., Process]) -> None:
    here, there = start("here"), start("there")
    with here.hub.subscribe("log:place") as ours, there.hub.subscribe("log:place") as theirs:
        wait_until(lambda: len(numbers(ours)) > 5)
        cursor = ours.cursor
        wait_until(lambda: not theirs.read_after(cursor).gap)
        after = theirs.wait_after(cursor, 5)
        assert not after.gap
        assert after.events


def test_when_the_pump_leaves_another_process_takes_over(start: Callable[..., Process]) -> None:
    here, there = start("here"), start("there")
    with ExitStack() as ours, ExitStack() as stack:
        ours.enter_context(here.hub.subscribe("log:leave"))
        assert here.source.running.wait(45)
        theirs = stack.enter_context(there.hub.subscribe("log:leave"))
        ours.close()
        assert there.source.running.wait(45)
        wait_until(lambda: any('"by":"there"' in event.data for event in theirs.everything().events))
        seen = numbers(theirs)
        assert seen == list(range(seen[0], seen[0] + len(seen)))


def test_whoever_lost_the_lease_can_no_longer_write(shared_redis: RedisServer) -> None:
    broker = RedisBroker(shared_redis.url, lease=LEASE)
    topic = broker.topic("log:fence", max_events=10, max_bytes=10_000)
    topic.token = str(broker._acquire("log:fence"))  # noqa: SLF001 - as the pump does
    topic.append({"n": 1})
    broker._release("log:fence", topic.token)  # noqa: SLF001
    assert RedisBroker(shared_redis.url)._acquire("log:fence") not in {"", None}  # noqa: SLF001
    with pytest.raises(FencedError):
        topic.append({"n": 2})
    wait_until(lambda: len(topic.everything().events) == 1)
    topic.close()


def test_a_redis_that_forgot_everything_never_takes_the_one_who_led_before_for_the_one_who_leads(
    shared_redis: RedisServer,
) -> None:
    before, now = RedisBroker(shared_redis.url), RedisBroker(shared_redis.url)
    topic = before.topic("log:forgot", max_events=10, max_bytes=10_000)
    topic.token = str(before._acquire("log:forgot"))  # noqa: SLF001 - as the pump does
    shared_redis.empty()
    assert now._acquire("log:forgot") not in {"", None}  # noqa: SLF001
    with pytest.raises(FencedError):
        topic.append({"n": 1})
    topic.close()


def test_whoever_went_on_alone_writes_nothing_beside_the_pump_once_redis_is_back(
    shared_redis: RedisServer,
) -> None:
    alone, leader = RedisBroker(shared_redis.url), RedisBroker(shared_redis.url)
    assert leader._acquire("log:beside") not in {"", None}  # noqa: SLF001 - as the pump does
    topic = alone.topic("log:beside", max_events=10, max_bytes=10_000)

    def feed(topic: Topic, _stop: StopSignal) -> None:
        topic.append({"n": 1})

    assert not alone._run_led("log:beside", feed, topic, StopSignal(), token=None)  # noqa: SLF001 - begun without Redis
    assert leader.load("log:beside") is None
    topic.close()


def test_a_new_life_whose_numbers_go_on_from_the_old_ones_by_chance_is_read_whole(
    shared_redis: RedisServer,
) -> None:
    reader = RedisBroker(shared_redis.url).topic("log:life", max_events=100, max_bytes=10_000)
    writer = RedisBroker(shared_redis.url)
    append = partial(writer.append, "log:life", weight=1, token="", max_events=100, max_bytes=10_000)
    append('{"n":0}')
    wait_until(lambda: numbers(reader) == [0])
    before = reader.cursor
    shared_redis.empty()
    for number in range(5, 10):
        append(f'{{"n":{number}}}')
    wait_until(lambda: 9 in numbers(reader))
    assert numbers(reader) == [5, 6, 7, 8, 9]
    assert reader.read_after(before).gap
    reader.close()


def test_a_paused_holder_that_comes_back_writes_nothing_more(start: Callable[..., Process]) -> None:
    here, there = start("here"), start("there")
    paused, resume = threading.Event(), threading.Event()

    def feed(topic: Topic, stop: StopSignal) -> None:
        while not stop.stopping:
            if paused.is_set():
                resume.wait(45)
            topic.append({"n": 0, "by": "here"})
            stop.wait(0.02)

    here.hub.register("log", lambda _name: feed, is_shared=True)
    here.broker._renew_script = lambda *_keys: 1  # type: ignore[assignment]  # noqa: SLF001 - a process that stands still
    with here.hub.subscribe("log:paused") as ours:
        wait_until(lambda: bool(ours.everything().events))
        with there.hub.subscribe("log:paused") as theirs:
            paused.set()
            assert there.source.running.wait(45)
            resume.set()
            wait_until(lambda: len(numbers(theirs)) > 30)
            by = [json.loads(event.data).get("by") for event in theirs.everything().events]
            assert "here" not in by[by.index("there") :]


def test_the_buffer_is_bounded_and_says_how_much_is_gone(shared_redis: RedisServer) -> None:
    broker = RedisBroker(shared_redis.url)
    topic = broker.topic("log:bounds", max_events=3, max_bytes=100_000)
    wait_until(lambda: topic.cursor != "?")
    first = topic.append({"n": 0}, weight=10)
    for number in range(5):
        topic.append({"n": number}, weight=100)
    wait_until(lambda: topic.cursor.endswith("-510"))
    reading = topic.read_after(first)
    assert (reading.gap, reading.missed, len(reading.events)) == (True, 200, 3)
    other = RedisBroker(shared_redis.url).topic("log:bounds", max_events=3, max_bytes=100_000)
    wait_until(lambda: other.cursor == topic.cursor)
    assert other.read_after(first) == reading
    topic.close()
    other.close()


def test_the_bytes_kept_are_bounded(shared_redis: RedisServer) -> None:
    topic = RedisBroker(shared_redis.url).topic("log:bytes", max_events=1000, max_bytes=1000)
    for _ in range(50):
        topic.append({"text": "x" * 100})
    other = RedisBroker(shared_redis.url).topic("log:bytes", max_events=1000, max_bytes=1000)
    wait_until(lambda: other.cursor == topic.cursor and other.cursor != "?")
    assert 0 < sum(len(event.data) for event in other.everything().events) <= 1000
    topic.close()
    other.close()


def test_whoever_waits_for_the_first_event_of_all_misses_nothing(shared_redis: RedisServer) -> None:
    topic = RedisBroker(shared_redis.url).topic("log:first", max_events=10, max_bytes=10_000)
    wait_until(lambda: topic.cursor != "?")
    before = topic.cursor
    RedisBroker(shared_redis.url).topic("log:first", max_events=10, max_bytes=10_000).append({"n": 1})
    reading = topic.wait_after(before, 5)
    assert [json.loads(event.data)["n"] for event in reading.events] == [1]
    assert not reading.gap
    topic.close()


def test_without_redis_each_process_goes_on_alone_says_so_and_comes_back(
    redis: RedisServer, start: Callable[..., Process]
) -> None:
    here, there = start("here", redis.url), start("there", redis.url)
    with here.hub.subscribe(NAME) as ours, there.hub.subscribe(NAME) as theirs:
        wait_until(lambda: len(numbers(ours)) > 3 and len(numbers(theirs)) > 3)
        before = theirs.cursor
        redis.stop()
        wait_until(lambda: here.source.running.is_set() and there.source.running.is_set())
        wait_until(lambda: any('"degraded"' in event.data for event in theirs.everything().events))
        assert theirs.read_after(before).gap
        assert there.hub.is_degraded
        redis.start()
        wait_until(lambda: here.source.running.is_set() != there.source.running.is_set(), seconds=20)
        wait_until(lambda: ours.cursor.partition("-")[0] == theirs.cursor.partition("-")[0], seconds=20)
        assert not here.hub.is_degraded
        wait_until(lambda: any('"restored"' in event.data for event in theirs.everything().events))


CHILD = """
import sys, time
from opsconsole.live.hub import Hub
from opsconsole.live.redis_broker import RedisBroker
from tests.live.test_redis import Source
hub = Hub(broker=RedisBroker(sys.argv[1], lease=2.0))
source = Source("child")
hub.register("log", source, is_shared=True, max_events=5000)
with hub.subscribe("log:kill"):
    source.running.wait(45)
    print("running", flush=True)
    time.sleep(60)
"""


def test_a_process_that_is_killed_is_replaced_and_readers_miss_nothing(
    shared_redis: RedisServer, start: Callable[..., Process]
) -> None:
    root = Path(__file__).parents[2]
    with subprocess.Popen(  # noqa: S603
        [sys.executable, "-c", CHILD, shared_redis.url], cwd=root, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "running\n"
        here = start("here")
        with here.hub.subscribe("log:kill") as topic:
            wait_until(lambda: len(numbers(topic)) > 5)
            child.send_signal(signal.SIGKILL)
            assert here.source.running.wait(45)
            last = numbers(topic)[-1]
            wait_until(lambda: numbers(topic)[-1] > last + 5)
            seen = numbers(topic)
            assert seen == list(range(seen[0], seen[0] + len(seen)))


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Signed by itself, as Heroku's Redis signs its own."""
    secret = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, secret.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(secret, hashes.SHA256())
    )
    certificate, key = folder / "cert.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        secret.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return certificate, key


def test_a_certificate_that_redis_signed_itself_is_refused_unless_told_otherwise(tmp_path: Path) -> None:
    certificate, key = make_certificate(tmp_path)
    server = RedisServer(tmp_path, certificate=certificate, key=key)
    try:
        with pytest.raises(UnreachableError):
            RedisBroker(server.url).epoch("log:tls")
        assert RedisBroker(server.url, verify_tls=False).epoch("log:tls") is None
    finally:
        server.close()

"""Logs: how soon a line is there, how many go through, what a viewer weighs; and `heroku logs --tail` on the same simulator."""

import asyncio
import os
import random
import re
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from opsconsole.demo.child import Child, stop
from opsconsole.demo.servers import wait_until_ready
from opsconsole.demo.surroundings import surround_console
from tests.bench.figures import Figure
from tests.bench.measures import MeasureError, measure, view
from tests.bench.viewers import Viewer, Watch, follow
from tests.demo.house import House
from tests.demo.launched import free_port
from tests.demo.visitor import Visitor
from tests.live.redis_server import BINARY, RedisServer
from tests.simulator.heroku_cli import HerokuCli

APP, LOGS = "inscriptions", "/apps/inscriptions/logs/"
CROWD = 100
STALLED = 6
RATE = 20_000
DELAY_BOUND, PAGE_BOUND, OPEN_BOUND = 50.0, 50.0, 1000.0  # milliseconds
STALLED_BOUND = 20.0  # megabytes for the six of them
VIEWER_BOUND = 100.0  # kilobytes
HIGHEST = (40_000, 80_000, 120_000, 160_000)
CLI_LINES, CLI_SECONDS = 300_000, 20.0
MARK_SHOWN, MARK_RAW = b">flood ", b'"flood '
CUTS = 20
HOUR_OF_LINES = 36_000


# ── what a page asks for ──
def watch_of(visitor: Visitor, *, mark: bytes = MARK_SHOWN) -> Watch:
    """The stream that the page's script opens, from the place that the page ends at."""
    page = visitor.get(LOGS).text
    topic, cursor = re.search(r'data-topic="([^"]+)"', page), re.search(r'data-cursor="([^"]*)"', page)
    if topic is None or cursor is None:
        raise MeasureError("the page of logs has no topic")
    return Watch(
        port=visitor.port,
        cookie="; ".join(f"{name}={value}" for name, value in visitor.cookies.items()),
        topics=(topic[1],),
        cursors={topic[1]: cursor[1]},
        mark=mark,
    )


def flood(house: House, *, rate: float, seconds: float) -> int:
    house.control("POST", f"/apps/{APP}", {"do": "flood", "rate": rate, "seconds": seconds})
    return round(rate * seconds)


async def watch_together(
    watches: list[Watch], *, during: "asyncio.Future[None] | None" = None, stalled: int = 0
) -> list[Viewer]:
    """Open all of them at once and read until `during` is done; the last `stalled` of them do not read."""
    viewers = [Viewer() for _ in watches]
    tasks = [
        asyncio.create_task(follow(watch, viewer, stalled=number >= len(watches) - stalled))
        for number, (watch, viewer) in enumerate(zip(watches, viewers, strict=True))
    ]
    if during is not None:
        await during
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return viewers


# ── the first line ──
def measure_first_line(house: House, visitor: Visitor, *, rounds: int) -> list[Figure]:
    house.control("POST", f"/apps/{APP}", {"do": "log", "text": "prête"})
    cold = []
    for _ in range(rounds):
        visitor.close()
        house.restart()
        cold.append(_see_lines(visitor))
    warm = [_see_lines(visitor) for _ in range(50)]
    return [
        Figure("première ligne de log à l’écran, rien n’est ouvert", cold, "ms"),
        Figure("  quand quelqu’un regarde déjà", warm, "ms", PAGE_BOUND),
    ]


def _see_lines(visitor: Visitor) -> float:
    pages = []
    spent = measure(lambda: pages.append(visitor.get(LOGS)))
    if 'class="line' not in pages[0].text:
        raise MeasureError("no line on the page of logs")
    return spent


def measure_cli_first_line(house: House, home: Path, *, runs: int) -> Figure:
    heroku = HerokuCli(house.told.base_url, house.told.token, home=home)

    def first_line() -> None:
        with heroku.start("logs --tail") as process:
            assert process.stdout is not None
            process.stdout.readline()
            process.kill()

    first_line()
    return Figure("heroku logs --tail, première ligne", [measure(first_line) for _ in range(runs)], "ms")


# ── a crowd ──
def measure_crowd(house: House, visitor: Visitor) -> list[Figure]:
    """A hundred people look while a hundred lines a second come; the rest of the site is used meanwhile."""
    asked = house.control("GET", "/streams")["asked"]
    before = _memory(house)
    watches = [watch_of(visitor)] * CROWD
    pages: list[float] = []
    weights: list[float] = []

    async def meanwhile() -> None:
        await asyncio.sleep(2)
        flood(house, rate=100, seconds=12)
        for _ in range(60):
            pages.append(await asyncio.to_thread(view, visitor, f"/apps/{APP}/"))
            await asyncio.sleep(0.15)
        weights.append(_memory(house))
        await asyncio.sleep(2)

    async def run() -> list[Viewer]:
        return await watch_together(watches, during=asyncio.ensure_future(meanwhile()))

    viewers = asyncio.run(run())
    opened = [each.opened_after * 1000 for each in viewers if each.opened_after is not None]
    if len(opened) < CROWD or any(each.lost or each.marks < 1000 for each in viewers):
        raise MeasureError("some viewers saw nothing")
    sessions = house.control("GET", "/streams")["asked"] - asked
    return [
        Figure("100 personnes ouvrent les journaux à la fois", opened, "ms", OPEN_BOUND),
        Figure(
            "  d’une ligne écrite à leur prise, à 100 lignes/s",
            [ms for each in viewers for ms in each.delays],
            "ms",
            DELAY_BOUND,
        ),
        Figure("  page d’un site, pendant ce temps", pages, "ms", PAGE_BOUND),
        Figure(
            "  mémoire par personne", [max(0.0, (weights[0] - before) * 1024 / CROWD)], "Ko", VIEWER_BOUND
        ),
        Figure("  sessions ouvertes chez Heroku pour elles toutes", [sessions], "", 1.0),
    ]


def measure_stalled(house: House, visitor: Visitor) -> list[Figure]:
    """Six people whose machines do not read, at the full rate, beside one who does."""
    watches = [watch_of(visitor)] * (STALLED + 1)
    weights: list[float] = []

    async def meanwhile() -> None:
        await asyncio.sleep(0.5)
        # What the flood itself takes is there before the stalled ones could hold anything.
        flood(house, rate=RATE, seconds=1)
        await asyncio.sleep(2)
        weights.append(_memory(house))
        flood(house, rate=RATE, seconds=3)
        await asyncio.sleep(5)
        weights.append(_memory(house))

    async def run() -> list[Viewer]:
        return await watch_together(watches, during=asyncio.ensure_future(meanwhile()), stalled=STALLED)

    asyncio.run(run())
    return [
        Figure(
            "6 lecteurs qui ne lisent pas, à 20 000 lignes/s",
            [max(0.0, weights[1] - weights[0])],
            "Mo",
            STALLED_BOUND,
        )
    ]


def _memory(house: House) -> float:
    """Megabytes resident of the process that serves."""
    return _resident(house.pids[-1])


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(dict(line.split(":", 1) for line in status.splitlines())["VmRSS"].split()[0]) / 1024


# ── floods, through pump, topic and stream ──
@contextmanager
def open_console(house: House, *, redis: str = "") -> Iterator[tuple[int, Child]]:
    """A second console beside the first, whose stream sends records as they are, to anybody."""
    port = free_port()
    environment = surround_console(os.environ, place=house.place, port=port, told=house.told)
    if redis:
        environment["REDIS_URL"] = redis
    child = Child(
        "La console ouverte s’est arrêtée toute seule",
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "tests.bench.open_console:application"],
        environment=environment,
        log=house.place.log(f"open-{port}"),
    )
    try:
        wait_until_ready(child, port=port)
        yield port, child
    finally:
        stop([child])


def topic_of(visitor: Visitor) -> str:
    return watch_of(visitor).topics[0]


def push(
    house: House, ports: list[int], topic: str, *, rate: float, seconds: float, readers: int
) -> tuple[list[Viewer], int]:
    """Flood while so many readers, spread over the ports, read; return them and how many lines there were."""
    watches = [Watch(port=ports[n % len(ports)], topics=(topic,), mark=MARK_RAW) for n in range(readers)]
    total = 0

    async def run() -> list[Viewer]:
        viewers = [Viewer() for _ in watches]
        tasks = [asyncio.create_task(follow(*each)) for each in zip(watches, viewers, strict=True)]
        nonlocal total
        while any(each.opened_after is None for each in viewers):  # noqa: ASYNC110 - of sockets, not of ours
            await asyncio.sleep(0.05)
        await asyncio.sleep(0.5)  # the history that the opening brings is past
        for each in viewers:
            each.marks = each.missed = 0
            each.first_at = 0.0
        total = await asyncio.to_thread(flood, house, rate=rate, seconds=seconds)
        deadline = time.monotonic() + seconds * 3 + 10
        while time.monotonic() < deadline and any(  # noqa: ASYNC110
            each.marks + each.missed < total for each in viewers
        ):
            await asyncio.sleep(0.1)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        return viewers

    return asyncio.run(run()), total


def measure_floods(house: House, visitor: Visitor) -> list[Figure]:
    topic = topic_of(visitor)
    with open_console(house) as (port, _child):
        viewers, total = push(house, [port], topic, rate=RATE, seconds=3, readers=1)
        one = viewers[0]
        figures = [
            Figure("lignes perdues à 20 000/s, un lecteur", [total - one.marks], "", 0.0),
            Figure("  lignes par seconde jusqu’à sa prise", [_speed(one)], "/s"),
        ]
        best = _speed(one)
        for rate in HIGHEST:
            viewers, total = push(house, [port], topic, rate=rate, seconds=2, readers=1)
            if viewers[0].marks < total:
                break
            best = max(best, _speed(viewers[0]))
        figures.append(Figure("  au plus, sans perte", [best], "/s"))
        viewers, total = push(house, [port], topic, rate=RATE, seconds=3, readers=CROWD)
        seen = [each.marks for each in viewers]
        figures += [
            Figure("20 000/s vers 100 lecteurs : lignes reçues par lecteur", [min(seen)], ""),
            Figure("  lignes par seconde, tous ensemble", [sum(_speed(each) for each in viewers)], "/s"),
            Figure(
                "  lignes manquées sans être annoncées",
                [max(total - each.marks - each.missed for each in viewers)],
                "",
                0.0,
            ),
        ]
    return figures


def _speed(viewer: Viewer) -> float:
    return viewer.marks / max(viewer.last_at - viewer.first_at, 0.001)


def measure_cli_flood(house: House, home: Path) -> Figure:
    """The same lines through the official command line."""
    heroku = HerokuCli(house.told.base_url, house.told.token, home=home)
    with heroku.start("logs --tail") as process:
        assert process.stdout is not None
        seen, first, last = 0, 0.0, 0.0
        process.stdout.readline()
        threading.Timer(0.5, lambda: flood(house, rate=CLI_LINES, seconds=1)).start()
        threading.Timer(CLI_SECONDS, process.kill).start()
        for line in process.stdout:
            if ": flood " in line:
                seen += 1
                last = time.monotonic()
                first = first or last
                if seen >= CLI_LINES:
                    break
        process.kill()
    return Figure("heroku logs --tail, lignes par seconde", [seen / max(last - first, 0.001)], "/s")


# ── cuts, and two processes ──
def measure_cuts(house: House, visitor: Visitor) -> list[Figure]:
    """An hour's worth of numbered lines at 3,000 a second, the stream cut twenty times."""
    topic = topic_of(visitor)
    chance = random.Random(4)  # noqa: S311
    with open_console(house) as (port, _child):

        def cut() -> None:
            for _ in range(CUTS):
                time.sleep(chance.uniform(0.2, 0.7))
                house.control("POST", "/streams/cut", {"app": APP, "how": chance.choice(["reset", "end"])})

        cutter = threading.Thread(target=cut)
        cutter.start()
        viewers, total = push(house, [port], topic, rate=3000, seconds=HOUR_OF_LINES / 3000, readers=1)
        cutter.join()
    return [
        Figure("36 000 lignes, 20 coupures : perdues", [max(0, total - viewers[0].marks)], "", 0.0),
        Figure("  en double", [max(0, viewers[0].marks - total)], "", 0.0),
    ]


def measure_two_processes(house: House, visitor: Visitor) -> list[Figure]:
    """Two processes on one Redis: one session with Heroku; the one that holds it is killed."""
    topic = topic_of(visitor)
    redis = RedisServer(house.place.folder)
    try:
        with open_console(house, redis=redis.url) as first, open_console(house, redis=redis.url) as second:
            time.sleep(16)  # the page's own session, in the first console, lingers so long
            before = house.control("GET", "/streams")
            viewers, total = push(house, [first[0], second[0]], topic, rate=500, seconds=3, readers=20)
            asked = house.control("GET", "/streams")["asked"] - before["asked"]
            lost = max(total - each.marks - each.missed for each in viewers)
            return [
                Figure("deux processus et Redis : sessions chez Heroku", [asked], "", 1.0),
                Figure("  lignes perdues, 20 lecteurs sur les deux", [lost], "", 0.0),
            ]
    finally:
        redis.close()


def has_redis() -> bool:
    return BINARY is not None

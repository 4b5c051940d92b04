"""What is measured of the pages and of those who watch them, one function for each thing."""

import socket
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from tests.bench.figures import MINUTE, Figure, count_busiest_minute
from tests.demo.house import House, wait_until
from tests.demo.visitor import Visitor

APP = "/apps/inscriptions/"
OTHER_APPS = ["/apps/boutique-solidaire/", "/apps/bibliotheque/", "/apps/plateforme-notes/"]
WARM_BOUND, COLD_BOUND = 50.0, 450.0  # milliseconds, with Heroku at 300 ms a call
CALLS_BOUND = 25.0  # a minute, whoever watches
CROWD = 100
CROWD_VIEWS = 200  # spread over the minute, so that they meet the readings that go on meanwhile
NOT_READ = ("", "unknown")


class MeasureError(Exception):
    """What was to be measured did not happen."""


def measure(action: Callable[[], object]) -> float:
    """Milliseconds that it takes."""
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def view(visitor: Visitor, path: str) -> float:
    """Milliseconds until the page is there, with what Heroku said in it."""
    pages = []
    spent = measure(lambda: pages.append(visitor.get(path)))
    state = state_on(pages[0].text)
    if pages[0].status != 200 or state in NOT_READ:
        raise MeasureError(f"{path} came with status {pages[0].status} and state « {state} »")
    return spent


def state_on(page: str) -> str:
    return page.partition('<body data-state="')[2].partition('"')[0]


def calls_since(house: House, start: int) -> list[dict[str, Any]]:
    """The calls that the simulator had, from the one of that number on."""
    requests: list[dict[str, Any]] = house.control("GET", f"/requests?since={start}")["requests"]
    return requests


def restart(house: House, visitor: Visitor) -> int:
    """Start the console afresh, nothing read, and wait until its token was checked; return where its calls begin."""
    visitor.close()
    start = house.count_requests()
    house.restart()
    wait_until(
        lambda: any(each["path"] == "/account" and each["status"] for each in calls_since(house, start)),
        seconds=30,
    )
    return start


def measure_cold(house: House, visitor: Visitor, *, restarts: int) -> list[Figure]:
    """The first view of each app after a start of the console, when everything has to be read."""
    first, others = [], []
    for _ in range(restarts):
        restart(house, visitor)
        first.append(view(visitor, APP))
        others += [view(visitor, path) for path in OTHER_APPS]
    return [
        Figure("page d’un site, jamais lue", first + others, "ms", COLD_BOUND),
        Figure("  dont la toute première page du processus", first, "ms"),
    ]


def measure_warm(visitor: Visitor, *, views: int) -> Figure:
    view(visitor, APP)
    return Figure("page d’un site, déjà lue", [view(visitor, APP) for _ in range(views)], "ms", WARM_BOUND)


def measure_watching(house: House, visitor: Visitor, *, watchers: int) -> list[Figure]:
    """What the console asks of Heroku in a minute while people look at an app, and what it weighs then."""
    start = restart(house, visitor)
    with ExitStack() as open_streams:
        streams = [open_streams.enter_context(visitor.open_stream(APP)) for _ in range(watchers)]
        views = _look_for_a_minute(visitor)
        calls = count_busiest_minute([each["at"] for each in calls_since(house, start)])
        memory, threads = weigh(house)
        lost = sum(not is_open(stream) for stream in streams)
    if lost:
        raise MeasureError(f"{lost} of {watchers} event streams were cut")
    who = "1 personne regarde" if watchers == 1 else f"{watchers} personnes regardent"
    return [
        Figure(f"appels par minute quand {who}", [calls], "", CALLS_BOUND),
        Figure("  page d’un site, déjà lue, pendant ce temps", views, "ms", WARM_BOUND),
        Figure("  mémoire résidente de la console (RSS, worker)", [memory], "Mo"),
        Figure("  fils d’exécution (worker)", [threads], ""),
    ]


def _look_for_a_minute(visitor: Visitor) -> list[float]:
    began, views = time.monotonic(), []
    for number in range(CROWD_VIEWS):
        time.sleep(max(0.0, began + number * MINUTE / CROWD_VIEWS - time.monotonic()))
        views.append(view(visitor, APP))
    time.sleep(max(0.0, began + MINUTE - time.monotonic()))
    return views


def is_open(stream: socket.socket) -> bool:
    """Whether the console still holds the other end: what it said meanwhile is read away, its end is not there."""
    stream.setblocking(False)
    try:
        while stream.recv(65_536):
            pass
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def weigh(house: House) -> tuple[float, int]:
    """Megabytes resident and threads of the process that serves; the master beside it waits, and shares most of its own."""
    status = Path(f"/proc/{house.pids[-1]}/status").read_text(encoding="utf-8")
    values = dict(line.split(":", 1) for line in status.splitlines())
    return int(values["VmRSS"].split()[0]) / 1024, int(values["Threads"])

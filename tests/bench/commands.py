"""Commands: from the click to the first line and from the exit to « Terminée » on the page, beside the official command line."""

import re
import time
import uuid
from pathlib import Path

from tests.bench.figures import Figure
from tests.bench.measures import MeasureError, measure, weigh
from tests.demo.house import House
from tests.demo.visitor import Visitor
from tests.simulator.heroku_cli import HerokuCli

LINE = "/apps/inscriptions/commands/line/"
LOOK = 0.02  # seconds between two looks at the page
LONGEST = 60.0
MANY = 100_000
MEMORY_BOUND = 40.0  # megabytes that following a hundred thousand lines may cost
EXIT_BOUND = 2500.0  # milliseconds; the last lines are waited for, then Heroku's word that it is complete


def measure_commands(house: House) -> list[Figure]:
    visitor = house.sign_in("admin")
    try:
        _run(visitor, "true")  # whatever is made at the first one is made
        first = [_first_line(visitor) for _ in range(5)]
        ended = [_from_exit(visitor) for _ in range(5)]
        return [
            Figure("du clic à la première ligne affichée", first, "ms"),
            Figure("de la fin de la commande à « Terminée »", ended, "ms", EXIT_BOUND),
            *_many_lines(house, visitor),
        ]
    finally:
        visitor.close()


def measure_cli_commands(house: House, home: Path, *, runs: int) -> Figure:
    """`heroku run` itself needs an attached dyno; what the guide's users would type instead shows the same line."""
    heroku = HerokuCli(house.told.base_url, house.told.token, home=home)

    def first_line() -> None:
        name = re.search(r"run\.\d{4}", heroku.run("run:detached echo bonjour").err)
        if name is None:
            raise MeasureError("run:detached named no dyno")
        with heroku.start(f"logs --tail -d {name[0]}") as process:
            assert process.stdout is not None
            for line in process.stdout:
                if "bonjour" in line and "Starting" not in line:
                    break
            process.kill()

    first_line()
    return Figure(
        "heroku run:detached, puis logs --tail -d", [measure(first_line) for _ in range(runs)], "ms"
    )


def _launch(visitor: Visitor, line: str) -> str:
    """Open the form, click; return the address of the run."""
    values = {"key": str(uuid.uuid4()), "line": line, "size": "", "minutes": "10", "agreed": "on"}
    answer = visitor.submit(LINE, values)
    location = str(answer.headers.get("Location", ""))
    if "/runs/" not in location:
        raise MeasureError(f"{line!r} was not launched: {answer.status}")
    return location


def _see(visitor: Visitor, path: str, text: str) -> str:
    """Look at a page until a text is on it."""
    until = time.monotonic() + LONGEST
    while text not in (page := visitor.get(path).text):
        if time.monotonic() > until:
            raise MeasureError(f"« {text} » did not come")
        time.sleep(LOOK)
    return page


def _run(visitor: Visitor, line: str) -> str:
    return _see(visitor, _launch(visitor, line), "Terminée, en")


def _first_line(visitor: Visitor) -> float:
    def wait() -> None:
        path.append(_launch(visitor, "echo bonjour"))
        _see(visitor, path[0], '">bonjour<')

    path: list[str] = []
    spent = measure(wait)
    _see(visitor, path[0], "Terminée, en")
    return spent


def _from_exit(visitor: Visitor) -> float:
    page = _run(visitor, "date +%s.%N")
    now = time.time()
    printed = re.search(r'">(\d{10}\.\d{9})<', page)
    if printed is None:
        raise MeasureError("no time was printed")
    return (now - float(printed[1])) * 1000


def _many_lines(house: House, visitor: Visitor) -> list[Figure]:
    before, _threads = weigh(house)
    began = time.monotonic()
    page = _run(visitor, f"seq 1 {MANY}")
    spent = time.monotonic() - began
    after, _threads = weigh(house)
    if f'">{MANY}<' not in page:
        raise MeasureError("the last line is not on the page")
    return [
        Figure("100 000 lignes suivies jusqu’à la fin", [spent], "s"),
        Figure("  mémoire de la console en plus", [max(0.0, after - before)], "Mo", MEMORY_BOUND),
    ]

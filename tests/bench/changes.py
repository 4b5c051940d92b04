"""What a sleep and a wake take and cost, and what the official command line takes beside them."""

import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.figures import Figure, count_busiest_minute
from tests.bench.measures import APP, MeasureError, calls_since, measure, restart, state_on, view
from tests.demo.house import House, wait_until
from tests.demo.visitor import CSRF_FIELD, Visitor
from tests.simulator.heroku_cli import HerokuCli

SLEEP, WAKE = f"{APP}scaling/sleep/", f"{APP}scaling/wake/"
CONFIRMED = {"page": "error", "confirmation": "inscriptions"}
CALLS_BOUND = 35.0  # in any minute in which something changes
ENDS_WITHIN = 60.0


@dataclass
class Clicks:
    """Milliseconds: until the next page was told to come, until Heroku had answered the change, until it was confirmed."""

    answered: list[float] = field(default_factory=list)
    accepted: list[float] = field(default_factory=list)
    asleep: list[float] = field(default_factory=list)
    awake: list[float] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    busiest: list[int] = field(default_factory=list)


def measure_changes(house: House, visitor: Visitor, *, rounds: int) -> tuple[Figure, list[Figure]]:
    """Sleeps and wakes; the first figure, from the click to what Heroku accepted, is what `heroku ps:scale` compares to."""
    clicks = Clicks()
    for _ in range(rounds):
        start = restart(house, visitor)  # whose minute of calls nobody has spent
        view(visitor, APP)
        before = house.count_requests()
        with visitor.open_stream(APP):  # whoever clicks goes on looking
            clicks.asleep.append(_click(house, visitor, clicks, form=SLEEP, to=SLEEP, end="asleep"))
            clicks.awake.append(_click(house, visitor, clicks, form=APP, to=WAKE, end="awake"))
        calls = calls_since(house, start)
        clicks.calls.append(start + len(calls) - before)
        clicks.busiest.append(count_busiest_minute([each["at"] for each in calls]))
    accepted = Figure("du clic au changement accepté par Heroku", clicks.accepted, "ms")
    return accepted, [
        Figure("du clic à la page suivante", clicks.answered, "ms"),
        accepted,
        Figure("de « Mettre en veille » à la confirmation", clicks.asleep, "ms"),
        Figure("de « Réveiller » à la confirmation", clicks.awake, "ms"),
        Figure("appels pour une mise en veille et un réveil", clicks.calls, ""),
        Figure("  au plus dans une minute", [max(clicks.busiest)], "", CALLS_BOUND),
    ]


def _click(house: House, visitor: Visitor, clicks: Clicks, *, form: str, to: str, end: str) -> float:
    """Press the button of a form that is on the screen already; return the milliseconds until its page says the end."""
    token = CSRF_FIELD.search(visitor.get(form).text)
    fields = {**(CONFIRMED if to == SLEEP else {}), "csrfmiddlewaretoken": token[1] if token else ""}
    start, began = house.count_requests(), time.perf_counter()
    status = visitor.post(to, fields).status
    clicks.answered.append((time.perf_counter() - began) * 1000)
    if status != 302:
        raise MeasureError(f"{to} answered {status}")
    wait_until(lambda: _was_accepted(house, start), seconds=ENDS_WITHIN, every=0.02)
    clicks.accepted.append((time.perf_counter() - began) * 1000)
    wait_until(lambda: state_on(visitor.get(APP).text) == end, seconds=ENDS_WITHIN)
    return (time.perf_counter() - began) * 1000


def _was_accepted(house: House, start: int) -> bool:
    sent = [each for each in calls_since(house, start) if each["method"] == "PATCH"]
    return any(each["status"] == 200 and each["path"].endswith("/formation") for each in sent)


def measure_cli(house: House, home: Path, *, runs: int) -> tuple[Figure, Figure]:
    """`heroku ps` and `heroku ps:scale`, of the npm package, against the same simulator."""
    heroku = HerokuCli(house.told.base_url, house.told.token, home=home)

    def run(line: str) -> float:
        def call() -> None:
            printed = heroku.run(line)
            if printed.code:
                raise MeasureError(f"heroku {line}: {printed.err}")

        return measure(call)

    run("ps")  # its first run makes its caches
    return (
        Figure("heroku ps", [run("ps") for _ in range(runs)], "ms"),
        Figure("heroku ps:scale web=2", [run("ps:scale web=2") for _ in range(runs)], "ms"),
    )

"""`make bench`: measure the console with Heroku at 300 ms a call, print the figures, fail where a bound is passed."""

import json
import os
import shutil
import signal
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from tests.bench import changes, commands, consoles, logs, measures
from tests.bench.figures import HEADING, Figure
from tests.demo.house import House
from tests.demo.visitor import Visitor
from tests.simulator.heroku_cli import DEFAULT

LATENCY = 0.3  # seconds a call
SPEED = 20  # of the simulated dynos: what is measured is the console's part
LONGEST = 480  # seconds, for everything
RESULTS = Path(__file__).resolve().parents[2] / "bench-results"


class Report:
    """Prints each figure as soon as it is there, and keeps them."""

    def __init__(self) -> None:
        self.figures: list[Figure] = []

    def tell(self, *figures: Figure) -> None:
        for figure in figures:
            print(figure, flush=True)
        self.figures.extend(figures)


def main() -> int:
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, leave)
    signal.alarm(LONGEST)
    began = time.monotonic()
    print(
        f"Heroku simulé à {LATENCY * 1000:.0f} ms par appel, dynos {SPEED} fois plus vite, {os.cpu_count()} cœurs, "
        f"charge {os.getloadavg()[0]:.1f}. Cinq à six minutes.\n\n{HEADING}",
        flush=True,
    )
    report = Report()
    with tempfile.TemporaryDirectory() as folder, House(Path(folder), speed=SPEED) as house:
        house.control("POST", "/settings", {"latency": LATENCY})
        try:
            # `make bench ARGS=logs`, `ARGS=commands` and `ARGS=consoles` measure one part alone.
            if "logs" in sys.argv[1:]:
                run_logs(house, report, house.sign_in(), home=Path(folder) / "home")
            elif "commands" in sys.argv[1:]:
                run_commands(house, report, home=Path(folder) / "home")
            elif "consoles" in sys.argv[1:]:
                run_consoles(house, report, home=Path(folder) / "home")
            else:
                run(house, report, home=Path(folder) / "home")
        except Exception:  # whatever it was, the folder with the console's log goes with it
            print(f"\nLa console disait en dernier :\n{house.console.last_words()}", file=sys.stderr)
            raise
    keep(report.figures)
    passed = [figure.name.strip() for figure in report.figures if not figure.holds]
    print(
        f"\n{'Bornes dépassées : ' + ', '.join(passed) if passed else 'Toutes les bornes sont tenues.'}"
        f" {time.monotonic() - began:.0f} s, charge {os.getloadavg()[0]:.1f}."
    )
    return 1 if passed else 0


def leave(number: int, _frame: object) -> NoReturn:
    """End in order: what was started is stopped on the way out."""
    reason = f"plus de {LONGEST} s" if number == signal.SIGALRM else signal.Signals(number).name
    sys.exit(f"\nMesures interrompues : {reason}.")


def run(house: House, report: Report, *, home: Path) -> None:
    visitor = house.sign_in()
    cold = measures.measure_cold(house, visitor, restarts=5)
    report.tell(*cold)
    warm = measures.measure_warm(visitor, views=200)
    report.tell(warm)
    for watchers in (1, measures.CROWD):
        report.tell(*measures.measure_watching(house, visitor, watchers=watchers))
    accepted, told = changes.measure_changes(house, visitor, rounds=3)
    report.tell(*told)
    if has_cli():
        ps, scale = changes.measure_cli(house, home, runs=3)
        report.tell(ps, scale)
        print(compare(ps, scale, cold=cold[0], warm=warm, accepted=accepted))
    else:
        print("\nLa ligne de commande officielle n’est pas là (OPSCONSOLE_HEROKU_CLI) : pas de comparaison.")
    print()
    run_logs(house, report, visitor, home=home)
    visitor.close()
    run_commands(house, report, home=home)
    run_consoles(house, report, home=home)


def run_logs(house: House, report: Report, visitor: Visitor, *, home: Path) -> None:
    """The journals, beside `heroku logs --tail`."""
    report.tell(*logs.measure_first_line(house, visitor, rounds=5))
    if has_cli():
        report.tell(logs.measure_cli_first_line(house, home, runs=3))
    report.tell(*logs.measure_crowd(house, visitor))
    report.tell(*logs.measure_stalled(house, visitor))
    report.tell(*logs.measure_floods(house, visitor))
    if has_cli():
        report.tell(logs.measure_cli_flood(house, home))
    report.tell(*logs.measure_cuts(house, visitor))
    if logs.has_redis():
        report.tell(*logs.measure_two_processes(house, visitor))


def run_commands(house: House, report: Report, *, home: Path) -> None:
    """The commands, beside what one would have typed."""
    report.tell(*commands.measure_commands(house))
    if has_cli():
        report.tell(commands.measure_cli_commands(house, home, runs=3))


def run_consoles(house: House, report: Report, *, home: Path) -> None:
    """The consoles, beside `heroku run` and beside the best terminal of this machine."""
    report.tell(*consoles.measure_consoles(house))
    if has_cli():
        report.tell(*consoles.measure_cli_consoles(house, home))
    report.tell(*consoles.measure_terminado())
    print(consoles.compare(report.figures))


def has_cli() -> bool:
    cli = Path(os.environ.get("OPSCONSOLE_HEROKU_CLI") or DEFAULT).expanduser()
    return cli.exists() and shutil.which("node") is not None


def compare(ps: Figure, scale: Figure, *, cold: Figure, warm: Figure, accepted: Figure) -> str:
    """How many times quicker than the command line, medians over medians."""
    return (
        f"\nVoir ce qui tourne : {ps.median / warm.median:.0f} fois plus vite que « heroku ps » déjà lu, "
        f"{ps.median / cold.median:.1f} fois jamais lu."
        f"\nDemander un changement : {scale.median / accepted.median:.1f} fois plus vite que « heroku ps:scale »."
    )


def keep(figures: list[Figure]) -> None:
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}.json"
    kept = {
        each.name.strip(): {
            "min": min(each.values),
            "median": each.median,
            "p95": each.judged,
            "unit": each.unit,
        }
        for each in figures
    }
    path.write_text(json.dumps(kept, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())

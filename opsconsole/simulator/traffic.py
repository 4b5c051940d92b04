"""Believable traffic, made from nothing but the time: the same second always says the same.

Visitors' pages as the router logs them, what Django, gunicorn and a Celery worker say meanwhile, measurements of memory.
"""

from __future__ import annotations

from datetime import UTC, datetime
from math import floor
from random import Random
from typing import TYPE_CHECKING
from zlib import crc32

from .lifecycle import current_step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from .world import App

HISTORY = 1800
"""Seconds of the past that an app seen for the first time has already lived."""
METRICS_EVERY = 20
Line = tuple[float, str, str, str]

PATHS = {
    "inscriptions": (
        "/",
        "/inscription",
        "/inscription/confirmation",
        "/ateliers",
        "/ateliers/theatre",
        "/static/site.css",
    ),
    "agenda-salles": (
        "/",
        "/salles/",
        "/salles/atelier-2",
        "/planning/semaine",
        "/reservations/",
        "/static/agenda.js",
    ),
    "boutique-solidaire": ("/", "/panier", "/produits/confitures", "/paiement/merci", "/static/boutique.css"),
}
USUAL_PATHS = ("/", "/actualites", "/contact", "/static/site.css")
SAID = (
    "INFO inscriptions.views Inscription 5183 enregistrée, atelier théâtre",
    "INFO django.request Connexion de claire.morel@quatre-vents.example",
    "\x1b[32mINFO\x1b[0m catalogue 41 fiches relues en 0,4 s",
    "WARNING django.request Not Found: /apple-touch-icon.png",
    "INFO paiements Reçu envoyé à jean.dupont@courriel.example (IBAN FR76 3000 6000 0112 3456 7890 189)",
    "DEBUG catalogue Fiches relues : " + ", ".join(str(number) for number in range(4000, 4400)),
)
GIVEN_UP = (
    "[4] [CRITICAL] WORKER TIMEOUT (pid:{old})",
    "[{old}] [INFO] Worker exiting (pid: {old})",
    "[{new}] [INFO] Booting worker with pid: {new}",
)
"""What gunicorn says of a page that took too long; its own date comes before."""
WORKED = (
    "[INFO/MainProcess] Task rappels.envoyer[{task}] received",
    "[INFO/ForkPoolWorker-1] Task rappels.envoyer[{task}] succeeded in 3.2s: 24",
    "[WARNING/ForkPoolWorker-2] rappels: 1 adresse sans courriel",
)
TRACEBACK = """Internal Server Error: {path}
Traceback (most recent call last):
  File "/app/.heroku/python/lib/python3.11/site-packages/django/core/handlers/exception.py", line 55, in inner
    response = get_response(request)
  File "/app/planning/views.py", line 88, in semaine
    creneaux = list(Creneau.objects.pour(semaine))
  File "/app/.heroku/python/lib/python3.11/site-packages/django/db/backends/utils.py", line 105, in _execute
    return self.cursor.execute(sql, params)
django.db.utils.OperationalError: canceling statement due to statement timeout"""
FAILURE = """Internal Server Error: {path}
Traceback (most recent call last):
  File "/app/.heroku/python/lib/python3.11/site-packages/django/core/handlers/exception.py", line 55, in inner
    response = get_response(request)
  File "/app/pages/views.py", line 41, in page
    return render(request, gabarit, {{"auteur": auteur.nom}})
AttributeError: 'NoneType' object has no attribute 'nom'"""
SLOW_PATH = {"agenda-salles": "/planning/semaine"}
"""A page that answers too late now and then: its app has something to explain."""
SLOWLY = 0.3
"""How often it does."""
TIGHT = frozenset({"boutique-solidaire"})
"""Apps whose memory is short."""


class Traffic:
    """`rate` is in pages a second and app, roughly; 0 says nothing at all."""

    def __init__(self, rate: float) -> None:
        self._rate = rate
        self._until: dict[str, int] = {}

    def between(self, app: App, *, now: float) -> Iterator[Line]:
        """What an app said since it was asked the last time."""
        if self._rate <= 0 or not app.process_types:
            return
        last = floor(now)
        first = self._until.get(app.id, last - HISTORY)
        self._until[app.id] = last
        for second in range(max(first, last - HISTORY), last):
            yield from _second_of(app, second, rate=self._rate)


def _second_of(app: App, second: int, *, rate: float) -> Iterator[Line]:
    chance = Random(crc32(f"{app.name} {second}".encode()))  # noqa: S311 - nothing secret
    running = [dyno.name for dyno in app.dynos if _was_up(dyno.timeline, second)]
    web = [name for name in running if name.startswith("web")]
    for _ in range(_how_many(chance, rate * 0.4)):
        yield from _visit(app, second + chance.random(), web, chance)
    if web and chance.random() < 0.12 * rate:
        yield second + chance.random(), "app", chance.choice(web), chance.choice(SAID)
    workers = [name for name in running if name.startswith("worker")]
    if workers and chance.random() < 0.08 * rate:
        text = chance.choice(WORKED).format(task=f"{chance.getrandbits(32):08x}")
        yield second + chance.random(), "app", chance.choice(workers), text
    if second % METRICS_EVERY == 0:
        for name in running:
            yield from _measures(app, name, second + chance.random(), chance)


def _was_up(timeline: object, second: int) -> bool:
    steps = [step for step in timeline if step.at <= second]  # type: ignore[attr-defined]
    return bool(steps) and steps[-1].state == "up"


def _how_many(chance: Random, mean: float) -> int:
    whole = floor(mean)
    return whole + (chance.random() < mean - whole)


def _visit(app: App, at: float, web: list[str], chance: Random) -> Iterator[Line]:
    path = chance.choice(PATHS.get(app.name, USUAL_PATHS))
    if app.maintenance or not web:
        code, desc = why_no_page(app, at)
        yield at, "heroku", "router", router_line(app, path, status=503, code=code, desc=desc)
        return
    dyno = chance.choice(web)
    if path == SLOW_PATH.get(app.name) and chance.random() < SLOWLY:
        yield (
            at,
            "heroku",
            "router",
            router_line(app, path, status=503, code="H12", desc="Request timeout", dyno=dyno, service=30_001),
        )
        yield at + 0.4, "app", dyno, TRACEBACK.format(path=path)
        yield from _give_up(at + 0.5, dyno, chance)
        return
    status = chance.choices((200, 302, 304, 404, 500), (80, 8, 8, 3, 0.3))[0]
    service = int(chance.lognormvariate(4.2, 0.9))
    yield at, "heroku", "router", router_line(app, path, status=status, dyno=dyno, service=service)
    if status == 500:  # noqa: PLR2004
        yield at, "app", dyno, FAILURE.format(path=path)


def _give_up(at: float, dyno: str, chance: Random) -> Iterator[Line]:
    stamp = datetime.fromtimestamp(at, UTC).strftime("[%Y-%m-%d %H:%M:%S +0000]")
    old = chance.randint(9, 99)
    for number, text in enumerate(GIVEN_UP):
        yield at + number / 1000, "app", dyno, f"{stamp} {text.format(old=old, new=old + 1)}"


def answer_visit(app: App, at: float) -> str:
    """The router's line for a visitor of the first page now."""
    up = [each.name for each in app.dynos if each.type == "web" and current_step(each, now=at).state == "up"]
    if up and not app.maintenance:
        return router_line(app, "/", dyno=up[0], service=18)
    code, desc = why_no_page(app, at)
    return router_line(app, "/", status=502 if code == "H81" else 503, code=code, desc=desc)


def why_no_page(app: App, at: float) -> tuple[str, str]:
    """The code with which the router answers where no dyno does."""
    if app.maintenance:
        return "H80", "Maintenance mode"
    if not app.process_types:
        return "H81", "Blank app"
    states = {current_step(dyno, now=at).state for dyno in app.dynos if dyno.type == "web"}
    if "crashed" in states:
        return "H10", "App crashed"
    return "H14", "No web processes running"


def _measures(app: App, dyno: str, at: float, chance: Random) -> Iterator[Line]:
    process = f"source={dyno} dyno=heroku.2808254.{crc32(dyno.encode()):08x}-0000-4000-8000-000000000000"
    used = chance.gauss(1040 if app.name in TIGHT else 300, 12)
    load = f"sample#load_avg_1m={chance.uniform(0, 0.6):.2f} sample#load_avg_5m=0.21 sample#load_avg_15m=0.18"
    yield at, "heroku", dyno, f"{process} {load}"
    sizes = f"sample#memory_total={used:.2f}MB sample#memory_rss={used - 3:.2f}MB sample#memory_cache=2.00MB"
    yield at, "heroku", dyno, f"{process} {sizes} sample#memory_swap=1.00MB sample#memory_pgpgin=348836pages"
    if app.name in TIGHT and dyno.startswith("web") and used > 1046:  # noqa: PLR2004
        yield at, "heroku", dyno, f"Process running mem={used:.0f}M({used / 10.24:.1f}%)"
        yield at, "heroku", dyno, "Error R14 (Memory quota exceeded)"


def router_line(
    app: App,
    path: str,
    *,
    status: int = 200,
    method: str = "GET",
    code: str = "",
    desc: str = "",
    dyno: str = "",
    service: int | None = None,
    size: int = 5120,
) -> str:
    """A line of the router, in the form of its first version."""
    level = f'at=error code={code} desc="{desc}"' if code else "at=info"
    measured = "" if service is None else f"{service}ms"
    connect = "1ms" if dyno else ""
    request = f"{crc32(f'{path} {service}'.encode()):08x}-5a1c-4f6e-9a0b-000000000000"
    return (
        f'{level} method={method} path="{path}" host={app.name}-0a1b2c3d4e5f.herokuapp.com request_id={request} '
        f'fwd="203.0.113.{crc32(path.encode()) % 250 + 1}" dyno={dyno} connect={connect} service={measured} '
        f"status={status} bytes={0 if status >= 500 else size} protocol=https"  # noqa: PLR2004
    )

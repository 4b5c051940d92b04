"""The world a newcomer finds: a school's apps, one in every condition that a page must be able to tell.

| app | what it shows |
|---|---|
| `inscriptions` | Standard-1X, web×2 and worker×1, all well |
| `agenda-salles` | Eco, web×1 and worker×1, on a quota that runs out before the month does |
| `bibliotheque` | Basic, web×1, crashed (a restart repairs it) |
| `nouveau-site` | never deployed: no process type |
| `plateforme-notes` | Fir, in a private space, Cloud Native Buildpacks |
| `journal-des-eleves` | in maintenance; owned by somebody else, who made us a collaborator |
| `boutique-solidaire` | Standard-2X, with an autoscaling add-on and a process type at zero |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zlib import crc32

from .clock import length_of_month, month_of, start_of_month
from .lifecycle import START
from .world import (
    Account,
    AddOn,
    App,
    Collaborator,
    Drain,
    Dyno,
    ProcessType,
    Quota,
    Release,
    Step,
    World,
    new_id,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

DAY = 86_400.0
ECO_SECONDS = 3_600_000.0
WEB = "gunicorn ecole.wsgi --log-file -"
WORKER = "celery -A ecole worker"


@dataclass(frozen=True)
class Plan:
    """One app to be seeded; `types` are (type, command, quantity, size)."""

    name: str
    types: Sequence[tuple[str, str, int, str]]
    age_days: float
    up_hours: float
    deploys: int = 3
    addons: Sequence[tuple[str, str, int, str]] = ()
    config_vars: dict[str, str] = field(default_factory=dict)


PLANS = (
    Plan(
        "inscriptions",
        (("web", WEB, 2, "Standard-1X"), ("worker", WORKER, 1, "Standard-1X")),
        age_days=830,
        up_hours=17.4,
        deploys=42,
        addons=(
            ("heroku-postgresql", "essential-1", 900, "DATABASE_URL"),
            ("heroku-redis", "mini", 300, "REDIS_URL"),
        ),
        config_vars={"DATABASE_URL": "postgres://exemple", "REDIS_URL": "rediss://exemple", "LANGUE": "fr"},
    ),
    Plan(
        "agenda-salles",
        (("web", WEB, 1, "Eco"), ("worker", WORKER, 1, "Eco")),
        age_days=410,
        up_hours=6.2,
        deploys=12,
    ),
    Plan("bibliotheque", (("web", "node serveur.js", 1, "Basic"),), age_days=300, up_hours=2.1, deploys=8),
    Plan("nouveau-site", (), age_days=2, up_hours=0, deploys=0),
    Plan("plateforme-notes", (("web", WEB, 1, "dyno-1c-0.5gb"),), age_days=90, up_hours=20.5, deploys=5),
    Plan("journal-des-eleves", (("web", WEB, 1, "Standard-1X"),), age_days=200, up_hours=9.9, deploys=6),
    Plan(
        "boutique-solidaire",
        (
            ("clock", "python horloge.py", 0, "Standard-1X"),
            ("web", WEB, 2, "Standard-2X"),
            ("worker", WORKER, 1, "Standard-1X"),
        ),
        age_days=500,
        up_hours=4.8,
        deploys=19,
        addons=(
            ("judoscale", "white-light", 2000, "JUDOSCALE_URL"),
            ("papertrail", "fixa", 700, "PAPERTRAIL_API_TOKEN"),
        ),
        config_vars={"JUDOSCALE_URL": "https://adapter.judoscale.example/exemple"},
    ),
)


def seed_world(*, now: float) -> World:
    direction = Account("direction@lycee-jean-moulin.example", "Direction du lycée", now - 900 * DAY)
    provider = Account("contact@atelier-web.example", "Atelier web", now - 700 * DAY)
    apps = [seed_app(plan, owner=direction, now=now) for plan in PLANS]
    world = World(accounts=[direction, provider], apps=apps)
    world.issue_token(direction)
    _arrange_library(_find(world, "bibliotheque"), now=now)
    _arrange_grades(_find(world, "plateforme-notes"))
    _arrange_newspaper(_find(world, "journal-des-eleves"), owner=provider, now=now)
    direction.quota = _seed_quota(_find(world, "agenda-salles"), now=now)
    shop = _find(world, "boutique-solidaire")
    shop.drains.append(
        Drain("syslog+tls://logs.papertrail.example:1234", now - 400 * DAY, addon="papertrail-round-30")
    )
    return world


def seed_app(plan: Plan, *, owner: Account, now: float) -> App:
    created, since = now - plan.age_days * DAY, now - plan.up_hours * 3600
    app = App(plan.name, owner.id, owner.email, created, since if plan.types else created)
    app.addons = [_seed_addon(row, created=created, number=number) for number, row in enumerate(plan.addons)]
    app.config_vars = dict(plan.config_vars)
    app.collaborators = [Collaborator(owner.id, owner.email, "owner", created)]
    app.releases = list(_seed_releases(app, deploys=plan.deploys, until=since))
    app.process_types = [ProcessType(*row, created, since) for row in plan.types]
    if plan.types:
        app.released_at, app.slug_size, app.description = since, 61_204_992, "Python"
    for entry in app.process_types:
        app.dynos += [
            _seed_dyno(app, entry, number=number, since=since) for number in range(1, entry.quantity + 1)
        ]
    return app


def _find(world: World, name: str) -> App:
    return next(app for app in world.apps if app.name == name)


def _seed_addon(row: tuple[str, str, int, str], *, created: float, number: int) -> AddOn:
    service, plan, cents, config_var = row
    return AddOn(
        f"{service.removeprefix('heroku-')}-round-{29 + number}",
        service,
        f"{service}:{plan}",
        cents,
        [config_var],
        created,
    )


def _seed_releases(app: App, *, deploys: int, until: float) -> list[Release]:
    """What every app begins with, then deploys at even distances, the last one when its dynos last
    started.
    """
    plans = [addon.plan for addon in app.addons]
    texts = [
        "Initial release",
        "Enable Logplex",
        *(f"Deploy {crc32(f'{app.name} {n}'.encode()) & 0xFFFFFFF:07x}" for n in range(1, deploys + 1)),
    ]
    step = (until - app.created_at) / max(len(texts) - 1, 1)
    return [
        Release(
            version=number,
            description=text,
            created_at=app.created_at + step * (number - 1),
            user_id=app.owner_id,
            user_email=app.owner_email,
            slug_id=new_id() if text.startswith("Deploy") else None,
            addon_plan_names=plans,
        )
        for number, text in enumerate(texts, start=1)
    ]


def _seed_dyno(app: App, entry: ProcessType, *, number: int, since: float) -> Dyno:
    """A dyno that has been up for hours; each began a little after the one before."""
    started, release = since + number * 3, app.current_release
    return Dyno(
        name=f"{entry.type}.{number}",
        type=entry.type,
        command=entry.command,
        size=entry.size,
        created_at=started,
        timeline=[Step(started, "starting"), Step(started + START[0] + number, "up")],
        release_id=release.id,
        release_version=release.version,
        billed_until=since,
    )


def _arrange_library(app: App, *, now: float) -> None:
    app.description = "Node.js"
    for dyno in app.dynos:
        dyno.timeline.append(Step(now - 47 * 60, "crashed"))


def _arrange_grades(app: App) -> None:
    app.generation, app.stack, app.description = "fir", "cnb", "Python"
    app.team, app.space, app.region = "lycee-jean-moulin", "espace-prive-paris", "eu"
    for dyno in app.dynos:
        dyno.name = f"{dyno.type}-4ed720fa31-ur8z1"


def _arrange_newspaper(app: App, *, owner: Account, now: float) -> None:
    us = app.collaborators[0]
    us.role = "collaborator"
    app.owner_id, app.owner_email, app.maintenance = owner.id, owner.email, True
    app.collaborators.insert(0, Collaborator(owner.id, owner.email, "owner", app.created_at))
    app.updated_at = now - 3 * 3600


def _seed_quota(app: App, *, now: float) -> Quota:
    """Used at a pace that exhausts the hours at four fifths of the month, and never more than 92 % so far.

    A third of it comes from an app that this account has deleted since."""
    elapsed = (now - start_of_month(now)) / length_of_month(now)
    used = min(ECO_SECONDS * elapsed / 0.8, ECO_SECONDS * 0.92)
    for dyno in app.dynos:
        dyno.billed_until = now
    return Quota(ECO_SECONDS, used, month_of(now), apps={app.id: used * 2 / 3, new_id(): used / 3})

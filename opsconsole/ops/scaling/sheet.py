"""What the sleep sheet tells before anybody confirms: who is affected, what goes on running, what it costs."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import ONE_OFF_TYPES
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.fleet.words import NO_NAMES, Names, name_inside, rank, several
from opsconsole.ops.scaling.plan import Scaled, types_to_sleep
from opsconsole.ops.scaling.price import Price, price_of
from opsconsole.ops.ui.dates import ago, dollars

Point = dict[str, str]

# Add-on services that scale dynos by themselves: they would wake what a person has put to sleep.
SCALERS = frozenset(
    {"judoscale", "rails-autoscale", "hirefire", "adept-scale", "process-scheduler", "autoscale"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the sheet tells from; None for what Heroku did not say in time."""

    reading: Reading | None
    addons: tuple[heroku.AddOn, ...] | None
    sizes: Mapping[str, heroku.DynoSize] | None


def lead(app: App) -> str:
    where = {
        Environment.PRODUCTION: _("C’est le site de production."),
        Environment.STAGING: _("C’est le site de recette."),
    }.get(Environment(app.environment), "")
    return " ".join(
        part for part in (where, _("Vous pourrez le réveiller à tout moment, en une minute environ.")) if part
    )


def gather(fleet: Fleet, *, app: App, patience: float) -> Facts:
    """Ask for everything at once and wait `patience` seconds in all: a sheet that says what it does not know opens in time."""
    deadline = time.monotonic() + patience
    addons = run_aside(lambda: fleet.addons(app.heroku_id), name="addons")
    sizes = run_aside(fleet.sizes, name="sizes")
    reading = fleet.look(app.heroku_id, patience=patience).reading
    asides: list[Future[Any]] = [addons, sizes]
    wait(asides, timeout=max(0.0, deadline - time.monotonic()))
    return Facts(
        reading=reading,
        addons=addons.result() if addons.done() else None,
        sizes=sizes.result() if sizes.done() else None,
    )


def points(
    reading: Reading, *, addons: tuple[heroku.AddOn, ...] | None, now: datetime, names: Names = NO_NAMES
) -> list[Point]:
    """Return what will happen, one point each, as `components/point.html` draws it."""
    awake = types_to_sleep(reading.formation)
    return [
        {
            "icon": "people",
            "title": _("Les visiteurs ne verront plus le site."),
            "text": _("Il répond jusqu’à ce que vous confirmiez."),
        },
        *_background(awake, names),
        *(_one_off(dyno, now=now) for dyno in reading.dynos if dyno.type in ONE_OFF_TYPES),
        *_scaler(addons),
        {
            "icon": "safe",
            "title": _("Rien n’est perdu."),
            "text": _("La console note ce qui tourne (%(formation)s) et le rendra tel quel.")
            % {"formation": formation_in_words(awake, names)},
        },
    ]


def formation_in_words(formation: Iterable[Scaled], names: Names = NO_NAMES) -> str:
    """« le site × 2, les tâches de fond × 1, en Standard-1X »."""
    running = (entry for entry in formation if entry.quantity)
    entries = sorted(running, key=lambda entry: rank(entry.type, names))
    counts = ", ".join(f"{name_inside(entry.type, names)} × {entry.quantity}" for entry in entries)
    sizes = ", ".join(sorted({entry.size for entry in entries}))
    return _("%(counts)s, en %(sizes)s") % {"counts": counts, "sizes": sizes} if counts else _("rien")


def _background(awake: tuple[Scaled, ...], names: Names) -> list[Point]:
    others = several((entry.type for entry in awake if entry.type != "web"), names)
    if not others:
        return []
    return [
        {
            "icon": "mail",
            "title": _("Cela arrête aussi : %(names)s.") % {"names": others},
            "text": _("Courriels et traitements attendront le réveil."),
        }
    ]


def _one_off(dyno: heroku.Dyno, *, now: datetime) -> Point:
    return {
        "icon": "wait",
        "title": _("La copie temporaire %(name)s continuera.") % {"name": dyno.name},
        "text": _("Lancée %(ago)s ; elle finira son travail.") % {"ago": ago(dyno.created_at, now=now)},
    }


def _scaler(addons: tuple[heroku.AddOn, ...] | None) -> list[Point]:
    if addons is None:
        return [
            {
                "icon": "alert",
                "title": _("Nous n’avons pas pu vérifier les modules du site."),
                "text": _("S’il a un réglage automatique de taille, celui-ci pourrait le réveiller."),
            }
        ]
    found = [addon for addon in addons if addon.service.lower() in SCALERS]
    return [
        {
            "icon": "alert",
            "title": _("Le module %(name)s pourrait réveiller le site.") % {"name": addon.service},
            "text": _("Il règle la taille tout seul : demandez à votre technicien de le suspendre d’abord."),
        }
        for addon in found
    ]


def prices(reading: Reading, *, sizes: Mapping[str, heroku.DynoSize] | None) -> dict[str, object] | None:
    """Return what `components/price.html` draws, None when no price is known."""
    price = price_of(types_to_sleep(reading.formation), sizes=sizes)
    if price is None:
        return None
    if price.is_flat and not price.month:
        return {
            "flat": _(
                "Rien : les sites Eco partagent un abonnement. Leurs heures, elles, cessent de s’écouler."
            )
        }
    return {
        "before": _amount(price),
        "after": {"amount": dollars(0), "per": _("par mois"), "small": _("tant que le site dort")},
    }


def _amount(price: Price) -> dict[str, str]:
    hour = _("%(price)s par heure") % {"price": dollars(price.hour)}
    return {"amount": dollars(price.month), "per": _("par mois"), "small": hour}

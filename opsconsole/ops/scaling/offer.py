"""What Heroku offers an app: the sizes it may have, and the add-ons that would change its size by themselves."""

import time
from collections.abc import Iterable, Mapping
from concurrent.futures import Future, wait
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.scaling.plan import Scaled
from opsconsole.ops.scaling.rules import tier_of
from opsconsole.ops.scaling.sheet import SCALERS
from opsconsole.ops.ui.dates import dollars, number

Sizes = Mapping[str, heroku.DynoSize]
Choices = list[tuple[str, str]]
SELF_SCALING = frozenset({"performance", "private", "shield"})  # tiers for which Heroku has an autoscaler
MEGABYTES = 1024


@dataclass(frozen=True, slots=True)
class Offer:
    """None for what Heroku did not say in time."""

    sizes: Sizes | None
    addons: tuple[heroku.AddOn, ...] | None


class Asked:
    """The offer as it is on its way, asked for while the page does something else."""

    def __init__(self, fleet: Fleet, *, app: App, patience: float) -> None:
        self._deadline = time.monotonic() + patience
        self._sizes = run_aside(lambda: fleet.available_sizes(app.heroku_id), name="sizes")
        self._addons = run_aside(lambda: fleet.addons(app.heroku_id), name="addons")

    def take(self) -> Offer:
        """Wait for what is left of the patience."""
        asides: list[Future[Any]] = [self._sizes, self._addons]
        wait(asides, timeout=max(0.0, self._deadline - time.monotonic()))
        return Offer(
            sizes=self._sizes.result() if self._sizes.done() else None,
            addons=self._addons.result() if self._addons.done() else None,
        )


def size_choices(sizes: Sizes | None, *, has: Iterable[str]) -> Choices:
    """Return (name, words) of each size on offer; those in `has` are there even where Heroku does not list them."""
    cheapest_first = sorted((sizes or {}).values(), key=_by_price)
    offered = [(size.name, in_words(size)) for size in cheapest_first]
    known = {name.lower() for name, _words in offered}
    return [*((name, name) for name in dict.fromkeys(has) if name.lower() not in known), *offered]


def _by_price(size: heroku.DynoSize) -> tuple[bool, int, float, str]:
    """The cheapest first, without a public price last; Heroku lists them in no order that anybody knows."""
    return size.cost_cents is None, size.cost_cents or 0, size.memory_gb, size.name


def in_words(size: heroku.DynoSize) -> str:
    """« Standard-1X · 512 Mo · 25 $ par mois »."""
    parts = [size.name, _memory(size.memory_gb)]
    if size.cost_cents is not None:
        price = dollars(size.cost_cents)
        is_flat = tier_of(size.name) == "eco"
        parts.append(
            _("abonnement de %(price)s pour le compte") % {"price": price}
            if is_flat
            else _("%(price)s par mois") % {"price": price}
        )
    return " · ".join(parts)


def _memory(gigabytes: float) -> str:
    if gigabytes < 1:
        return _("%(count)s Mo") % {"count": number(gigabytes * MEGABYTES)}
    return _("%(count)s Go") % {"count": number(gigabytes, places=0 if gigabytes == int(gigabytes) else 1)}


def warnings(offer: Offer, formation: Iterable[Scaled]) -> list[str]:
    """Return what may change the size again behind a person's back, and what could not be checked."""
    said = []
    if offer.sizes is None:
        said.append(
            _("Heroku n’a pas dit quelles tailles il offre : rechargez la page pour pouvoir en changer.")
        )
    if offer.addons is None:
        said.append(
            _(
                "Nous n’avons pas pu vérifier les modules du site : l’un d’eux règle peut-être la taille tout seul."
            )
        )
    said.extend(
        _(
            "Le module %(name)s règle la taille tout seul : il pourrait défaire ce que vous choisissez ici. "
            "Demandez à votre technicien de le suspendre d’abord."
        )
        % {"name": addon.service}
        for addon in offer.addons or ()
        if addon.service.lower() in SCALERS
    )
    if any(entry.type == "web" and tier_of(entry.size) in SELF_SCALING for entry in formation):
        said.append(
            _(
                "Si le réglage automatique de Heroku est actif pour le site, il changera de lui-même ce nombre."
            )
        )
    return said

"""What a change of size costs and does, before anybody asks for it: pure functions from two formations and the prices."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.fleet.words import NO_NAMES, Names, several
from opsconsole.ops.scaling.offer import Sizes
from opsconsole.ops.scaling.plan import Scaled
from opsconsole.ops.scaling.price import Price, price_of
from opsconsole.ops.scaling.rules import leaves, resized
from opsconsole.ops.ui.dates import dollars, euros, number

Rate = Decimal | None
"""Euros for one dollar, None where nobody has set it."""


def headline(formation: Sequence[Scaled], *, sizes: Sizes | None) -> str:
    """« 3 dynos, pour 75 $ par mois. »"""
    count = sum(entry.quantity for entry in formation)
    if not count:
        return _("Aucun dyno : rien n’est facturé pour eux.")
    dynos = ngettext("%(count)s dyno", "%(count)s dynos", count) % {"count": number(count)}
    price = price_of(formation, sizes=sizes)
    if price is None:
        return f"{dynos}."
    if price.is_flat:
        return _("%(dynos)s, dans l’abonnement Eco.") % {"dynos": dynos}
    return _("%(dynos)s, pour %(price)s par mois.") % {"dynos": dynos, "price": dollars(price.month)}


def bill(
    seen: Sequence[Scaled],
    wanted: Sequence[Scaled],
    *,
    sizes: Sizes | None,
    rate: Rate,
    names: Names = NO_NAMES,
) -> dict[str, Any]:
    """Return what `ops/scaling/_bill.html` draws."""
    before, after = price_of(seen, sizes=sizes), price_of(wanted, sizes=sizes)
    return {
        "before": _amount(before, rate, when=_("par mois aujourd’hui")) if before else None,
        "after": _amount(after, rate, when=_("par mois ensuite")) if after else None,
        "difference": _difference(before, after, rate),
        "notes": [*_notes(seen, wanted, names), *_rate_told(before, after, rate)],
        "closes": _closes(seen, wanted),
    }


def _amount(price: Price, rate: Rate, *, when: str) -> dict[str, str]:
    if price.is_flat:
        return {
            "amount": _("Eco") + (f" + {dollars(price.month)}" if price.month else ""),
            "per": when,
            "small": _("un seul abonnement pour tous les sites Eco du compte"),
        }
    hour = _("%(price)s par heure") % {"price": dollars(price.hour)}
    if rate is None:
        return {"amount": dollars(price.month), "per": when, "small": hour}
    in_euros = _("environ %(month)s par mois, %(hour)s par heure") % {
        "month": euros(price.month * rate),
        "hour": euros(price.hour * rate),
    }
    return {"amount": dollars(price.month), "per": when, "small": f"{hour} ; {in_euros}"}


def _difference(before: Price | None, after: Price | None, rate: Rate) -> str:
    if before is None or after is None:
        return _("Heroku ne dit pas le prix d’une de ces tailles.")
    if before.is_flat or after.is_flat:
        return (
            _("Le prix ne change pas.")
            if before == after
            else _("L’abonnement Eco, lui, est au compte : il ne dépend pas de ce site.")
        )
    cents = after.month - before.month
    if not cents:
        return _("Le prix ne change pas.")
    amount = dollars(abs(cents))
    if rate is not None:
        amount = _("%(dollars)s (environ %(euros)s)") % {"dollars": amount, "euros": euros(abs(cents) * rate)}
    words = _("%(amount)s de plus par mois.") if cents > 0 else _("%(amount)s de moins par mois.")
    return words % {"amount": amount}


def _notes(seen: Sequence[Scaled], wanted: Sequence[Scaled], names: Names) -> list[str]:
    restarting = several((entry.type for entry in resized(seen, wanted)), names)
    notes = (
        [_("Redémarrage, dyno par dyno, en une minute environ : %(names)s.") % {"names": restarting}]
        if restarting
        else []
    )
    for tier in ("eco", "basic"):
        values = {"tier": tier.capitalize()}
        if leaves(seen, wanted, tier=tier):
            notes.append(_("Tout le site quitte %(tier)s d’un coup, en une seule demande.") % values)
        if leaves(wanted, seen, tier=tier):
            notes.append(_("Tout le site passe en %(tier)s d’un coup, en une seule demande.") % values)
    return notes


def _rate_told(before: Price | None, after: Price | None, rate: Rate) -> list[str]:
    """Say whose rate the euros come from, wherever some are told."""
    if rate is None or not any(price and not price.is_flat for price in (before, after)):
        return []
    said = number(rate, places=max(2, -int(rate.normalize().as_tuple().exponent)))
    return [_("Les euros sont au taux de %(rate)s, saisi par votre administrateur.") % {"rate": said}]


def _closes(seen: Sequence[Scaled], wanted: Sequence[Scaled]) -> bool:
    """Tell whether the site's own dynos would go: visitors would read Heroku's error."""
    there = any(entry.type == "web" and entry.quantity for entry in seen)
    return there and any(entry.type == "web" and not entry.quantity for entry in wanted)


def sum_of(before: Scaled, after: Scaled, *, sizes: Sizes | None) -> dict[str, str]:
    """Return « 2 × Standard-1X → 2 × Standard-2X, soit 100 $ par mois » in its parts; no « before » where nothing changes."""
    price = price_of([after], sizes=sizes)
    month = "" if price is None or price.is_flat else dollars(price.month)
    if before == after:
        return {"before": "", "after": "", "price": month}
    return {"before": _in_words(before), "after": _in_words(after), "price": month}


def _in_words(entry: Scaled) -> str:
    return f"{entry.quantity} × {entry.size}"

"""What a one-off dyno costs, in a sentence: Heroku bills its seconds, or takes them from the Eco hours."""

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.oneoffs.models import Run
from opsconsole.ops.scaling.price import HOURS_A_MONTH
from opsconsole.ops.ui.dates import dollars, number

SECONDS_AN_HOUR = 3600


def price_point(fleet: Fleet, reading: Reading | None, *, size: str) -> dict[str, str]:
    """Return the point of a launch's sheet that tells its price; `size` is "" for the app's own."""
    name = size or _size_of(reading)
    if name.lower() == "eco":
        quota = fleet.known_quota[0]
        left = quota.remaining / SECONDS_AN_HOUR if quota else None
        text = _("Il en reste %(hours)s h ce mois-ci.") % {"hours": number(left)} if left is not None else ""
        return {
            "icon": "info",
            "title": _("Le temps qu’elle dure est pris sur les heures Eco."),
            "text": text,
        }
    known = (fleet.sizes() or {}).get(name.lower())
    if known is None or known.cost_cents is None:
        return {"icon": "info", "title": _("Heroku compte le temps qu’elle dure, à la seconde."), "text": ""}
    hour = Decimal(known.cost_cents) / HOURS_A_MONTH
    return {
        "icon": "info",
        "title": _("Environ %(price)s par heure, comptés à la seconde.") % {"price": dollars(hour)},
        "text": _("Taille %(size)s.") % {"size": known.name},
    }


def cost_so_far(fleet: Fleet, run: Run, *, now: datetime) -> str:
    """« 0,01 $ », what Heroku has counted for a run that goes on; "" where its price is not known, or is paid otherwise."""
    reading = fleet.known(run.app_id).reading
    known = (fleet.sizes() or {}).get((run.size or _size_of(reading)).lower())
    if known is None or known.cost_cents is None or known.name.lower() == "eco":
        return ""
    seconds = max(0, int((now - (run.launched_at or run.asked_at)).total_seconds()))
    return dollars(Decimal(known.cost_cents) / HOURS_A_MONTH * seconds / SECONDS_AN_HOUR)


def _size_of(reading: Reading | None) -> str:
    """Heroku takes the app's own size where none is asked for."""
    if reading is None or not reading.formation:
        return ""
    first = next((entry for entry in reading.formation if entry.type == "web"), reading.formation[0])
    return first.size

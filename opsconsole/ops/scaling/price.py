"""What a formation costs, from the API's own figures (US cents a month, taxes excluded)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from opsconsole import heroku
from opsconsole.ops.scaling.plan import Scaled

HOURS_A_MONTH = 720  # as `heroku ps:type` counts


@dataclass(frozen=True, slots=True)
class Price:
    """A month's price in cents, and an hour's."""

    month: Decimal
    is_flat: bool = False  # Eco: one subscription for the account, whatever runs

    @property
    def hour(self) -> Decimal:
        return self.month / HOURS_A_MONTH


def price_of(formation: Iterable[Scaled], *, sizes: Mapping[str, heroku.DynoSize] | None) -> Price | None:
    """Return the price of running a formation, None when a size has no public price or prices are not known."""
    month, is_flat = Decimal(0), False
    for entry in formation:
        if not entry.quantity:
            continue
        size = sizes.get(entry.size.lower()) if sizes else None
        if size is None or size.cost_cents is None:
            return None
        if entry.size.lower() == "eco":
            is_flat = True
        else:
            month += Decimal(size.cost_cents) * entry.quantity
    return Price(month, is_flat)

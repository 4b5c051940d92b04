"""Dyno sizes and their prices (Platform API reference, "Dyno Size")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class DynoSize:
    """`cost_cents` is US cents per month of one dyno, None where Heroku gives no public price."""

    id: str
    name: str
    cost_cents: int | None
    memory_gb: float
    compute: int
    dedicated: bool
    private_space_only: bool
    architecture: str | None
    generation: str | None
    tier: str | None


def read_dyno_size(fields: Fields) -> DynoSize:
    return DynoSize(
        id=fields.text("id"),
        name=fields.text("name"),
        cost_cents=_read_cost(fields),
        memory_gb=fields.number("memory"),
        compute=fields.whole("compute"),
        dedicated=fields.flag("dedicated"),
        private_space_only=fields.flag("private_space_only"),
        architecture=fields.optional_text("architecture"),
        generation=fields.optional_name("generation"),
        tier=fields.optional_text("product_dyno_tier"),
    )


def _read_cost(fields: Fields) -> int | None:
    cost = fields.optional_part("cost")
    # A price by another unit is better unknown than wrong.
    return cost.whole("cents") if cost is not None and cost.text("unit") == "month" else None


class DynoSizes:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, total: float | None = None) -> tuple[DynoSize, ...]:
        return self._transport.read_list(fill("/dyno-sizes"), read_dyno_size, total=total)

    def available(self, app: str, *, total: float | None = None) -> tuple[DynoSize, ...]:
        """Those that this app may use."""
        path = fill("/apps/{app}/available-dyno-sizes", app=app)
        return self._transport.read_list(path, read_dyno_size, total=total)

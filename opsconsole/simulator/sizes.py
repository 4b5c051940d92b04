"""The dyno sizes on sale, their prices, and the groups that limits are written for (Dev Center: dyno-types,
dyno-tiers).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from .answer import Answer, invalid, not_found

if TYPE_CHECKING:
    from .call import Call
    from .world import App


@dataclass(frozen=True)
class DynoSize:
    """`dollars` a month is the public price; the API tells it only for the Common Runtime."""

    name: str
    tier: str
    memory: float
    compute: int
    dollars: int

    @property
    def id(self) -> str:
        return str(uuid5(NAMESPACE_URL, f"dyno-size:{self.name}"))

    @property
    def generation(self) -> str:
        return "fir" if self.tier == "fir" else "cedar"

    @property
    def in_space(self) -> bool:
        return self.tier in ("private", "shield", "fir")

    @property
    def process_tier(self) -> str:
        """What an app made of this size carries as `process_tier`."""
        return {"standard": "production", "performance": "production", "fir": "private"}.get(
            self.tier, self.tier
        )


_COMMON = (
    ("Eco", "eco", 0.5, 1, 5),
    ("Basic", "basic", 0.5, 1, 7),
    ("Standard-1X", "standard", 0.5, 1, 25),
    ("Standard-2X", "standard", 1, 2, 50),
    ("Performance-M", "performance", 2.5, 12, 250),
    ("Performance-L", "performance", 14, 50, 500),
    ("Performance-L-RAM", "performance", 30, 24, 500),
    ("Performance-XL", "performance", 62, 50, 750),
    ("Performance-2XL", "performance", 126, 100, 1500),
)
_SPACE = (
    ("S", 1, 12, 225, 270),
    ("M", 2.5, 12, 450, 540),
    ("L", 14, 50, 900, 1080),
    ("L-RAM", 30, 24, 500, 600),
    ("XL", 62, 50, 750, 900),
    ("2XL", 126, 100, 1500, 1800),
)
_FIR = (
    (1, 0.5, 25), (2, 1, 50), (1, 4, 80), (2, 8, 160), (4, 16, 320), (8, 32, 640), (16, 64, 1000),
    (2, 4, 150), (4, 8, 300), (8, 16, 600), (16, 32, 1200), (32, 64, 2400),
    (1, 8, 100), (2, 16, 250), (4, 32, 500), (8, 64, 750), (16, 128, 1500),
)  # fmt: skip

SIZES: tuple[DynoSize, ...] = (
    *(DynoSize(*row) for row in _COMMON),
    *(DynoSize(f"Private-{name}", "private", memory, cpu, price) for name, memory, cpu, price, _ in _SPACE),
    *(DynoSize(f"Shield-{name}", "shield", memory, cpu, price) for name, memory, cpu, _, price in _SPACE),
    *(DynoSize(f"dyno-{cpu}c-{memory:g}gb", "fir", memory, cpu, price) for cpu, memory, price in _FIR),
)
_BY_NAME = {size.name.lower(): size for size in SIZES}
_BY_ID = {size.id: size for size in SIZES}


def find_size(identity: str) -> DynoSize | None:
    """By name in any case, or by id."""
    return _BY_NAME.get(identity.lower()) or _BY_ID.get(identity)


def size_named(name: str) -> DynoSize:
    """A size the world already holds; KeyError is a bug of the simulator."""
    return _BY_NAME[name.lower()]


def list_available(app: App) -> list[DynoSize]:
    if app.generation == "fir":
        return [size for size in SIZES if size.tier == "fir"]
    return [size for size in SIZES if not size.in_space]


def choose_size(app: App, identity: object) -> DynoSize:
    """The size a request asks for, or Heroku's own refusal."""
    available = list_available(app)
    size = find_size(identity) if isinstance(identity, str) else None
    if size is None or size not in available:
        names = ", ".join(each.name for each in available)
        raise invalid(f"No such size as {identity}. Available dyno sizes are {names}.")
    return size


def describe_size(size: DynoSize) -> dict[str, object]:
    return {
        "architecture": "arm64" if size.tier == "fir" else "amd64",
        "can_autoscale": size.tier in ("performance", "private", "shield"),
        "compute": size.compute,
        "cost": None if size.in_space else {"cents": size.dollars * 100, "unit": "month"},
        "dedicated": size.tier in ("performance", "private", "shield"),
        "generation": describe_generation(size.generation),
        "id": size.id,
        "infrastructure_tier": size.process_tier,
        "memory": size.memory,
        "name": size.name,
        "precise_dyno_units": 0.28 if size.tier in ("eco", "basic") else size.dollars / 25,
        "private_space_only": size.in_space,
        "product_dyno_tier": size.tier,
    }


def describe_generation(name: str) -> dict[str, object]:
    return {"id": str(uuid5(NAMESPACE_URL, f"generation:{name}")), "name": name}


def list_sizes(call: Call) -> Answer:
    del call
    return Answer(body=[describe_size(size) for size in SIZES], sortable=("id", "name"))


def list_sizes_for_app(call: Call) -> Answer:
    return Answer(body=[describe_size(size) for size in list_available(call.app)], sortable=("id", "name"))


def show_size(call: Call) -> Answer:
    size = find_size(call.path["size"])
    if size is None:
        raise not_found("dyno size")
    return Answer(body=describe_size(size))

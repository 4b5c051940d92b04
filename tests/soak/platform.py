"""The app as the simulated Heroku has it, and what a colleague does to it from elsewhere."""

import json
from dataclasses import dataclass
from typing import Any

from tests.demo.house import House
from tests.soak.person import NAME


@dataclass(frozen=True)
class AppAtHeroku:
    quantities: dict[str, int]
    maintenance: bool

    @property
    def is_asleep(self) -> bool:
        return not any(self.quantities.values())

    @property
    def awake_types(self) -> dict[str, int]:
        return {name: quantity for name, quantity in self.quantities.items() if quantity}

    @property
    def state(self) -> str:
        """What a page must say of it."""
        if self.is_asleep:
            return "asleep"
        return "maintenance" if self.maintenance else "awake"


def read_app(house: House) -> AppAtHeroku:
    """Read the file in which the simulator keeps its world: no call, no fault on the way."""
    path = house.place.simulator_folder / "simulator.json"
    world = json.loads(path.read_text(encoding="utf-8"))["world"]
    app = next(each for each in world["apps"] if each["name"] == NAME)
    return AppAtHeroku(
        {each["type"]: each["quantity"] for each in app["process_types"]}, bool(app["maintenance"])
    )


def scale_elsewhere(house: House, **quantities: int) -> None:
    """Somebody scales with the command line; their call is not among those that the console made."""
    house.control("POST", f"/apps/{NAME}", {"do": "scale", **quantities})


def open_elsewhere(house: House) -> None:
    house.control("POST", f"/apps/{NAME}", {"do": "set_maintenance", "on": False})


def sent_changes(house: House, since: int) -> list[dict[str, Any]]:
    """The PATCH calls of the formation that arrived, whatever became of them."""
    path = f"/requests?method=PATCH&path=/formation$&since={since}"
    requests: list[dict[str, Any]] = house.control("GET", path)["requests"]
    return requests

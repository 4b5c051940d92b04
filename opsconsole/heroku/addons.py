"""Names of an app's add-ons; enough to recognise a scaler among them (Platform API reference, "Add-on")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class AddOn:
    name: str
    service: str
    plan: str


def read_addon(fields: Fields) -> AddOn:
    return AddOn(
        name=fields.text("name"),
        service=fields.part("addon_service").text("name"),
        plan=fields.part("plan").text("name"),
    )


class AddOns:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def names(self, app: str, *, total: float | None = None) -> tuple[AddOn, ...]:
        return self._transport.read_list(fill("/apps/{app}/addons", app=app), read_addon, total=total)

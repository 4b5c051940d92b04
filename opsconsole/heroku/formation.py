"""The formation: how many dynos of which size each process type has (Platform API reference, "Formation")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import check_name, fill

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from opsconsole.heroku.answers import Answer
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class Formation:
    """One process type of the Procfile, at zero too."""

    id: str
    type: str
    command: str
    quantity: int
    size: str
    updated_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class FormationUpdate:
    """What a process type is to become; None leaves as it is. Quantities are absolute, never steps."""

    type: str
    quantity: int | None = None
    size: str | None = None

    def as_payload(self) -> dict[str, object]:
        payload: dict[str, object] = {"type": check_name("process_type", self.type)}
        if self.quantity is not None:
            payload["quantity"] = self.quantity
        if self.size is not None:
            payload["dyno_size"] = {"name": self.size}
        return payload


def read_formation(fields: Fields) -> Formation:
    return Formation(
        id=fields.text("id"),
        type=fields.text("type"),
        command=fields.prose("command"),
        quantity=fields.whole("quantity"),
        # `size` is deprecated in favour of `dyno_size`; either will do.
        size=fields.optional_name_of("dyno_size") or fields.text("size"),
        updated_at=fields.optional_moment("updated_at"),
    )


class Formations:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, app: str, *, total: float | None = None) -> tuple[Formation, ...]:
        """Every process type; none where nothing was ever deployed."""
        return self._transport.read_list(fill("/apps/{app}/formation", app=app), read_formation, total=total)

    def update(
        self, app: str, *, updates: Sequence[FormationUpdate], total: float | None = None
    ) -> Answer[tuple[Formation, ...]]:
        """Change several process types at once; the answer holds what Heroku says of them now."""
        payload = {"updates": [update.as_payload() for update in updates]}
        path = fill("/apps/{app}/formation", app=app)
        reply = self._transport.write("PATCH", path, payload=payload, total=total)
        return reply.answer(reply.many(read_formation))

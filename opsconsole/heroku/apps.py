"""Apps, and their maintenance mode (Platform API reference, "App")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from datetime import datetime

    from opsconsole.heroku.answers import Answer
    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport


@dataclass(frozen=True, slots=True)
class App:
    """`process_tier` is eco, basic, production, private or shield; `generation` is cedar or fir."""

    id: str
    name: str
    web_url: str | None
    maintenance: bool
    process_tier: str | None
    generation: str
    owner_id: str
    owner_email: str
    team: str | None
    space: str | None
    region: str | None
    stack: str | None
    released_at: datetime | None
    archived_at: datetime | None
    created_at: datetime
    updated_at: datetime


def read_app(fields: Fields) -> App:
    owner = fields.part("owner")
    return App(
        id=fields.text("id"),
        name=fields.text("name"),
        web_url=fields.optional_text("web_url"),
        maintenance=fields.flag("maintenance"),
        process_tier=fields.optional_text("process_tier"),
        generation=fields.optional_name("generation") or "cedar",
        owner_id=owner.text("id"),
        owner_email=owner.text("email"),
        team=fields.optional_name_of("team"),
        space=fields.optional_name_of("space"),
        region=fields.optional_name_of("region"),
        stack=fields.optional_name_of("stack"),
        released_at=fields.optional_moment("released_at"),
        archived_at=fields.optional_moment("archived_at"),
        created_at=fields.moment("created_at"),
        updated_at=fields.moment("updated_at"),
    )


class Apps:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, *, total: float | None = None) -> tuple[App, ...]:
        """Every app that the token may see."""
        return self._transport.read_list(fill("/apps"), read_app, total=total)

    def get(self, app: str, *, total: float | None = None) -> App:
        return self._transport.read(fill("/apps/{app}", app=app), total=total).one(read_app)

    def set_maintenance(self, app: str, *, on: bool, total: float | None = None) -> Answer[App]:
        reply = self._transport.write(
            "PATCH", fill("/apps/{app}", app=app), payload={"maintenance": on}, total=total
        )
        return reply.answer(reply.one(read_app))

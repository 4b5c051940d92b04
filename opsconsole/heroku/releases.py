"""Releases of an app (Platform API reference, "Release")."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from opsconsole.heroku.paths import fill

if TYPE_CHECKING:
    from datetime import datetime

    from opsconsole.heroku.fields import Fields
    from opsconsole.heroku.transport import Transport

LARGEST_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Release:
    """`status` is expired, failed, pending or succeeded."""

    id: str
    version: int
    description: str
    status: str
    current: bool
    user_email: str | None
    created_at: datetime
    updated_at: datetime


def read_release(fields: Fields) -> Release:
    user = fields.optional_part("user")
    return Release(
        id=fields.text("id"),
        version=fields.whole("version"),
        description=fields.prose("description"),
        status=fields.text("status"),
        current=fields.flag("current"),
        user_email=None if user is None else user.optional_text("email"),
        created_at=fields.moment("created_at"),
        updated_at=fields.moment("updated_at"),
    )


class Releases:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, app: str, *, limit: int = 10, total: float | None = None) -> tuple[Release, ...]:
        """The newest releases, newest first."""
        releases = self._transport.read_list(
            fill("/apps/{app}/releases", app=app),
            read_release,
            first_range=f"version ..; max={min(limit, LARGEST_PAGE)}, order=desc",
            limit=limit,
            total=total,
        )
        return tuple(sorted(releases, key=lambda release: release.version, reverse=True))

    def get(self, app: str, release: str, *, total: float | None = None) -> Release:
        """One release, by its id or version."""
        path = fill("/apps/{app}/releases/{release}", app=app, release=release)
        return self._transport.read(path, total=total).one(read_release)

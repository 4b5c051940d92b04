"""Dynos: what runs, launching one, restarting and stopping (Platform API reference, "Dyno")."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsconsole.heroku.paths import Path, check_name, fill
from opsconsole.heroku.transport import LAUNCH_CONFLICTS, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opsconsole.heroku.answers import Answer
    from opsconsole.heroku.fields import Fields


@dataclass(frozen=True, slots=True)
class Dyno:
    """`updated_at` is the last change of state; `attach_url` opens a terminal and stays out of the repr."""

    id: str
    name: str
    type: str
    state: str
    size: str | None
    command: str
    release_version: int | None
    attach_url: str | None = field(repr=False)
    created_at: datetime
    updated_at: datetime


def read_dyno(fields: Fields) -> Dyno:
    release = fields.optional_part("release")
    return Dyno(
        id=fields.text("id"),
        name=fields.text("name"),
        type=fields.text("type"),
        state=fields.text("state"),
        size=fields.optional_text("size"),
        command=fields.prose("command"),
        release_version=None if release is None else release.whole("version"),
        attach_url=fields.optional_text("attach_url"),
        created_at=fields.moment("created_at"),
        updated_at=fields.moment("updated_at"),
    )


class Dynos:
    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def list(self, app: str, *, total: float | None = None) -> tuple[Dyno, ...]:
        """Every dyno of the app, one-off ones too; none where everything is scaled to zero."""
        return self._transport.read_list(fill("/apps/{app}/dynos", app=app), read_dyno, total=total)

    def create(
        self,
        app: str,
        *,
        command: str,
        attach: bool = False,
        env: Mapping[str, str] | None = None,
        size: str | None = None,
        type: str | None = None,  # noqa: A002 - Heroku's own word
        time_to_live: int | None = None,
        force_no_tty: bool | None = None,
        total: float | None = None,
    ) -> Answer[Dyno]:
        """Launch a one-off dyno. `time_to_live` is in seconds, at most 86400; `env` is for this dyno only."""
        wishes = {
            "env": None if env is None else dict(env),
            "size": size,
            "type": None if type is None else check_name("process_type", type),
            "time_to_live": time_to_live,
            "force_no_tty": force_no_tty,
        }
        payload = {"command": command, "attach": attach}
        reply = self._transport.write(
            "POST",
            fill("/apps/{app}/dynos", app=app),
            payload=payload | {key: value for key, value in wishes.items() if value is not None},
            conflicts=LAUNCH_CONFLICTS,
            total=total,
        )
        return reply.answer(reply.one(read_dyno))

    def restart_all(self, app: str, *, total: float | None = None) -> Answer[None]:
        """Restart what is scaled; one-off dynos are left alone."""
        return self._order("DELETE", fill("/apps/{app}/dynos", app=app), total=total)

    def restart(self, app: str, dyno: str, *, total: float | None = None) -> Answer[None]:
        return self._order("DELETE", fill("/apps/{app}/dynos/{dyno}", app=app, dyno=dyno), total=total)

    def restart_type(self, app: str, process_type: str, *, total: float | None = None) -> Answer[None]:
        path = fill("/apps/{app}/formations/{process_type}", app=app, process_type=process_type)
        return self._order("DELETE", path, total=total)

    def stop(self, app: str, dyno: str, *, total: float | None = None) -> Answer[None]:
        """End a one-off dyno; a scaled one is merely restarted by Heroku."""
        path = fill("/apps/{app}/dynos/{dyno}/actions/stop", app=app, dyno=dyno)
        return self._order("POST", path, total=total)

    def stop_type(self, app: str, process_type: str, *, total: float | None = None) -> Answer[None]:
        path = fill("/apps/{app}/formations/{process_type}/actions/stop", app=app, process_type=process_type)
        return self._order("POST", path, total=total)

    def _order(self, method: str, path: Path, *, total: float | None) -> Answer[None]:
        reply = self._transport.write(method, path, total=total)
        reply.nothing()
        return reply.answer(None)

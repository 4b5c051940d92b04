"""The pumps that read Heroku while somebody looks: one for the list of apps, one for each app being watched."""

from collections.abc import Callable
from uuid import UUID

from django.db import connection
from django.utils import timezone

from opsconsole.live.pumps import StopSignal
from opsconsole.live.topics import Topic
from opsconsole.ops.fleet import roster
from opsconsole.ops.fleet.fleet import READ_TOTAL, Fleet

Source = Callable[[Topic, StopSignal], None]


def watch_app(fleet: Fleet, app_id: UUID) -> Source:
    """Return the source of the topic `app:<uuid>`: read the app again and again while somebody looks at it."""

    def run(_topic: Topic, stop: StopSignal) -> None:
        with fleet.watching(app_id):
            while not stop.stopping:
                fleet.refresh(app_id, max_age=fleet.pace() * 0.9, purpose="watching")
                stop.wait(fleet.rest(app_id))

    return run


def watch_fleet(fleet: Fleet) -> Source:
    """Return the source of the topic `fleet`: the list of apps, then each of them, the oldest reading first."""

    def run(_topic: Topic, stop: StopSignal) -> None:
        while not stop.stopping:
            app_ids = _note_apps_and_let_go(fleet)
            with fleet.watching(*app_ids):
                for app_id in fleet.oldest_first(app_ids):
                    fleet.refresh(app_id, max_age=fleet.pace() * 0.9, purpose="watching")
                stop.wait(fleet.rest())

    return run


def note_apps(fleet: Fleet, *, total: float = READ_TOTAL) -> list[UUID]:
    """Read the list of apps in `total` seconds, keep ours in step with it, and return the UUIDs of those we show."""
    apps = fleet.list_apps(max_age=fleet.pace() * 0.9, total=total)
    if apps is not None:
        roster.keep(apps, now=timezone.now())
    return [app.heroku_id for app in roster.listed()]


def _note_apps_and_let_go(fleet: Fleet) -> list[UUID]:
    try:
        return note_apps(fleet)
    finally:
        connection.close()  # a pump lives for hours: it holds no connection between its rounds

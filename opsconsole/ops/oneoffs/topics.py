"""The topic `runs:<app uuid>` says that a run of an app has news: read in our own database while somebody looks.

Whichever process follows a run writes there; so every process of the console sees every run.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils import timezone

from opsconsole.live import runtime
from opsconsole.live.hub import Hub
from opsconsole.live.pumps import Source, StopSignal
from opsconsole.live.session import Show
from opsconsole.live.topics import Topic
from opsconsole.ops.access.streams import Reader, Shows
from opsconsole.ops.oneoffs.models import Run

PREFIX = "runs"
EVERY = 1.0  # seconds
RECENT = timedelta(minutes=2)


def show_as_it_is(_reader: Reader, _app_id: str) -> Show:
    return lambda _topic, event: event.data


SHOWS: Shows = {PREFIX: show_as_it_is}


def topic_of(app_id: UUID | str) -> str:
    return f"{PREFIX}:{app_id}"


def register(hub: Hub) -> None:
    """Have the runs of an app looked at while somebody reads about them."""
    hub.register(PREFIX, lambda name: watch_runs(UUID(name.partition(":")[2])))


def tell(app_id: UUID) -> None:
    """Have this process's readers see at once what was just written."""
    runtime.hub().nudge(topic_of(app_id))


def watch_runs(app_id: UUID) -> Source:
    """Return the source of `runs:<app uuid>`."""

    def run(topic: Topic, stop: StopSignal) -> None:
        seen = _changes(app_id)
        while not stop.wait(EVERY):
            try:
                now = _changes(app_id)
            except DatabaseError:
                continue
            finally:
                connection.close()
            for run_id in (each for each in now if now[each] != seen.get(each)):
                topic.append({"kind": "changed", "run": str(run_id)})
            seen = now

    return run


def _changes(app_id: UUID) -> dict[UUID, datetime]:
    recent = Run.objects.filter(app_id=app_id, changed_at__gte=timezone.now() - RECENT)
    return dict(recent.values_list("id", "changed_at"))

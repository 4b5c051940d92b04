"""The topics of this room, joined to the hub and to the event stream."""

from uuid import UUID

from opsconsole.live.hub import Hub
from opsconsole.ops.access.streams import Shows
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.logs import pump, shows, trouble

SHOWS: Shows = {pump.PREFIX: shows.show_log, trouble.PREFIX: shows.show_as_it_is}


def register(hub: Hub, fleet: Fleet) -> None:
    """Have the logs of apps read while somebody looks."""
    hub.register(
        pump.PREFIX,
        lambda name: pump.watch_log(fleet, _app_id(name)),
        is_shared=True,
        max_events=pump.MAX_EVENTS,
        max_bytes=pump.MAX_BYTES,
        linger=pump.LINGER,
    )
    hub.register(trouble.PREFIX, lambda name: trouble.watch_trouble(hub, _app_id(name), now=fleet.now))


def _app_id(name: str) -> UUID:
    return UUID(name.partition(":")[2])

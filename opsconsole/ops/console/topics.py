"""The two topics of a console: what its screen shows, to whoever looks; what is typed and who is there, to whoever holds it."""

from typing import Final
from uuid import UUID

from opsconsole.live.hub import Hub

SCREEN: Final = "console"
KEYS: Final = "keys"
SCREEN_BYTES: Final = 600_000  # what a browser that comes back is shown again
SCREEN_EVENTS: Final = 20_000
KEYS_BYTES: Final = 131_072
LINGER: Final = 60.0  # seconds; a page that comes a moment after the end still finds the screen


def screen_of(run_id: UUID | str) -> str:
    return f"{SCREEN}:{run_id}"


def keys_of(run_id: UUID | str) -> str:
    return f"{KEYS}:{run_id}"


def register(hub: Hub) -> None:
    """Make both sorts of topics known: fed by whoever holds the console, in whichever process."""
    hub.register(
        SCREEN, None, is_shared=True, max_events=SCREEN_EVENTS, max_bytes=SCREEN_BYTES, linger=LINGER
    )
    hub.register(KEYS, None, is_shared=True, max_bytes=KEYS_BYTES)

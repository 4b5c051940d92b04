"""Consoles for the tests of their room: an administrator, and hands at a screen."""

import json
import uuid
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from opsconsole.live import runtime
from opsconsole.ops.access.models import Profile
from opsconsole.ops.access.rights import Actor
from opsconsole.ops.console import topics
from opsconsole.ops.console.kinds import KINDS
from opsconsole.ops.console.opening import Wish, open_console
from opsconsole.ops.console.topics import keys_of, screen_of
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.oneoffs.models import Run
from opsconsole.simulator import Simulator
from tests.ops.conftest import NOWHERE, wait_until
from tests.ops.scaling.served import console, database, kept, prepared

__all__ = ["console", "database", "kept", "prepared"]

WISH = Wish(
    kind=KINDS["shell"], purpose="corriger un dossier", size="", time_to_live=3600, columns=100, rows=30
)


@pytest.fixture
def ines() -> Actor:
    return Actor(
        id="7", name="Inès Haddad", profile=Profile.ADMINISTRATOR, address="192.0.2.1", session_ref="ghi"
    )


class Hands:
    """Somebody at the screen of a console, in the process that holds it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.hub = runtime.hub()
        self._held = self.hub.subscribe(screen_of(run.pk))
        self.topic = self._held.__enter__()
        self.be_here()

    def be_here(self, *, name: str = "Inès Haddad", types: bool = True, who: str = "a") -> None:
        self.send({"kind": "here", "who": who, "name": name, "types": types, "shown": 10**15})

    def leave(self, who: str = "a") -> None:
        self.send({"kind": "left", "who": who})

    def type(self, text: str) -> None:
        self.send({"kind": "keys", "text": text})

    def send(self, message: dict[str, object]) -> None:
        self.hub.topic(keys_of(self.run.pk)).append(message)

    def events(self, kind: str) -> list[dict[str, object]]:
        told = [json.loads(event.data) for event in self.topic.everything().events]
        return [event for event in told if event["kind"] == kind]

    @property
    def screen(self) -> str:
        return "".join(str(event["text"]) for event in self.events("out"))

    def read(self, text: str) -> str:
        """Wait until something stands on the screen, and return all of it."""
        wait_until(lambda: text in self.screen)
        return self.screen

    def close(self) -> None:
        self._held.__exit__(None, None, None)


@pytest.fixture
def consoles(fleet: Fleet, site: App, simulator: Simulator, settings: Settings) -> Iterator["Desk"]:
    settings.RENDEZVOUS_CA_FILE = str(simulator.ca_file)
    settings.CONSOLE_LOOK_SECONDS = 0.05
    topics.register(runtime.hub())
    desk = Desk(fleet, site)
    yield desk
    for hands in desk.opened:
        hands.close()


class Desk:
    def __init__(self, fleet: Fleet, site: App) -> None:
        self.fleet = fleet
        self.site = site
        self.opened: list[Hands] = []

    def ask(self, actor: Actor, wish: Wish = WISH, *, key: uuid.UUID | None = None) -> Run:
        return open_console(
            self.fleet, actor=actor, app=self.site, wish=wish, key=key or uuid.uuid4(), own=NOWHERE
        )

    def open(self, actor: Actor, wish: Wish = WISH) -> Hands:
        """Open one and wait for its prompt."""
        hands = Hands(self.ask(actor, wish))
        self.opened.append(hands)
        hands.read("~ $ " if wish.kind.is_shell else ">>> ")
        return hands

"""One authorised request as the resources see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .answer import invalid, not_found

if TYPE_CHECKING:
    from .execution import Executor
    from .log_sessions import Sessions
    from .rendezvous import Rendezvous
    from .scripts import Script
    from .world import Account, App, Token, World


@dataclass
class Settings:
    """How the stand-in behaves, apart from what it holds."""

    speed: float = 1.0
    """Believable delays are divided by this."""
    latency: float = 0.0
    """Seconds every API answer waits, in real time."""
    page_size: int = 200
    """Length of a list's page when the request asks for none."""
    warnings: list[str] = field(default_factory=list)
    """Sent as `X-Heroku-Warning` with every API answer."""
    one_off_seconds: float = 40.0
    """How long the command of a one-off dyno runs, at speed 1."""
    rendezvous_port: int = 5000
    log_heartbeat: float = 5.0
    """Seconds, in real time, after which a log stream that has nothing to say says so."""
    log_life: float = 3600.0
    """Seconds, in real time, after which a log stream is ended."""
    log_chunk: int = 0
    """Bytes of a chunk of a log stream; 0 leaves what is there in one piece."""
    scripts: list[Script] = field(default_factory=list)
    """What the next one-offs print, and how they end, one after the other."""

    launched: list[str] = field(default_factory=list)
    """The commands of every one-off that was really launched over the API, in their order."""

    def next_script(self) -> Script | None:
        return self.scripts.pop(0) if self.scripts else None

    def accepts(self, name: str, value: object) -> bool:
        """Whether this may be changed to that while the simulator runs."""
        if name == "warnings":
            return isinstance(value, list) and all(isinstance(each, str) for each in value)
        if isinstance(value, bool) or not isinstance(value, int | float):
            return False
        if name == "page_size":
            return isinstance(value, int) and value > 0
        if name == "log_chunk":
            return isinstance(value, int) and value >= 0
        if name in ("speed", "log_heartbeat", "log_life"):
            return value > 0
        return name in ("latency", "one_off_seconds") and value >= 0


@dataclass
class Call:
    """`variant` is what follows `version=3.` in Accept ("" for plain version 3); `path` holds the decoded
    captures.
    """

    method: str
    world: World
    settings: Settings
    account: Account
    token: Token
    variant: str
    path: dict[str, str]
    body: dict[str, object]
    now: float
    remaining: int
    sessions: Sessions
    port: int
    executor: Executor | None = None
    rendezvous: Rendezvous | None = None

    @property
    def app(self) -> App:
        """The app in the path; for whoever may not see it, it does not exist."""
        app = self.world.find_app(self.path["app"])
        if app is None or not is_visible(app, self.account):
            raise not_found("app")
        return app

    def read_string(self, key: str) -> str:
        value = self.body.get(key)
        if not isinstance(value, str) or not value.strip():
            raise invalid(f"Invalid value for {key}: a non-empty string is expected.")
        return value

    def read_optional_string(self, key: str) -> str | None:
        return None if self.body.get(key) is None else self.read_string(key)


def is_visible(app: App, account: Account) -> bool:
    return app.owner_id == account.id or any(each.account_id == account.id for each in app.collaborators)


def identify_app(app: App) -> dict[str, object]:
    return {"id": app.id, "name": app.name}

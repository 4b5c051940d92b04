"""The simulator as one object: `with Simulator() as simulator:` serves until the block ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from .backstage import Backstage
from .call import Settings
from .clock import Clock, format_time
from .control import PREFIX, Control
from .execution import Executor
from .faults import Faults
from .inject import Injection, inject
from .log_sessions import PREFIX as LOG_PREFIX
from .log_streams import Streams
from .one_offs import KILLED, end_one_off
from .platform_api import Platform, Reply, encode
from .records import Records
from .rendezvous import Rendezvous
from .seed import seed_world
from .server import LOOPBACK, Server, Wire
from .store import Store

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path
    from types import TracebackType

    from .answer import RecordedRequest, Request
    from .world import World


class Simulator:
    """A Platform API on 127.0.0.1.

    `now` replaces the clock (an aware datetime), `advance` moves it on top of that; `speed` divides the
    believable
    delays; with `state_dir` the world lasts. Port 0 lets the system choose. Raises OSError when the port is
    taken and
    SnapshotError when the state folder holds something else.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        speed: float = 1.0,
        now: Callable[[], datetime] | None = None,
        state_dir: Path | None = None,
        rendezvous_port: int = 0,
        execute: bool = False,
        traffic: float = 0.0,
    ) -> None:
        self._clock = Clock(now)
        store = Store(state_dir) if state_dir else None
        world = (store.load() if store else None) or seed_world(now=self._clock.seconds())
        settings = Settings(speed=speed, rendezvous_port=rendezvous_port)
        self._platform = Platform(world, clock=self._clock, settings=settings, store=store, traffic=traffic)
        _end_what_was_cut(world, now=self._clock.seconds())
        if execute:
            self._platform.executor = Executor(self._platform)
        self.rendezvous = Rendezvous(self._platform, port=rendezvous_port, folder=state_dir)
        settings.rendezvous_port = self.rendezvous.port
        self._platform.rendezvous = self.rendezvous
        self._platform.bring_to_now()  # what was before is nobody's doing
        self.streams = Streams(self._platform, self._platform.sessions)
        self._records = Records()
        self.faults = Faults()
        self.world = Backstage(self._platform)
        self._control = Control(
            self._platform,
            faults=self.faults,
            records=self._records,
            backstage=self.world,
            streams=self.streams,
        )
        self._main_token = self._keep_main_token()
        self._server = Server(
            port, respond=self._respond, tell_time=lambda: format_time(self._clock.seconds())
        )

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        self._platform.port = self._server.port
        self._server.start()
        self.rendezvous.start()

    def stop(self) -> None:
        """From here on connections are refused; open ones are closed."""
        self._server.stop()
        self.rendezvous.stop()
        if self._platform.executor is not None:
            self._platform.executor.close()

    @property
    def base_url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.port}"

    @property
    def control_url(self) -> str:
        return f"{self.base_url}{PREFIX}{self._platform.world.control_secret}"

    @property
    def token(self) -> str:
        """Opens everything of the main account, until it is revoked."""
        return self._main_token

    @property
    def account(self) -> str:
        """E-mail address of the main account."""
        return self._platform.world.accounts[0].email

    @property
    def account_id(self) -> str:
        return self._platform.world.accounts[0].id

    @property
    def apps(self) -> list[str]:
        """Names, the Standard app first."""
        return self.world.app_names

    @property
    def requests(self) -> list[RecordedRequest]:
        """What came in so far, in order of arrival, the control endpoint's own requests left out."""
        return self._records.list()

    def clear_requests(self) -> None:
        self._records.clear()

    @property
    def launched(self) -> list[str]:
        """The commands of the one-offs that were launched over the API; a request that did not work launched none."""
        return list(self._platform.settings.launched)

    @property
    def cannot_execute(self) -> str:
        """Why commands are not really run though that was asked for, "" while nothing keeps them from it."""
        executor = self._platform.executor
        return executor.why_not if executor else ""

    @property
    def ca_file(self) -> Path:
        """The certificate of the authority that signed the rendezvous's."""
        return self.rendezvous.ca_file

    def advance(self, seconds: float) -> None:
        self._clock.advance(seconds)

    def describe(self) -> dict[str, object]:
        """The line that tells a newcomer, or the parent process, where everything is."""
        return {
            "base_url": self.base_url,
            "token": self.token,
            "account": self.account,
            "apps": self.apps,
            "ca_file": str(self.ca_file),
            "rendezvous": f"{LOOPBACK}:{self.rendezvous.port}",
            "control_url": self.control_url,
        }

    def _keep_main_token(self) -> str:
        """The token of the world; a new one where it was revoked before this start."""
        world = self._platform.world
        try:
            token = world.main_token
        except KeyError:
            token = world.issue_token(world.accounts[0])
        self._platform.save()
        return token.value

    def _respond(self, request: Request, wire: Wire) -> None:
        if request.path.startswith(PREFIX):
            wire.send(self._control.handle(request))
            return
        self._records.add(request.recorded)
        if request.path.startswith(LOG_PREFIX):
            self.streams.serve(request, wire)
            return
        if request.path == "/stolen":
            wire.send(Reply(200, {"Content-Type": "application/json"}, encode({"stolen": True})))
            return
        latency = self._platform.settings.latency
        if latency and not wire.wait(latency):
            return
        fault = self.faults.strike(request.method, _target(request))
        if fault is None:
            wire.send(self._platform.handle(request))
            return
        request.recorded.fault = fault.mode
        inject(Injection(fault, request, self._platform, wire))


def _end_what_was_cut(world: World, *, now: float) -> None:
    """A process that an earlier simulator ran died with it."""
    for app in world.apps:
        for dyno in app.dynos:
            if dyno.one_off and dyno.timeline[-1].state in ("starting", "up"):
                end_one_off(dyno, status=KILLED, now=now)


def _target(request: Request) -> str:
    return f"{request.path}?{request.query}" if request.query else request.path

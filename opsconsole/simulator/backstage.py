"""Changes that come from elsewhere than the API under test: a crash, a colleague at a command line, time,
the account.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec, TypeVar

from .answer import RefusedError
from .call import is_visible
from .flood import start_flood
from .lifecycle import is_leaving, replace_future, restart_dyno, start_dynos
from .one_offs import launch_one_off
from .scripts import Script
from .seed import Plan, seed_app
from .sizes import choose_size
from .traffic import answer_visit, router_line
from .world import Step

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from .platform_api import Platform
    from .world import Account, App, Dyno, ProcessType


_Stage = TypeVar("_Stage", "AppBackstage", "Backstage")
_Given = ParamSpec("_Given")
_Result = TypeVar("_Result")


class BackstageError(ValueError):
    """What was asked for names an app, dyno, account or size that is not there."""


def _happens(
    method: Callable[Concatenate[_Stage, _Given], _Result],
) -> Callable[Concatenate[_Stage, _Given], _Result]:
    """At one moment, between two requests: the world is brought to it before, and kept after."""

    @wraps(method)
    def happen(self: _Stage, /, *args: _Given.args, **kwargs: _Given.kwargs) -> _Result:
        with self.platform.lock:
            self.platform.bring_to_now()
            result = method(self, *args, **kwargs)
            self.platform.logs.observe(self.platform.world, now=self.platform.clock.seconds())
            self.platform.save()
            return result

    return happen


class AppBackstage:
    """What can happen to one app behind the API's back."""

    def __init__(self, platform: Platform, app: App) -> None:
        self.platform = platform
        self._app = app

    @property
    def id(self) -> str:
        return self._app.id

    @property
    def name(self) -> str:
        return self._app.name

    @property
    def maintenance(self) -> bool:
        return self._app.maintenance

    @property
    def formation(self) -> dict[str, tuple[int, str]]:
        """Quantity and size per process type, for tests to compare with."""
        return {entry.type: (entry.quantity, entry.size) for entry in self._app.process_types}

    @property
    def one_offs(self) -> list[str]:
        """The names of the one-off dynos that are there now."""
        self.platform.bring_to_now()
        with self.platform.lock:
            return [dyno.name for dyno in self._app.dynos if dyno.one_off]

    @_happens
    def crash(self, dyno: str = "", *, again: bool = False) -> None:
        """A dyno, or all of them, crash now; `again` makes their process types crash at every start too."""
        self._set_state("crashed", dyno)
        names = {each.type for each in self._choose(dyno)}
        for entry in self._app.process_types:
            if again and (not names or entry.type in names):
                entry.broken = True

    @_happens
    def repair(self) -> None:
        """Starts succeed again; what has crashed stays so until somebody restarts it."""
        for entry in self._app.process_types:
            entry.broken = False

    @_happens
    def idle(self) -> None:
        """Eco after 30 minutes without a visitor: every dyno sleeps."""
        self._set_state("idle", "")

    @_happens
    def visit(self) -> None:
        """A visitor comes: what was idle starts again, and the router says how the others were answered."""
        now, speed = self.platform.clock.seconds(), self.platform.settings.speed
        idle = [dyno for dyno in self._app.dynos if dyno.timeline[-1].state == "idle"]
        for dyno in idle:
            restart_dyno(self._app, dyno, now=now, speed=speed)
        if not idle:
            self._write(answer_visit(self._app, now), source="heroku", dyno="router")

    @_happens
    def scale(self, /, **quantities: int) -> None:
        """Somebody else scales, say by the command line; limits are not looked at."""
        now, speed = self.platform.clock.seconds(), self.platform.settings.speed
        for name, quantity in quantities.items():
            entry = self._process_type(name)
            entry.quantity, entry.updated_at = quantity, now
            start_dynos(self._app, entry, now=now, speed=speed)

    @_happens
    def resize(self, /, **sizes: str) -> None:
        """Somebody else changes sizes; limits are not looked at."""
        for name, size in sizes.items():
            try:
                self._process_type(name).size = choose_size(self._app, size).name
            except RefusedError as refusal:
                raise BackstageError(str(refusal)) from refusal
        self.restart()

    @_happens
    def restart(self) -> None:
        now, speed = self.platform.clock.seconds(), self.platform.settings.speed
        for dyno in list(self._app.dynos):
            restart_dyno(self._app, dyno, now=now, speed=speed)

    @_happens
    def set_maintenance(self, on: bool = True) -> None:
        self._app.maintenance = on
        self._app.updated_at = self.platform.clock.seconds()

    @_happens
    def rename(self, name: str) -> None:
        self._app.name = name

    @_happens
    def forbid(self, what: str = "write") -> None:
        """From now on the token may not "write" here, or not see ("all"); "" allows everything again."""
        self._app.forbidden = what

    @_happens
    def remove_process_type(self, name: str) -> None:
        """A deploy whose Procfile no longer has this type."""
        self.scale(**{name: 0})
        self._app.process_types.remove(self._process_type(name))

    @_happens
    def run(self, command: str, *, seconds: float = 60, kind: str = "run") -> str:
        """Somebody else starts a one-off that runs this long once up; its name."""
        dyno = launch_one_off(
            self._app,
            command=command,
            kind=kind,
            size=self._app.process_types[0].size,
            attach=False,
            now=self.platform.clock.seconds(),
            settings=self.platform.settings,
            life=seconds,
        )
        return dyno.name

    @_happens
    def vanish(self, dyno: str) -> None:
        """A dyno is gone, and the log says nothing of it."""
        self.platform.logs.forget(self._app, dyno)
        self._app.dynos = [each for each in self._app.dynos if each.name != dyno]

    # ── its log ──
    def log(self, *lines: str, dyno: str = "web.1", source: str = "app", text: str = "") -> None:
        """Lines that a dyno, or the platform, writes now; over the control endpoint they are given as `text`."""
        for message in (*lines, text) if text else lines:
            self._write(message, source=source, dyno=dyno)

    def request(
        self,
        path: str,
        *,
        status: int = 200,
        service: int | None = 18,
        dyno: str = "web.1",
        method: str = "GET",
        code: str = "",
        desc: str = "",
    ) -> None:
        """A visitor asks for a page: the router's line."""
        line = router_line(
            self._app, path, status=status, method=method, code=code, desc=desc, dyno=dyno, service=service
        )
        self._write(line, source="heroku", dyno="router")

    def traceback(self, error: str, message: str, *, dyno: str = "web.1") -> None:
        """A failure as Python writes it, a line at a time."""
        head = [
            "Traceback (most recent call last):",
            '  File "/app/views.py", line 88, in page',
            "    answer()",
        ]
        for line in (*head, f"{error}: {message}"):
            self._write(line, source="app", dyno=dyno)

    def flood(
        self, *, rate: float, seconds: float = 1.0, dyno: str = "web.1", first: int = 1
    ) -> threading.Thread:
        """Numbered lines, so many a second; the thread that writes them."""
        book = self.platform.logs.book(self._app)
        return start_flood(
            book, clock=self.platform.clock, rate=rate, seconds=seconds, dyno=dyno, first=first
        )

    def _write(self, message: str, *, source: str, dyno: str) -> None:
        now = self.platform.clock.seconds()
        self.platform.logs.book(self._app).write(message, at=now, source=source, dyno=dyno)

    def _choose(self, name: str) -> list[Dyno]:
        staying = [dyno for dyno in self._app.dynos if not (dyno.one_off or is_leaving(dyno))]
        chosen = [dyno for dyno in staying if name in ("", dyno.name, dyno.type)]
        if name and not chosen:
            raise BackstageError(f"no dyno {name!r} on {self._app.name}")
        return chosen

    def _set_state(self, state: str, name: str) -> None:
        now = self.platform.clock.seconds()
        for dyno in self._choose(name):
            replace_future(dyno, Step(now, state), now=now)

    def _process_type(self, name: str) -> ProcessType:
        entry = self._app.find_process_type(name)
        if entry is None:
            raise BackstageError(f"no process type {name!r} on {self._app.name}")
        return entry


class Backstage:
    """What can happen to the account, and the way to its apps."""

    def __init__(self, platform: Platform) -> None:
        self.platform = platform

    @property
    def app_names(self) -> list[str]:
        """Of the apps that the main account sees."""
        world = self.platform.world
        return [app.name for app in world.apps if is_visible(app, world.accounts[0])]

    def app(self, name: str) -> AppBackstage:
        app = self.platform.world.find_app(name)
        if app is None:
            raise BackstageError(f"no app {name!r}")
        return AppBackstage(self.platform, app)

    @_happens
    def add_app(self, name: str, types: Sequence[tuple[str, str, int, str]] = ()) -> AppBackstage:
        """One more app of the main account; `types` are (type, command, quantity, size), up for an hour."""
        world, now = self.platform.world, self.platform.clock.seconds()
        plan = Plan(name, types, age_days=1, up_hours=1, deploys=1 if types else 0)
        world.apps.append(seed_app(plan, owner=world.accounts[0], now=now))
        return self.app(name)

    @_happens
    def remove_app(self, name: str) -> None:
        world = self.platform.world
        world.apps = [app for app in world.apps if app.name != name]

    @_happens
    def set_quota(
        self, *, shape: str | None = None, used: float | None = None, app: str | None = None
    ) -> None:
        """`shape` is "hours", "missing" (404) or "not_found" (200); `used` is in seconds, of the account or
        of one app.
        """
        quota = self._account("").quota
        if quota is None or shape not in (None, "hours", "missing", "not_found"):
            raise BackstageError(f"no quota, or no such shape: {shape!r}")
        quota.shape = shape or quota.shape
        if used is not None and app is not None:
            quota.apps[self.app(app).id] = used
        elif used is not None:
            quota.used = used

    @_happens
    def exhaust_quota(self) -> None:
        """The account's hours are used up: every Eco dyno sleeps until the month ends."""
        quota = self._account("").quota
        if quota is None:
            raise BackstageError("the account has no Eco quota")
        quota.used = quota.total

    @_happens
    def revoke_token(self, value: str | None = None) -> None:
        """This token, or all of them, open nothing from now on."""
        tokens = self.platform.world.tokens
        tokens[:] = [token for token in tokens if value not in (None, token.value)]

    @_happens
    def issue_token(self, *, account: str = "", scopes: Iterable[str] = ("global",)) -> str:
        token = self.platform.world.issue_token(self._account(account), scope=" ".join(scopes))
        return token.value

    @_happens
    def suspend_account(self, on: bool = True) -> None:
        self._account("").suspended = on

    @_happens
    def set_delinquent(self, on: bool = True) -> None:
        self._account("").delinquent = on

    @_happens
    def set_remaining(self, remaining: int) -> None:
        """Calls left in the main account's rate bucket."""
        bucket = self.platform.bucket(self._account(""))
        bucket.set_remaining(remaining, now=self.platform.clock.seconds())

    def configure(self, values: Mapping[str, object]) -> None:
        """Change settings by name, all of them or none (call.py has the list)."""
        settings = self.platform.settings
        for name, value in values.items():
            if not settings.accepts(name, value):
                raise BackstageError(f"no such setting, or not a fit value: {name}={value!r}")
        for name, value in values.items():
            setattr(settings, name, value)

    def script(self, lines: Iterable[str] = (), *, status: int = 0) -> None:
        """Say what the next one-off that is not really run prints, and how it ends."""
        self.platform.settings.scripts.append(Script(list(lines), status))

    def _account(self, identity: str) -> Account:
        world = self.platform.world
        account = world.find_account(identity) if identity else world.accounts[0]
        if account is None:
            raise BackstageError(f"no account {identity!r}")
        return account

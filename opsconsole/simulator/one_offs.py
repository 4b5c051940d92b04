"""The life of one-off dynos: launched, up, ended by themselves, by somebody, or by their time to live.

Without execution a script says what they print. With it the end is open until the process has ended.
"""

from __future__ import annotations

import secrets
from random import SystemRandom
from typing import TYPE_CHECKING

from .lifecycle import ONE_OFF_START, STOP, choose_delay, replace_future
from .scripts import Script, script_of
from .world import Dyno, Step, new_id

if TYPE_CHECKING:
    from .call import Settings
    from .world import App

TERMINATED, KILLED = 143, 137


def launch_one_off(
    app: App,
    *,
    command: str,
    kind: str,
    size: str,
    attach: bool,
    now: float,
    settings: Settings,
    life: float,
    limit: float | None = None,
    script: Script | None = None,
) -> Dyno:
    """Add a one-off whose command would run for `life` seconds once it is up; `limit` is its time to live."""
    name = _name(app, kind)
    release = app.current_release
    up = now + choose_delay(ONE_OFF_START, key=name, speed=settings.speed)
    known = _expand(app, command)
    told = script or script_of(known)
    lives = life if limit is None else min(life, limit)
    dyno = Dyno(
        name=name,
        type=kind,
        command=known,
        size=size,
        created_at=now,
        timeline=[Step(now, "starting"), Step(up, "up"), Step(up + lives, "gone")],
        release_id=release.id,
        release_version=release.version,
        one_off=True,
        attach_url=_make_attach_url(app, port=settings.rendezvous_port) if attach else None,
        billed_until=now,
        exit_status=told.status if lives == life else TERMINATED,
        output=list(told.lines) if lives == life else [],
    )
    app.dynos.append(dyno)
    return dyno


def open_its_end(dyno: Dyno) -> None:
    """A process is really run: only its own end ends the dyno."""
    dyno.timeline = [step for step in dyno.timeline if step.state != "gone"]
    dyno.output = []


def end_one_off(dyno: Dyno, *, status: int, now: float) -> None:
    dyno.exit_status = status
    replace_future(dyno, Step(now, "gone"), now=now)


def stop_one_off(dyno: Dyno, *, now: float, speed: float) -> None:
    """SIGTERM; the process takes a moment to obey. Telling it twice changes nothing."""
    if any(step.state == "down" for step in dyno.timeline):
        return
    delay = choose_delay(STOP, key=dyno.id, speed=speed)
    dyno.exit_status = TERMINATED
    dyno.output = dyno.output[: _printed(dyno, now=now)]
    replace_future(dyno, Step(now + delay, "down"), Step(now + delay, "gone"), now=now)


def printed_by(dyno: Dyno) -> list[tuple[float, str]]:
    """When a scripted one-off prints what."""
    up = next((step.at for step in dyno.timeline if step.state == "up"), None)
    end = next((step.at for step in dyno.timeline if step.state in ("down", "gone")), None)
    if up is None or end is None or not dyno.output:
        return []
    pace = (end - up) / (len(dyno.output) + 1)
    return [(up + pace * number, text) for number, text in enumerate(dyno.output, start=1)]


def _printed(dyno: Dyno, *, now: float) -> int:
    return sum(at <= now for at, _text in printed_by(dyno))


def _name(app: App, kind: str) -> str:
    taken = {dyno.name for dyno in app.dynos}
    names = (f"{kind}.{SystemRandom().randint(1000, 9999)}" for _ in range(10_000))
    return next(name for name in names if name not in taken)


def _expand(app: App, command: str) -> str:
    """A first word that is a process type stands for its command; the rest is appended."""
    first, _, rest = command.partition(" ")
    entry = next((each for each in app.process_types if each.type == first), None)
    return f"{entry.command} {rest}".strip() if entry else command


def _make_attach_url(app: App, *, port: int) -> str:
    scheme = "https" if app.space else "rendezvous"
    return f"{scheme}://127.0.0.1:{port}/{secrets.token_hex(16)}{new_id().replace('-', '')}"

"""Dynos: list, one-offs, restart, stop (Platform API: dyno).

A one-off lives a scripted life: starting, up, gone after the setting `one_off_seconds` (divided by the
speed) or its
`time_to_live`, whichever is shorter. An attached one gets an `attach_url` on the rendezvous port, where
nothing listens
yet, and waits there until its life is over.
"""

from __future__ import annotations

import secrets
from random import SystemRandom
from typing import TYPE_CHECKING

from .answer import Answer, invalid, not_found
from .call import identify_app
from .clock import format_time
from .formation import find_process_type
from .lifecycle import ONE_OFF_START, choose_delay, current_step, restart_dyno, stop_dyno
from .limits import check_one_off
from .sizes import choose_size, size_named
from .world import Dyno, Step, new_id

if TYPE_CHECKING:
    from .call import Call, Settings
    from .sizes import DynoSize
    from .world import App

LONGEST_LIFE = 86_400


def describe_dyno(app: App, dyno: Dyno, *, now: float) -> dict[str, object]:
    step = current_step(dyno, now=now)
    return {
        "app": identify_app(app),
        "attach_url": dyno.attach_url,
        "command": dyno.command,
        "created_at": format_time(dyno.created_at),
        "id": dyno.id,
        "name": dyno.name,
        "release": {"id": dyno.release_id, "version": dyno.release_version},
        "size": dyno.size,
        "state": step.state,
        "type": dyno.type,
        "updated_at": format_time(step.at),
    }


def find_dyno(app: App, identity: str) -> Dyno:
    dyno = app.find_dyno(identity)
    if dyno is None:
        raise not_found("dyno")
    return dyno


def list_dynos(call: Call) -> Answer:
    app = call.app
    return Answer(
        body=[describe_dyno(app, dyno, now=call.now) for dyno in app.dynos], sortable=("id", "name")
    )


def show_dyno(call: Call) -> Answer:
    app = call.app
    return Answer(body=describe_dyno(app, find_dyno(app, call.path["dyno"]), now=call.now))


def create_dyno(call: Call) -> Answer:
    app, command = call.app, call.read_string("command")
    if not app.process_types:
        raise invalid("Cannot run one-off process at this time. Please try again later.")
    size = _choose_one_off_size(call, app)
    life = _read_life(call)
    check_one_off(app, size)
    kind = call.read_optional_string("type") or "run"
    attach = call.body.get("attach") is True
    dyno = launch_one_off(
        app,
        command=command,
        kind=kind,
        size=size.name,
        life=life,
        attach=attach,
        now=call.now,
        settings=call.settings,
    )
    return Answer(201, describe_dyno(app, dyno, now=call.now))


def launch_one_off(
    app: App,
    *,
    command: str,
    kind: str,
    size: str,
    life: float,
    attach: bool,
    now: float,
    settings: Settings,
) -> Dyno:
    """Add a one-off whose command runs for `life` seconds once it is up."""
    taken = {dyno.name for dyno in app.dynos}
    names = (f"{kind}.{SystemRandom().randint(1000, 9999)}" for _ in range(10_000))
    name = next(name for name in names if name not in taken)
    release = app.current_release
    up = now + choose_delay(ONE_OFF_START, key=name, speed=settings.speed)
    dyno = Dyno(
        name=name,
        type=kind,
        command=_expand_command(app, command),
        size=size,
        created_at=now,
        timeline=[Step(now, "starting"), Step(up, "up"), Step(up + life, "gone")],
        release_id=release.id,
        release_version=release.version,
        one_off=True,
        attach_url=_make_attach_url(app, port=settings.rendezvous_port) if attach else None,
        billed_until=now,
    )
    app.dynos.append(dyno)
    return dyno


def restart_dynos(call: Call) -> Answer:
    """All dynos of the formation; one-offs are left alone."""
    _restart(call, call.app, list(call.app.dynos))
    return Answer(202, {})


def restart_one_dyno(call: Call) -> Answer:
    app = call.app
    dyno = find_dyno(app, call.path["dyno"])
    if dyno.one_off:
        stop_dyno(dyno, now=call.now, speed=call.settings.speed)
    _restart(call, app, [dyno])
    return Answer(202, {})


def restart_process_type(call: Call) -> Answer:
    """Restart, and on the Common Runtime stop too: what is scaled comes back."""
    app = call.app
    entry = find_process_type(app, call.path["type"])
    _restart(call, app, [dyno for dyno in app.dynos if dyno.type == entry.type])
    return Answer(202, {})


def stop_process_type(call: Call) -> Answer:
    """One-offs of this kind (`run`, `scheduler`) go; the dynos of a process type start again."""
    app, kind = call.app, call.path["type"]
    one_offs = [dyno for dyno in app.dynos if dyno.one_off and dyno.type == kind]
    for dyno in one_offs:
        stop_dyno(dyno, now=call.now, speed=call.settings.speed)
    return Answer(202, {}) if one_offs else restart_process_type(call)


def _restart(call: Call, app: App, dynos: list[Dyno]) -> None:
    for dyno in dynos:
        restart_dyno(app, dyno, now=call.now, speed=call.settings.speed)


def _choose_one_off_size(call: Call, app: App) -> DynoSize:
    asked = call.body.get("size")
    if asked is not None:
        return choose_size(app, asked)
    return size_named(app.process_types[0].size)


def _read_life(call: Call) -> float:
    life = call.settings.one_off_seconds / call.settings.speed
    limit = call.body.get("time_to_live")
    if limit is None:
        return life
    if not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit <= LONGEST_LIFE:
        raise invalid(
            f"Invalid value for time_to_live: a number of seconds up to {LONGEST_LIFE} is expected."
        )
    return min(life, limit)


def _expand_command(app: App, command: str) -> str:
    """A first word that is a process type stands for its command; the rest is appended."""
    first, _, rest = command.partition(" ")
    entry = next((each for each in app.process_types if each.type == first), None)
    return f"{entry.command} {rest}".strip() if entry else command


def _make_attach_url(app: App, *, port: int) -> str:
    scheme = "https" if app.space else "rendezvous"
    return f"{scheme}://127.0.0.1:{port}/{secrets.token_hex(16)}{new_id().replace('-', '')}"

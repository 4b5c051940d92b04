"""Dynos: list, one-offs, restart, stop (Platform API: dyno).

The life of one-offs is in one_offs.py; an attached one waits for its client at the rendezvous.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .answer import Answer, invalid, not_found
from .call import identify_app
from .clock import format_time
from .formation import find_process_type
from .lifecycle import current_step, restart_dyno
from .limits import check_one_off
from .one_offs import launch_one_off, stop_one_off
from .sizes import choose_size, size_named

if TYPE_CHECKING:
    from .call import Call
    from .sizes import DynoSize
    from .world import App, Dyno

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
    limit = _read_limit(call)
    check_one_off(app, size)
    kind = call.read_optional_string("type") or "run"
    attach = call.body.get("attach") is True
    dyno = launch_one_off(
        app,
        command=command,
        kind=kind,
        size=size.name,
        attach=attach,
        now=call.now,
        settings=call.settings,
        life=call.settings.one_off_seconds / call.settings.speed,
        limit=limit,
        script=call.settings.next_script(),
    )
    call.settings.launched.append(command)
    if attach and call.rendezvous is not None and not app.space:
        has_tty = call.body.get("force_no_tty") is not True
        call.rendezvous.expect(app, dyno, env=_read_environment(call), has_tty=has_tty, limit=limit)
    elif call.executor is not None and not attach:
        call.executor.start(app, dyno, limit=limit, env=_read_environment(call))
    return Answer(201, describe_dyno(app, dyno, now=call.now))


def restart_dynos(call: Call) -> Answer:
    """All dynos of the formation; one-offs are left alone."""
    _restart(call, call.app, list(call.app.dynos))
    return Answer(202, {})


def restart_one_dyno(call: Call) -> Answer:
    app = call.app
    dyno = find_dyno(app, call.path["dyno"])
    if dyno.one_off:
        _stop(call, dyno)
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
        _stop(call, dyno)
    return Answer(202, {}) if one_offs else restart_process_type(call)


def _restart(call: Call, app: App, dynos: list[Dyno]) -> None:
    for dyno in dynos:
        restart_dyno(app, dyno, now=call.now, speed=call.settings.speed)


def _choose_one_off_size(call: Call, app: App) -> DynoSize:
    asked = call.body.get("size")
    if asked is not None:
        return choose_size(app, asked)
    return size_named(app.process_types[0].size)


def _read_limit(call: Call) -> float | None:
    limit = call.body.get("time_to_live")
    if limit is None:
        return None
    if not isinstance(limit, int) or isinstance(limit, bool) or not 0 < limit <= LONGEST_LIFE:
        raise invalid(
            f"Invalid value for time_to_live: a number of seconds up to {LONGEST_LIFE} is expected."
        )
    return float(limit)


def _read_environment(call: Call) -> dict[str, str]:
    given = call.body.get("env")
    return {str(name): str(value) for name, value in given.items()} if isinstance(given, dict) else {}


def _stop(call: Call, dyno: Dyno) -> None:
    if call.rendezvous is not None and call.rendezvous.ask_to_end(dyno):
        return
    if call.executor is None or not call.executor.stop(dyno):
        stop_one_off(dyno, now=call.now, speed=call.settings.speed)

"""The formation and its batch update (Platform API: formation)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from .answer import Answer, RefusedError, invalid, not_found
from .call import identify_app
from .clock import format_time
from .lifecycle import is_leaving, restart_dyno, start_dynos
from .limits import check_formation
from .sizes import choose_size, size_named

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .call import Call
    from .world import App, ProcessType

QUANTITY = re.compile(r"([+-]?)(\d{1,6})", re.ASCII)


def describe_process_type(app: App, entry: ProcessType) -> dict[str, object]:
    return {
        "app": identify_app(app),
        "command": entry.command,
        "created_at": format_time(entry.created_at),
        "dyno_size": {"id": size_named(entry.size).id, "name": entry.size},
        "id": entry.id,
        "quantity": entry.quantity,
        "size": entry.size,
        "type": entry.type,
        "updated_at": format_time(entry.updated_at),
    }


def find_process_type(app: App, identity: str) -> ProcessType:
    entry = app.find_process_type(identity)
    if entry is None:
        raise not_found(f"process type ({identity})")
    return entry


def list_formation(call: Call) -> Answer:
    app = call.app
    bodies = [describe_process_type(app, entry) for entry in app.process_types]
    return Answer(body=bodies, sortable=("id", "type"))


def show_process_type(call: Call) -> Answer:
    app = call.app
    return Answer(body=describe_process_type(app, find_process_type(app, call.path["type"])))


def update_formation(call: Call) -> Answer:
    """Batch update: every entry is applied, or none."""
    app, updates = call.app, call.body.get("updates")
    if not isinstance(updates, list):
        raise RefusedError(400, "bad_request", "Invalid params: updates must be an array.")
    changed = _apply_updates(call, app, updates)
    return Answer(body=[describe_process_type(app, entry) for entry in changed])


def update_process_type(call: Call) -> Answer:
    app = call.app
    entry = find_process_type(app, call.path["type"])
    _apply_updates(call, app, [{**call.body, "type": entry.type}])
    return Answer(body=describe_process_type(app, entry))


def _apply_updates(call: Call, app: App, updates: Sequence[object]) -> list[ProcessType]:
    wanted = {entry.type: replace(entry) for entry in app.process_types}
    named: list[str] = []
    for update in updates:
        if not isinstance(update, dict) or not isinstance(update.get("type"), str):
            raise invalid("Invalid params: each update needs a type.")
        entry = wanted[find_process_type(app, update["type"]).type]
        _read_update(app, entry, update)
        named.append(entry.type)
    check_formation(app, list(wanted.values()))
    for name in dict.fromkeys(named):
        _change(call, app, find_process_type(app, name), wanted[name])
    return [entry for entry in app.process_types if entry.type in named]


def _read_update(app: App, entry: ProcessType, update: dict[str, object]) -> None:
    """Write what the update asks for into `entry`, a copy of the process type it names."""
    if "quantity" in update:
        entry.quantity = read_quantity(update["quantity"], current=entry.quantity)
    asked = update.get("dyno_size", update.get("size"))
    if asked is not None:
        identity = (asked.get("name") or asked.get("id")) if isinstance(asked, dict) else asked
        entry.size = choose_size(app, identity).name


def read_quantity(value: object, *, current: int) -> int:
    """An integer, or a string of one; a string with a sign is relative to what is there."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return value
    match = QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise invalid(f"Invalid quantity: {value}")
    sign, digits = match.groups()
    quantity = current + int(sign + digits) if sign else int(digits)
    if quantity < 0:
        raise invalid(f"Invalid quantity: {value}")
    return quantity


def _change(call: Call, app: App, entry: ProcessType, wanted: ProcessType) -> None:
    """A new size restarts the type; a new quantity leaves the other dynos running."""
    resized = entry.size != wanted.size
    if resized or entry.quantity != wanted.quantity:
        entry.updated_at = call.now
    entry.quantity, entry.size = wanted.quantity, wanted.size
    start_dynos(app, entry, now=call.now, speed=call.settings.speed)
    for dyno in list(app.dynos) if resized else []:
        outdated = dyno.type == entry.type and dyno.size != entry.size
        if outdated and not is_leaving(dyno):
            restart_dyno(app, dyno, now=call.now, speed=call.settings.speed)

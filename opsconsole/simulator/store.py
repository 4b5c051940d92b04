"""The snapshot of the world in the state folder: one JSON file, readable by its owner only, replaced as a
whole.
"""

from __future__ import annotations

import json
import os
import types
from dataclasses import asdict, fields, is_dataclass
from typing import TYPE_CHECKING, Union, cast, get_args, get_origin, get_type_hints

from .world import World

if TYPE_CHECKING:
    from pathlib import Path

FORMAT = 1
"""Raised whenever an older snapshot could no longer be read as the world it was."""


class SnapshotError(Exception):
    """The state folder holds a snapshot that this version cannot read."""


class Store:
    """Keeps `simulator.json` in a folder that may hold other files."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._path = folder / "simulator.json"

    def load(self) -> World | None:
        """The world kept here, None where there is none yet. Raises SnapshotError."""
        try:
            snapshot = json.loads(self._path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except ValueError as error:
            raise SnapshotError(f"{self._path} is not a JSON file: remove it to begin anew.") from error
        if not isinstance(snapshot, dict) or snapshot.get("format") != FORMAT:
            raise SnapshotError(f"{self._path} was written by another version: remove it to begin anew.")
        return cast("World", _rebuild(World, snapshot["world"]))

    def save(self, world: World) -> None:
        """Written beside, then renamed over: a reader or a kill finds the old world or the new one."""
        beside = self._path.with_suffix(".new")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"format": FORMAT, "world": asdict(world)}, file, ensure_ascii=False)
        beside.replace(self._path)


def _rebuild(kind: object, value: object) -> object:
    """A value of the annotated type `kind` from its JSON form; only what world.py uses."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints, given = get_type_hints(kind), cast("dict[str, object]", value)
        known = {field.name: given[field.name] for field in fields(kind) if field.name in given}
        return kind(**{name: _rebuild(hints[name], each) for name, each in known.items()})
    if get_origin(kind) is list:
        return [_rebuild(get_args(kind)[0], each) for each in cast("list[object]", value)]
    if get_origin(kind) in (Union, types.UnionType) and value is not None:
        return _rebuild(get_args(kind)[0], value)
    return value

"""What a page of logs is made from: all that the app's topic holds, once Heroku's history is there or patience is over."""

import json
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from opsconsole.live.hub import Hub
from opsconsole.live.topics import Reading
from opsconsole.ops.logs.pump import topic_of
from opsconsole.ops.logs.records import Group, Record, read_groups, read_records

ENDED = frozenset({"refused", "waiting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """`state` is the last that the pump told, as it told it; `holes` are by the id of the record before them."""

    records: tuple[Record, ...]
    groups: dict[str, Group] = field(default_factory=dict)
    holes: dict[str, dict[str, Any]] = field(default_factory=dict)
    cursor: str = ""
    state: dict[str, Any] = field(default_factory=dict)
    has_history: bool = False

    @property
    def is_known(self) -> bool:
        """Whether Heroku has told what it kept: only then does « no line » mean that there is none."""
        return self.has_history or bool(self.records)


def look(hub: Hub, app_id: UUID, *, patience: float) -> Shelf:
    """Open the app's log for the moment of a page; wait `patience` seconds at most, and only for its history."""
    deadline = time.monotonic() + patience
    with hub.subscribe(topic_of(app_id)) as topic:
        shelf = _read(topic.everything())
        while not _is_ready(shelf) and (left := deadline - time.monotonic()) > 0:
            topic.wait_after(shelf.cursor, left)
            shelf = _read(topic.everything())
        return shelf


def _is_ready(shelf: Shelf) -> bool:
    return shelf.has_history or shelf.state.get("state") in ENDED


def _has_lost_its_beginning(reading: Reading) -> bool:
    """A busy log pushes out what told that its history was there."""
    return bool(reading.events) and reading.events[0].number > reading.events[0].weight


def _read(reading: Reading) -> Shelf:
    records: list[Record] = []
    groups: dict[str, Group] = {}
    holes: dict[str, dict[str, Any]] = {}
    state: dict[str, Any] = {}
    has_history = False
    for event in reading.events:
        said = json.loads(event.data)
        match said.get("kind"):
            case "lines":
                records += read_records(said)
                groups |= read_groups(said)
            case "missing" if records:
                holes[records[-1].id] = said
            case "state":
                state = said
            case "history":
                has_history = True
    return Shelf(
        records=tuple(records),
        groups=groups,
        holes=holes,
        cursor=reading.cursor,
        state=state,
        has_history=has_history or state.get("state") == "live" or _has_lost_its_beginning(reading),
    )

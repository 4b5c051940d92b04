"""What a page shows as one thing: a line that stands alone, or a group in the place of its first line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from opsconsole.ops.logs.level import Level, code_in, level_of
from opsconsole.ops.logs.records import Group, Record
from opsconsole.ops.logs.voices import kind_of


@dataclass(frozen=True)
class Item:
    """`records` are those that are kept of it; `group` knows of the others too."""

    id: str
    records: tuple[Record, ...]
    group: Group | None = None

    @property
    def first(self) -> Record:
        return self.records[0]

    @property
    def is_routine(self) -> bool:
        return self.group is not None and self.group.kind == "routine"

    @property
    def is_traceback(self) -> bool:
        return self.group is not None and self.group.kind == "traceback"

    @property
    def who(self) -> str:
        return "router" if self.is_routine else kind_of(self.first)

    @property
    def dyno(self) -> str:
        """Routine is told of all dynos together."""
        return "" if self.is_routine else self.first.dyno

    @cached_property
    def code(self) -> str:
        """The key of what explains it; a traceback is explained by its exception."""
        if self.is_routine:
            return ""
        told = self.first._replace(text=self.group.head) if self.group and self.is_traceback else self.first
        return code_in(told)

    @cached_property
    def level(self) -> Level:
        if self.is_traceback:
            return "error"
        return "" if self.is_routine else level_of(self.first, self.code)


def gather(records: Sequence[Record], groups: Mapping[str, Group]) -> list[Item]:
    """Return the items of these records, in the order of the first line of each."""
    members: dict[str, list[Record]] = {}
    for record in records:
        if record.group:
            members.setdefault(record.group, []).append(record)
    found: list[Item] = []
    for record in records:
        if not record.group:
            found.append(Item(record.id, (record,)))
        elif record.group in members:
            found.append(Item(record.group, tuple(members.pop(record.group)), groups.get(record.group)))
    return found

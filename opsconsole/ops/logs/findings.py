"""What is wrong in an app's log: one finding for each cause, with how often and since when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from opsconsole.ops.logs.explain import explanation, term
from opsconsole.ops.logs.explanations import Explanation
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.render import anchor, moment_of
from opsconsole.ops.logs.router import read_router

MOST = 6
WORST_FIRST = ("bad", "warn", "info")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`paths`: the pages concerned, the most frequent first, for what the router tells; `item` is the last one."""

    code: str
    explained: Explanation
    count: int
    since: datetime | None
    last: datetime | None
    paths: tuple[str, ...]
    item: Item

    @property
    def anchor(self) -> str:
        return f"explain-{anchor(self.code)}"

    @property
    def term(self) -> str:
        return term(self.code)

    @property
    def is_repeated(self) -> bool:
        return self.count > 1


def find(items: Iterable[Item]) -> list[Finding]:
    """Return the findings, the serious and frequent ones first."""
    causes: dict[str, list[Item]] = {}
    for item in items:
        if item.code:
            causes.setdefault(item.code, []).append(item)
    found = [finding for code, seen in causes.items() if (finding := _finding(code, seen)) is not None]
    found.sort(key=lambda each: (WORST_FIRST.index(each.explained.severity), -each.count, each.code))
    return found[:MOST]


def _finding(code: str, seen: list[Item]) -> Finding | None:
    explained = explanation(code)
    if explained is None:
        return None
    paths: dict[str, int] = {}
    for item in seen:
        line = read_router(item.first.text) if item.first.dyno == "router" else None
        if line:
            path = line.path.partition("?")[0]
            paths[path] = paths.get(path, 0) + 1
    count = sum(item.group.lines if item.group and item.group.kind == "repeat" else 1 for item in seen)
    return Finding(
        code=code,
        explained=explained,
        count=count,
        since=moment_of(seen[0].first.at),
        last=moment_of(seen[-1].first.at),
        paths=tuple(sorted(paths, key=lambda path: -paths[path])[:3]),
        item=seen[-1],
    )

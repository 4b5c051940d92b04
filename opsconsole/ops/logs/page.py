"""Which of an app's items a page shows: the newest, those before a line, or those around it."""

from collections.abc import Sequence
from dataclasses import dataclass

from opsconsole.ops.logs.filters import Filters
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.voices import Voice

SHOWN = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """`matching` counts all that the filters keep; `older` and `newer` those before and after what is shown.

    `found` tells whether the line that the address names is still kept.
    """

    items: Sequence[Item]
    matching: int
    older: int
    newer: int
    found: bool = True


def choose(items: Sequence[Item], filters: Filters, voice: Voice) -> Part:
    """Return what a page shows."""
    kept = [item for item in items if filters.keeps(item, voice)]
    start, end, found = _window(kept, items, filters)
    return Part(items=kept[start:end], matching=len(kept), older=start, newer=len(kept) - end, found=found)


def _window(kept: Sequence[Item], items: Sequence[Item], filters: Filters) -> tuple[int, int, bool]:
    if filters.around:
        at = _place(kept, items, filters.around)
        if at is None:
            return max(0, len(kept) - SHOWN), len(kept), False
        start = max(0, min(at - SHOWN // 2, len(kept) - SHOWN))
        return start, min(len(kept), start + SHOWN), True
    if filters.before:
        at = _place(kept, items, filters.before)
        end = len(kept) if at is None else at
        return max(0, end - SHOWN), end, at is not None
    return max(0, len(kept) - SHOWN), len(kept), True


def _place(kept: Sequence[Item], items: Sequence[Item], name: str) -> int | None:
    """Where a line stands among those that are kept, or would stand if the filters kept it."""
    target = next(
        (
            number
            for number, item in enumerate(items)
            if item.id == name or any(each.id == name for each in item.records)
        ),
        None,
    )
    if target is None:
        return None
    before = {id(item) for item in items[:target]}
    return sum(id(item) in before for item in kept)

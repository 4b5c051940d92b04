"""Who looks at a console now, as its holder hears it, and how far each has seen: plain rules, time passed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

GONE_AFTER: Final = 45.0  # seconds without a word; browsers are heard every twenty


@dataclass(slots=True)
class Viewer:
    """`shown`: the number of the last character that this browser has drawn; `types`: it may type, and not only watch."""

    name: str
    types: bool
    shown: int
    heard_at: float


class Viewers:
    """Browsers by the name of their connection. Times are seconds of one clock."""

    def __init__(self, *, now: float) -> None:
        self._viewers: dict[str, Viewer] = {}
        self._left_at = now

    def hear(self, message: Mapping[str, Any], *, now: float) -> bool:
        """Note what a connection says of itself; tell whether somebody came."""
        who = str(message.get("who", ""))
        known = self._viewers.get(who)
        if message.get("kind") == "left":
            self._forget(who, now=now)
            return False
        shown = int(message.get("shown", 0))
        if known is not None:
            known.heard_at, known.shown = now, max(known.shown, shown)
            return False
        self._viewers[who] = Viewer(str(message.get("name", "")), bool(message.get("types")), shown, now)
        return True

    def expire(self, *, now: float) -> None:
        for who in [who for who, viewer in self._viewers.items() if now - viewer.heard_at > GONE_AFTER]:
            self._forget(who, now=now)

    def slowest(self) -> int | None:
        """Return the number up to which everybody who types has seen, None where nobody types; who only watches may miss some."""
        return min((viewer.shown for viewer in self._viewers.values() if viewer.types), default=None)

    def alone_since(self) -> float | None:
        """Return since when nobody looks, None where somebody does."""
        return None if self._viewers else self._left_at

    def people(self) -> list[dict[str, object]]:
        """Return who is there, each once, those who may type first."""
        told = {(viewer.name, viewer.types) for viewer in self._viewers.values()}
        return [
            {"name": name, "types": types}
            for name, types in sorted(told, key=lambda each: (not each[1], each[0]))
        ]

    def _forget(self, who: str, *, now: float) -> None:
        if self._viewers.pop(who, None) is not None and not self._viewers:
            self._left_at = now

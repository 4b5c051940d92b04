"""What of a log is asked for: one value from an address and back, so that what somebody sees can be shared."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Self
from urllib.parse import urlencode

from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.render import text_of
from opsconsole.ops.logs.voices import Voice

LONGEST_SEARCH = 200
WHO = ("", "site", "jobs", "heroku", "errors")
HEROKU = frozenset({"router", "heroku"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """`without` is the text that a line must not have; `calm` leaves the routine out; `before` and `around` name a line."""

    who: str = ""
    dyno: str = ""
    q: str = ""
    without: str = ""
    calm: bool = False
    before: str = ""
    around: str = ""

    @classmethod
    def read(cls, query: Mapping[str, Any]) -> Self:
        """Return what an address asks for; what it cannot ask for is left out."""
        who = str(query.get("who", ""))
        text = {name: str(query.get(name, ""))[:LONGEST_SEARCH].strip() for name in ("q", "without")}
        names = {name: str(query.get(name, ""))[:100] for name in ("dyno", "before", "around")}
        return cls(who=who if who in WHO else "", calm=query.get("calm") == "1", **text, **names)

    def query(self, **changes: Any) -> str:
        """Return the query of an address that asks for the same, but for some changes; "" for everything."""
        asked = asdict(replace(self, **changes))
        pairs = [(name, "1" if value is True else value) for name, value in asked.items() if value]
        return f"?{urlencode(pairs)}" if pairs else ""

    @property
    def is_narrow(self) -> bool:
        """Whether some lines are left out."""
        return bool(self.who or self.dyno or self.q or self.without or self.calm)

    def keeps(self, item: Item, voice: Voice) -> bool:
        """Tell whether an item is shown; texts are looked for in what this reader may read, and nowhere else."""
        if self.calm and item.is_routine:
            return False
        if self.dyno and item.dyno != self.dyno:
            return False
        return self._keeps_speaker(item) and self._keeps_text(item, voice)

    def _keeps_speaker(self, item: Item) -> bool:
        match self.who:
            case "site":
                return item.who == "web"
            case "jobs":
                return item.who not in HEROKU | {"web"}
            case "heroku":
                return item.who in HEROKU
            case "errors":
                return item.level == "error"
        return True

    def _keeps_text(self, item: Item, voice: Voice) -> bool:
        if not (self.q or self.without):
            return True
        text = text_of(item, voice).casefold()
        return self.q.casefold() in text and not (self.without and self.without.casefold() in text)

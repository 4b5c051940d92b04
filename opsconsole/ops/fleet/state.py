"""The state of an app, derived in one place from what is known of it; nothing else decides it.

Twelve states, one disc each. A state carries facts, not words: `words.py` has the sentences.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from opsconsole import heroku
from opsconsole.ops.fleet.readings import REFUSED, Failure, Known, Reading

Name = Literal[
    "awake",
    "asleep",
    "waking",
    "falling",
    "dozing",
    "down",
    "partial",
    "maintenance",
    "empty",
    "quota",
    "unreachable",
    "denied",
]
Button = Literal["sleep", "wake", "reopen", "restart"]

TOO_OLD = timedelta(
    minutes=5
)  # nobody looked for that long: what was read then is told as such, not as what is
SILENCE = timedelta(seconds=30)  # a failed reading younger than this does not yet make Heroku silent
ONE_OFF_TYPES = frozenset({"run", "scheduler", "release"})
STANDING = frozenset({"up", "idle"})
BROKEN = frozenset({"crashed"})  # « down » is only the last moment of a dyno that was told to stop


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What somebody asked for and Heroku has not finished."""

    action: str  # one of the journal's
    by: str
    at: datetime
    target: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asleep:
    """Our own sleep: since when, whose, and whether it put the maintenance page on."""

    since: datetime | None
    by: str
    with_page: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What is true of an app now, and the one thing to do about it."""

    name: Name
    button: Button | None = None
    since: datetime | None = None
    ready: int = 0  # dynos that stand as wanted
    wanted: int = 0  # dynos that Heroku was asked for
    leaving: int = 0  # dynos that still run while the app falls asleep
    broken_types: tuple[str, ...] = ()
    site_answers: bool = False  # a visitor sees the site's own pages
    page_is_on: bool = False  # a visitor sees the maintenance page
    change: Change | None = None
    asleep: Asleep | None = None
    failure: Failure | None = None
    last: "State | None" = None  # while Heroku is silent: what was true at the last reading
    read_at: datetime | None = None

    @property
    def is_certain(self) -> bool:
        """Tell whether a button may be offered: a state that rests on an old reading offers none."""
        return self.name not in {"unreachable", "denied"}


def derive(known: Known, *, change: Change | None, asleep: Asleep | None, now: datetime) -> State:
    """Return the state of an app. `change` and `asleep` come from our own database, the rest from Heroku."""
    reading, failure = known.reading, known.failure
    if failure and failure.kind in REFUSED:
        return State(
            name="denied", failure=failure, change=change, read_at=reading.read_at if reading else None
        )
    if reading is None:
        return State(name="unreachable", failure=failure, change=change)
    state = _from_reading(reading, change=change, asleep=asleep)
    if now - reading.read_at > (SILENCE if failure else TOO_OLD):
        return State(name="unreachable", failure=failure, change=change, last=state, read_at=reading.read_at)
    return state


def _from_reading(reading: Reading, *, change: Change | None, asleep: Asleep | None) -> State:
    facts = _Facts.of(reading)
    common: dict[str, Any] = {
        "change": change,
        "read_at": reading.read_at,
        "page_is_on": reading.app.maintenance,
    }
    return (
        _without_code(facts, **common)
        or _changing(facts, asleep=asleep, **common)
        or _sleeping(facts, asleep=asleep, **common)
        or _out_of_hours(facts, **common)
        or _closed(facts, **common)
        or _broken(facts, **common)
        or _standing(facts, **common)
    )


@dataclass(frozen=True, slots=True)
class _Facts:
    """The counts from which every rule below speaks."""

    reading: Reading
    scaled: tuple[heroku.Dyno, ...]
    quantities: dict[str, int]

    @classmethod
    def of(cls, reading: Reading) -> "_Facts":
        quantities = {entry.type: entry.quantity for entry in reading.formation}
        scaled = tuple(dyno for dyno in reading.dynos if _is_scaled(dyno.type, quantities))
        return cls(reading, scaled, quantities)

    @property
    def wanted(self) -> int:
        return sum(self.quantities.values())

    @property
    def ready(self) -> int:
        return sum(min(quantity, self.standing(kind)) for kind, quantity in self.quantities.items())

    def standing(self, process_type: str) -> int:
        return sum(dyno.type == process_type and dyno.state in STANDING for dyno in self.scaled)

    @property
    def site_stands(self) -> bool:
        return self.standing("web") > 0 and not self.reading.app.maintenance

    @property
    def broken(self) -> tuple[heroku.Dyno, ...]:
        return tuple(dyno for dyno in self.scaled if dyno.state in BROKEN)

    @property
    def broken_types(self) -> tuple[str, ...]:
        """The site first: that is what visitors notice."""
        return tuple(sorted({dyno.type for dyno in self.broken}, key=lambda kind: (kind != "web", kind)))


def _is_scaled(process_type: str, quantities: dict[str, int]) -> bool:
    """A one-off dyno has a type that no Procfile knows, or one like « scheduler » that is not scaled; some Procfiles do."""
    quantity = quantities.get(process_type)
    return quantity is not None and (quantity > 0 or process_type not in ONE_OFF_TYPES)


def _without_code(facts: _Facts, **common: Any) -> State | None:
    return None if facts.quantities else _state("empty", **common)


def _changing(facts: _Facts, *, asleep: Asleep | None, change: Change | None, **common: Any) -> State | None:
    if change is None:
        return None
    if change.action == "sleep":
        leaving = sum(dyno.type in change.target for dyno in facts.scaled)
        return _state(
            "falling", change=change, leaving=leaving, asleep=asleep, site_answers=facts.site_stands, **common
        )
    if change.action == "wake":
        ready = sum(min(quantity, facts.standing(kind)) for kind, quantity in change.target.items())
        wanted = sum(change.target.values())
        return _state(
            "waking", change=change, ready=ready, wanted=wanted, site_answers=facts.site_stands, **common
        )
    return None


def _sleeping(facts: _Facts, *, asleep: Asleep | None, **common: Any) -> State | None:
    """Nobody is served when every type is at zero, or when the site's own type is, whatever else still runs."""
    site_is_closed = facts.quantities.get("web") == 0
    if facts.wanted and not site_is_closed:
        return None
    leaving = [dyno for dyno in facts.scaled if not facts.quantities.get(dyno.type)]
    if leaving:
        return _state("falling", leaving=len(leaving), asleep=asleep, **common)
    closed = [
        entry.updated_at for entry in facts.reading.formation if entry.quantity == 0 and entry.updated_at
    ]
    since = asleep.since if asleep and asleep.since else max(closed, default=None)
    return _state(
        "asleep", button="wake", since=since, asleep=asleep, wanted=facts.wanted, ready=facts.ready, **common
    )


def _out_of_hours(facts: _Facts, **common: Any) -> State | None:
    quota = facts.reading.quota
    if quota is None or quota.remaining > 0 or facts.reading.app.process_tier != "eco":
        return None
    return _state("quota", wanted=facts.wanted, **common)


def _closed(facts: _Facts, **common: Any) -> State | None:
    if not facts.reading.app.maintenance:
        return None
    return _state(
        "maintenance",
        button="reopen",
        ready=facts.ready,
        wanted=facts.wanted,
        broken_types=facts.broken_types,
        **common,
    )


def _broken(facts: _Facts, **common: Any) -> State | None:
    if not facts.broken:
        return None
    site_is_down = not facts.standing("web") and "web" in facts.broken_types
    everything_is_down = len(facts.broken) == len(facts.scaled)
    is_down = site_is_down or everything_is_down
    # What visitors notice began with the last of its dynos, what the technician notices with the first.
    moments = [dyno.updated_at for dyno in facts.broken if not site_is_down or dyno.type == "web"]
    return _state(
        "down" if is_down else "partial",
        button="restart",
        since=max(moments) if is_down else min(moments),
        broken_types=facts.broken_types,
        ready=facts.ready,
        wanted=facts.wanted,
        site_answers=facts.site_stands,
        **common,
    )


def _standing(facts: _Facts, **common: Any) -> State:
    counts: dict[str, Any] = {
        "ready": facts.ready,
        "wanted": facts.wanted,
        "site_answers": facts.site_stands,
    }
    if facts.ready < facts.wanted:
        return _state("waking", **counts, **common)
    web = [dyno for dyno in facts.scaled if dyno.type == "web"]
    if web and all(dyno.state == "idle" for dyno in web):
        return _state("dozing", button="sleep", **counts, **common)
    since = min((dyno.updated_at for dyno in web or facts.scaled), default=None)
    return _state("awake", button="sleep", since=since, **counts, **common)


def _state(name: Name, *, button: Button | None = None, change: Change | None, **facts: Any) -> State:
    """One thing at a time: while somebody's change is under way there is no button for a second one."""
    return State(name=name, button=None if change else button, change=change, **facts)

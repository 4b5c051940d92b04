"""Writes into the books what happens: each step of a dyno's life, each change of the formation, each release, with the
platform's own texts. Nothing tells it; it compares the world with what it saw the last time.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .logbook import LogBook
from .one_offs import printed_by
from .traffic import Traffic

if TYPE_CHECKING:
    from .world import App, Dyno, World

SIGTERM_STATUS = 143


@dataclass
class _Seen:
    """What was told of one dyno: which one, how many of its steps, and the state that they led to."""

    dyno_id: str
    dyno: Dyno
    told: int
    state: str
    printed: int = 0


@dataclass
class _SeenApp:
    formation: dict[str, tuple[int, str]]
    release: int
    dynos: dict[str, _Seen] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    at: float
    source: str
    dyno: str
    text: str


class LogKeeper:
    """Call `observe` before and after whatever may change the world; `traffic` is how busy the apps are (0: not at all)."""

    def __init__(self, *, traffic: float = 0.0) -> None:
        self.books: dict[str, LogBook] = defaultdict(LogBook)
        self._seen: dict[str, _SeenApp] = {}
        self._traffic = Traffic(traffic)

    def book(self, app: App) -> LogBook:
        return self.books[app.id]

    def observe(self, world: World, *, now: float, by: str = "") -> None:
        """Bring every book to `now`; `by` is who asked for what changed since."""
        for app in world.apps:
            seen = self._seen.get(app.id)
            lines: list[_Line] = []
            if seen is None:
                seen = self._seen[app.id] = _meet(app, now=now)
            else:
                lines += _tell_changes(app, seen, now=now, by=by or app.owner_email)
                lines += _tell_dynos(app, seen, now=now)
            lines += [_Line(*each) for each in self._traffic.between(app, now=now)]
            book = self.books[app.id]
            for line in sorted(lines, key=lambda each: each.at):
                book.write(line.text, at=line.at, source=line.source, dyno=line.dyno)

    def forget(self, app: App, dyno: str) -> None:
        """Tell nothing more of a dyno."""
        self._seen[app.id].dynos.pop(dyno, None)

    def next_step(self, app: App, *, now: float) -> float | None:
        """When something will happen to a dyno of its own accord, in the clock's seconds."""
        return min((step.at for dyno in app.dynos for step in dyno.timeline if step.at > now), default=None)


def _meet(app: App, *, now: float) -> _SeenApp:
    """An app seen for the first time: what it went through before is not told."""
    seen = _SeenApp(_formation_of(app), app.current_release.version)
    for dyno in app.dynos:
        past = [step for step in dyno.timeline if step.at <= now]
        if past:
            seen.dynos[dyno.name] = _Seen(dyno.id, dyno, len(past), past[-1].state)
    return seen


def _formation_of(app: App) -> dict[str, tuple[int, str]]:
    return {entry.type: (entry.quantity, entry.size) for entry in app.process_types}


def _tell_changes(app: App, seen: _SeenApp, *, now: float, by: str) -> list[_Line]:
    """What somebody asked for, as the API writes it into the app's log."""
    texts = []
    formation = _formation_of(app)
    changed = [name for name in formation if formation[name] != seen.formation.get(name)]
    if changed:
        parts = " ".join(f"{name}@{formation[name][0]}:{formation[name][1]}" for name in changed)
        texts.append(f"Scaled to {parts} by user {by}")
    seen.formation = formation
    for release in sorted(app.releases, key=lambda each: each.version):
        if release.version > seen.release:
            texts += [
                f"{release.description} by user {release.user_email}",
                f"Release v{release.version} created by user {release.user_email}",
            ]
    seen.release = app.current_release.version
    return [_Line(now, "app", "api", text) for text in texts]


def _tell_dynos(app: App, seen: _SeenApp, *, now: float) -> list[_Line]:
    lines: list[_Line] = []
    present = {dyno.name: dyno for dyno in app.dynos}
    for name, before in list(seen.dynos.items()):
        dyno = present.get(name)
        if dyno is None or dyno.id != before.dyno_id:
            # What is gone had its last steps first.
            lines += _tell_steps(before, until=min(now, dyno.created_at if dyno else now))
            if dyno is None or before.state in {"complete", "down"}:
                del seen.dynos[name]
    for name, dyno in present.items():
        known = seen.dynos.get(name)
        if known is None:
            known = seen.dynos[name] = _Seen(dyno.id, dyno, 0, "down")
        elif known.dyno_id != dyno.id:
            lines += _tell_restart(dyno, before=known.state)
            known = seen.dynos[name] = _Seen(dyno.id, dyno, 1, "starting")
        lines += _tell_steps(known, until=now)
    return lines


def _tell_restart(dyno: Dyno, *, before: str) -> list[_Line]:
    at = dyno.created_at
    texts = ["Restarting", f"State changed from {before} to starting"]
    if before in {"up", "starting"}:
        texts += ["Stopping all processes with SIGTERM", f"Process exited with status {SIGTERM_STATUS}"]
    if before == "idle":
        texts = ["Unidling", "State changed from down to starting"]
    return [_Line(at + number / 1000, "heroku", dyno.name, text) for number, text in enumerate(texts)]


def _tell_steps(seen: _Seen, *, until: float) -> list[_Line]:
    lines: list[_Line] = []
    dyno = seen.dyno
    past = [step for step in dyno.timeline if step.at <= until]
    for step in past[seen.told :]:
        texts = _texts_of(dyno, before=seen.state, after=step.state)
        lines += [
            _Line(step.at + number / 1000, "heroku", dyno.name, text) for number, text in enumerate(texts)
        ]
        seen.state = _logged(step.state, dyno)
    seen.told = max(seen.told, len(past))
    printed = [_Line(at, "app", dyno.name, text) for at, text in printed_by(dyno) if at <= until]
    lines += printed[seen.printed :]
    seen.printed = max(seen.printed, len(printed))
    return lines


def _logged(state: str, dyno: Dyno) -> str:
    if dyno.one_off and state == "down":
        return "up"  # it has been told to stop
    return ("complete" if dyno.one_off else "down") if state == "gone" else state


def _texts_of(dyno: Dyno, *, before: str, after: str) -> list[str]:
    change = f"State changed from {before} to {after}"
    starting = f"Starting process with command `{dyno.command}`"
    if before in {"complete", "down"} and after == "gone":
        return []
    match after:
        case "starting" if dyno.one_off:
            return ["Awaiting client"] if dyno.attach_url else []
        case "up" if dyno.one_off:
            return [starting, "State changed from starting to up"]
        case "up":
            return [starting, change]
        case "crashed":
            begun = [starting] if before == "starting" else []
            return [*begun, "Process exited with status 1", change]
        case "down" if dyno.one_off:
            return ["Stopping all processes with SIGTERM"]
        case "down":
            status = "Stopping all processes with SIGTERM", f"Process exited with status {SIGTERM_STATUS}"
            return [*status, change]
        case "idle":
            return ["Idling", "Stopping all processes with SIGTERM", "State changed from up to down"]
        case "gone" if dyno.one_off:
            return [
                f"Process exited with status {dyno.exit_status}",
                f"State changed from {before} to complete",
            ]
        case "gone":
            return [f"State changed from {before} to down"]
    return [change]

"""Phrases that an administrator keeps ready for those who type in a console: a name, and the line that it stands for."""

from datetime import datetime

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.console.models import Phrases
from opsconsole.ops.journal.change import Intent, noted
from opsconsole.ops.journal.models import Action

SEPARATOR = " : "


class PhraseError(ValueError):
    """A line that is not « name : line »; `number` counts from 1."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


def read(text: str) -> list[tuple[str, str]]:
    """Return (name, line) of each « name : line », a line each. Raises PhraseError."""
    found = []
    for number, row in enumerate(text.splitlines(), start=1):
        if not row.strip():
            continue
        name, separator, line = row.replace("\u00a0", " ").partition(SEPARATOR)  # as French is typed
        if not separator or not name.strip() or not line.strip():
            raise PhraseError(number)
        found.append((name.strip(), line.strip()))
    return found


def phrases_of(kind: str) -> list[tuple[str, str]]:
    kept = Phrases.objects.filter(kind=kind).first()
    return read(kept.text) if kept else []


def kept() -> dict[str, str]:
    return dict(Phrases.objects.values_list("kind", "text"))


def write(actor: Actor, *, texts: dict[str, str], now: datetime) -> None:
    """Keep these phrases, by kind of console. Raises RefusedError, PhraseError, and NothingToDoError."""
    before = kept()
    changed = {kind: text for kind, text in texts.items() if text != before.get(kind, "")}
    for text in changed.values():
        read(text)
    if not changed:
        raise NothingToDoError
    intent = Intent(
        action=Action.PHRASES, before={kind: before.get(kind, "") for kind in changed}, after=changed
    )
    with noted(actor, Right.COMMANDS, intent=intent, now=now):
        for kind, text in changed.items():
            Phrases.objects.update_or_create(kind=kind, defaults={"text": text})

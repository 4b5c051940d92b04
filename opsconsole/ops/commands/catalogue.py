"""Write the catalogue: every change of a command is in the journal, and makes another version of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.commands.models import Command
from opsconsole.ops.journal.change import Intent, noted
from opsconsole.ops.journal.models import Action

FIELDS: Final = (
    *("title", "purpose", "when", "template", "parameters", "size", "time_to_live", "risk", "profile"),
    *(
        "apps",
        "alone",
        "interactive",
        "confirmation",
        "success",
        "failure",
        "failures",
        "enabled",
        "position",
    ),
)


def described(command: Command) -> dict[str, Any]:
    """Return what can be written of a command, as JSON."""
    return {name: getattr(command, name) for name in FIELDS}


def write(*, actor: Actor, command: Command | None, values: Mapping[str, Any], now: datetime) -> Command:
    """Add a command, or change one: it then is another version. Raises RefusedError, NothingToDoError."""
    before = described(command) if command else {}
    wanted = {**before, **values}
    changed = {name: value for name, value in wanted.items() if before.get(name) != value}
    title = str(wanted.get("title", ""))
    intent = Intent(
        action=Action.WRITE_COMMAND,
        before={name: before[name] for name in changed if name in before},
        after={"title": title, **changed} if command else {"title": title, "template": wanted["template"]},
    )
    with noted(actor, Right.COMMANDS, intent=intent, now=now):
        if command is None:
            return Command.objects.create(**wanted, changed_at=now, changed_by=actor.name)
        if not changed:
            raise NothingToDoError
        for name, value in changed.items():
            setattr(command, name, value)
        # To switch it on or off, or to move it, leaves what it does, and its words, as they are.
        if set(changed) - {"enabled", "position"}:
            command.version += 1
        command.changed_at, command.changed_by = now, actor.name
        command.save()
        return command


def delete(*, actor: Actor, command: Command, now: datetime) -> None:
    """Remove a command; its runs keep it as it was. Raises RefusedError."""
    before = {"template": command.template}
    intent = Intent(action=Action.DELETE_COMMAND, before=before, after={"title": command.title})
    with noted(actor, Right.COMMANDS, intent=intent, now=now):
        command.delete()

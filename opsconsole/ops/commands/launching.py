"""Launch a command of the catalogue with its values, or a line that somebody wrote."""

import uuid
from collections.abc import Mapping
from typing import Final

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.changes.guards import Own
from opsconsole.ops.commands.models import Command
from opsconsole.ops.commands.parameters import from_json
from opsconsole.ops.commands.template import render
from opsconsole.ops.commands.who import may_launch
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, refuse
from opsconsole.ops.journal.models import Action
from opsconsole.ops.oneoffs.launch import Order, launch
from opsconsole.ops.oneoffs.models import Run
from opsconsole.ops.printed.masking import masked

LONGEST_TITLE: Final = 120


def launch_command(
    fleet: Fleet,
    *,
    actor: Actor,
    app: App,
    command: Command,
    values: Mapping[str, str],
    key: uuid.UUID,
    own: Own,
) -> Run:
    """Launch a command with the values of its parameters, as its form's fields cleaned them.

    Raises RefusedError, AlreadyLaunchedError, ParameterError, LineError.
    """
    if not may_launch(actor, command, app):
        intent = Intent(action=Action.RUN, subject=subject_of(app), after={"title": command.title})
        refuse(actor, intent=intent, reason="right", now=fleet.now())
    parameters = [from_json(each) for each in command.parameters]
    order = Order(
        title=command.title,
        line=render(command.template, parameters, values),
        size=command.size,
        time_to_live=command.time_to_live,
        alone=str(command.id) if command.alone else "",
        command_id=str(command.id),
        command=command.as_it_is(),
        values=dict(values),
    )
    return launch(fleet, actor=actor, right=Right.RUN, app=app, order=order, key=key, own=own)


def launch_line(
    fleet: Fleet,
    *,
    actor: Actor,
    app: App,
    line: str,
    size: str,
    time_to_live: int,
    key: uuid.UUID,
    own: Own,
) -> Run:
    """Launch a line that an administrator wrote. Raises RefusedError, AlreadyLaunchedError, LineError."""
    shown = masked(line)
    title = shown if len(shown) <= LONGEST_TITLE else f"{shown[: LONGEST_TITLE - 1]}…"
    order = Order(title=title, line=line, size=size, time_to_live=time_to_live)
    return launch(fleet, actor=actor, right=Right.FREE_COMMAND, app=app, order=order, key=key, own=own)

"""Read what a console printed: noted in the journal, then given as an asciicast (version 2 of asciinema's format)."""

import json
from collections.abc import Iterator

from django.utils.translation import gettext as _

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.console.models import Console
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import Intent, Subject, noted
from opsconsole.ops.journal.models import Action


def read_recording(fleet: Fleet, *, actor: Actor, console: Console) -> Iterator[str]:
    """Note that somebody reads it, and return its lines: the head, then `[seconds, "o", text]`. Raises RefusedError."""
    run = console.run
    intent = Intent(
        action=Action.READ_RECORDING,
        subject=Subject(app_id=str(run.app_id), app_name=run.app_name, app_title=run.app_title),
        after={"person": run.actor_name, "console": str(run.pk)},
    )
    with noted(actor, Right.RECORDINGS, intent=intent, now=fleet.now()):
        pass
    return _lines(console, cut=_("[Enregistrement coupé ici : la suite n’a pas été gardée.]"))


def _lines(console: Console, *, cut: str) -> Iterator[str]:
    yield json.dumps(_head(console)) + "\n"
    last = 0.0
    for events in console.recorded.order_by("number").values_list("events", flat=True).iterator():
        yield events
        last = float(json.loads(events.rstrip("\n").rpartition("\n")[2])[0])
    if console.is_cut:
        yield json.dumps([last, "o", f"\r\n\x1b[0m{cut}\r\n"]) + "\n"


def _head(console: Console) -> dict[str, object]:
    run = console.run
    return {
        "version": 2,
        "width": console.columns,
        "height": console.rows,
        "timestamp": int((run.up_at or run.asked_at).timestamp()),
        "title": f"{run.app_name} {run.line} {run.actor_name}",
        "env": {"TERM": "xterm-256color"},
    }

"""Close a console: whoever opened it, or whoever looks after the people; its holder does the rest."""

from django.db import transaction

from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import Intent, Subject, begin, conclude, require
from opsconsole.ops.journal.models import Action, Kind
from opsconsole.ops.oneoffs.models import ACTIVE, Run
from opsconsole.ops.oneoffs.topics import tell


def close_console(fleet: Fleet, *, actor: Actor, run: Run) -> None:
    """Ask for the end of a console. Raises RefusedError, and NothingToDoError where it is over or ends already."""
    subject = Subject(app_id=str(run.app_id), app_name=run.app_name, app_title=run.app_title)
    intent = Intent(
        action=Action.CLOSE_CONSOLE,
        subject=subject,
        after={"title": run.title, "dyno": run.dyno_name, "person": run.actor_name},
        command_line=f"heroku ps:stop -d {run.dyno_name} -a {run.app_name}" if run.dyno_name else "",
    )
    now = fleet.now()
    require(actor, Right.CONSOLE, intent=intent, now=now)
    asked = Run.objects.filter(id=run.id, state__in=ACTIVE, stop_entry_id=None)
    with transaction.atomic(durable=True):
        entry = begin(actor, intent=intent, now=now)
        is_ours = asked.update(stop_entry_id=entry.id, stop_by=actor.name, stop_asked_at=now, changed_at=now)
        if not is_ours:
            conclude(entry.id, kind=Kind.FAILED, reason="already_over", now=now)
    tell(run.app_id)
    if not is_ours:
        raise NothingToDoError

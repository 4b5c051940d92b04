"""Ask Heroku to end a run. Asking twice harms nothing; that it is over is said when it is seen."""

from typing import Final
from uuid import UUID

from django.db import transaction

from opsconsole import heroku
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.changes.following import why_not
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.journal.change import Intent, Subject, begin, conclude, detail_of, require
from opsconsole.ops.journal.models import Action, Kind
from opsconsole.ops.oneoffs.models import ACTIVE, Run
from opsconsole.ops.oneoffs.topics import tell

STOP_TOTAL: Final = 8.0  # seconds that a page waits for Heroku's answer


def stop(fleet: Fleet, *, actor: Actor, run: Run) -> None:
    """Ask for the end of a run that has a dyno; its follower concludes.

    Raises RefusedError, NothingToDoError (over, or no dyno yet), HerokuError (surely not stopped).
    """
    subject = Subject(app_id=str(run.app_id), app_name=run.app_name, app_title=run.app_title)
    intent = Intent(
        action=Action.STOP_RUN,
        subject=subject,
        after={"title": run.title, "dyno": run.dyno_name},
        command_line=f"heroku ps:stop -d {run.dyno_name} -a {run.app_name}",
    )
    require(actor, Right.RUN, intent=intent, now=fleet.now())
    if not run.is_active or not run.dyno_name:
        raise NothingToDoError
    entry_id = _note(fleet, actor=actor, run=run, intent=intent)
    tell(run.app_id)
    if entry_id is None:
        raise NothingToDoError
    try:
        fleet.client.dynos.stop(str(run.app_id), run.dyno_name, total=STOP_TOTAL)
    except heroku.NotFoundError:
        return  # it ended by itself; its follower will say how
    except heroku.HerokuError as error:
        if error.outcome == "unknown":
            conclude(entry_id, kind=Kind.UNKNOWN, reason="lost", now=fleet.now(), detail=detail_of(error))
            return
        with transaction.atomic(durable=True):
            Run.objects.filter(id=run.id, stop_entry_id=entry_id).update(
                stop_entry_id=None, stop_by="", stop_asked_at=None, changed_at=fleet.now()
            )
            conclude(
                entry_id, kind=Kind.FAILED, reason=why_not(error), now=fleet.now(), detail=detail_of(error)
            )
        raise


def _note(fleet: Fleet, *, actor: Actor, run: Run, intent: Intent) -> UUID | None:
    """Write down who asks; None where the run has ended meanwhile, or somebody else was quicker."""
    now = fleet.now()
    asked = Run.objects.filter(id=run.id, state__in=ACTIVE, stop_entry_id=None)
    with transaction.atomic(durable=True):
        entry = begin(actor, intent=intent, now=now)
        if asked.update(stop_entry_id=entry.id, stop_by=actor.name, stop_asked_at=now, changed_at=now):
            return entry.id
        conclude(entry.id, kind=Kind.FAILED, reason="already_over", now=now)
    return None

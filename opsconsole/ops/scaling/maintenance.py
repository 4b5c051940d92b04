"""The maintenance page of an app: on before a sleep, off after a wake, off when somebody reopens the app."""

import logging

from django.conf import settings

from opsconsole import heroku
from opsconsole.ops.changes.following import Following, why_not
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.journal.models import Kind
from opsconsole.ops.scaling import memory

logger = logging.getLogger(__name__)


def set_page(following: Following, *, on: bool) -> bool:
    """Switch the page as a part of a sleep or a wake and tell whether it is as asked; a lost answer is read back once."""
    following.lease.renew(now=following.fleet.now())
    try:
        app: heroku.App | None = _switch(following, on=on)
    except heroku.HerokuError as error:
        logger.warning("maintenance of %s: %s", following.name, error)
        app = following.read(lambda: _read(following)) if error.outcome == "unknown" else None
    is_as_asked = app is not None and app.maintenance == on
    following.step(("page_on" if on else "page_off") if is_as_asked else "page_failed")
    return is_as_asked


def reopen(following: Following, change: ChangeInProgress, *, resumed: bool) -> None:
    """Follow a reopening to its end: sent once, read back where it is not known whether Heroku did it."""
    if not resumed:
        _send(following)
    elif not any(step["code"] == "accepted" for step in change.steps):
        following.note_interruption()
    if not following.comes_true(lambda: _read(following), lambda app: not app.maintenance):
        following.end(Kind.FAILED, "not_applied")
    following.end(Kind.DONE, detail=following.proof(), also=lambda: memory.forget_page(change.app_id))


def _send(following: Following) -> None:
    now = following.fleet.now()
    following.lease.renew(now=now, sent_at=now)
    try:
        _switch(following, on=False)
    except heroku.HerokuError as error:
        if error.outcome != "unknown":
            following.end(Kind.FAILED, why_not(error), error=error)
        following.note(Kind.UNKNOWN, "lost", error=error)
        following.step("lost")
    else:
        following.step("accepted")


def _switch(following: Following, *, on: bool) -> heroku.App:
    app = following.client.apps.set_maintenance(
        following.name, on=on, total=settings.SCALING_CALL_SECONDS
    ).value
    following.fleet.learn(following.lease.app_id, app=app)
    return app


def _read(following: Following) -> heroku.App:
    app = following.client.apps.get(following.name)
    following.fleet.learn(following.lease.app_id, app=app)
    return app

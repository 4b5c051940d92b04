"""Masked parts shown in clear, for five minutes, to somebody who has the right and whose request is in the journal."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase

from opsconsole.ops.access.models import User
from opsconsole.ops.access.rights import Actor, Right, may
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, Subject, noted
from opsconsole.ops.journal.models import Action

LASTS = timedelta(minutes=5)
KEY = "logs-in-clear"


def reveal(session: SessionBase, *, actor: Actor, app: App, now: datetime) -> datetime:
    """Show an app's log in clear from now on, and return until when. Raises RefusedError."""
    until = now + LASTS
    subject = Subject(app_id=str(app.pk), app_name=app.name, app_title=app.title)
    intent = Intent(action=Action.REVEAL_LOGS, subject=subject, after={"until": until.isoformat()})
    with noted(actor, Right.REVEAL, intent=intent, now=now):
        session[KEY] = {**session.get(KEY, {}), str(app.pk): until.timestamp()}
    return until


def hide(session: SessionBase, *, app: App) -> None:
    """Mask again."""
    kept = {name: until for name, until in session.get(KEY, {}).items() if name != str(app.pk)}
    session[KEY] = kept


def clear_until(session: Mapping[str, Any] | SessionBase, app_id: str) -> float:
    """Return the moment until which an app's log is shown in clear, in seconds since 1970; 0 for never."""
    until = session.get(KEY, {}).get(app_id, 0)
    return float(until) if isinstance(until, int | float) else 0.0


def is_clear(session: Mapping[str, Any] | SessionBase, app_id: str, *, person: User, now: float) -> bool:
    """Tell whether this person reads an app's log in clear now; the right may have been taken back meanwhile."""
    return clear_until(session, app_id) > now and may(person, Right.REVEAL, app_id)

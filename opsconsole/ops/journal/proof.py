"""The line that says, on an app's page, how the last change ended."""

from datetime import datetime, timedelta, tzinfo
from typing import Any

from django.utils.translation import gettext as _

from opsconsole.ops.journal.lines import left_out, more
from opsconsole.ops.journal.models import AT_HEROKU, Action, Entry, Kind, Outcome
from opsconsole.ops.journal.search import Filters, find
from opsconsole.ops.ui.dates import duration, exact_clock

SHOWN_FOR = timedelta(minutes=10)


def proof_of(app_id: str, *, now: datetime, zone: tzinfo) -> dict[str, Any] | None:
    """Return a notice (kind, action, text, at) about the last change of an app, None when it is too old to be news.

    A gesture that the console refused changed nothing: it hides no change before it.
    """
    changes = find(Filters(app_id=app_id)).filter(action__in=AT_HEROKU)
    for entry in changes.exclude(outcomes__kind=Kind.REFUSED)[:1]:
        last = list(entry.outcomes.all())[-1:]
        if last and now - last[0].at < SHOWN_FOR:
            return _notice(entry, last[0], zone=zone)
    return None


def _notice(entry: Entry, last: Outcome, *, zone: tzinfo) -> dict[str, Any]:
    if last.kind == Kind.DONE:
        text = _done(entry, last, zone=zone)
        said = (text, more(last), left_out(entry, last))
        return {
            "kind": "ok",
            "action": entry.action,
            "text": " ".join(part for part in said if part),
            "at": last.at,
        }
    kind = "warn" if last.kind == Kind.UNKNOWN else "bad"
    return {"kind": kind, "action": entry.action, "text": more(last), "at": last.at}


def _done(entry: Entry, last: Outcome, *, zone: tzinfo) -> str:
    values = {
        "app": entry.app_title,
        "clock": exact_clock(last.at.astimezone(zone)),
        "time": duration(last.detail.get("seconds", 0)),
    }
    as_before = not entry.after.get("left_out") and not entry.after.get("chosen")
    return {
        Action.SLEEP: _("%(app)s est en veille depuis %(clock)s. Heroku l’a confirmé en %(time)s."),
        Action.WAKE: _(
            "%(app)s est réveillé depuis %(clock)s, comme avant. Tout était en marche en %(time)s."
        )
        if as_before
        else _("%(app)s est réveillé depuis %(clock)s. Tout était en marche en %(time)s."),
        Action.REOPEN: _("%(app)s est rouvert aux visiteurs depuis %(clock)s."),
        Action.RESTART: _("Redémarré : tout est de nouveau en marche depuis %(clock)s, en %(time)s."),
        Action.SCALE: _("%(app)s a sa nouvelle taille depuis %(clock)s. Tout était en marche en %(time)s."),
        Action.STOP: _("La copie temporaire est arrêtée depuis %(clock)s."),
    }[Action(entry.action)] % values

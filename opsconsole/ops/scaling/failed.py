"""The last change of size that did not happen, for the page where it was asked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.models import AT_HEROKU, Action, Kind
from opsconsole.ops.journal.search import Filters, find
from opsconsole.ops.scaling.plan import Scaled, from_json

SHOWN_FOR = timedelta(minutes=10)
NOTHING_CHANGED = frozenset({"heroku_refused", "not_sent", "not_applied"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """What was asked for in vain, why in French, and what Heroku itself said."""

    wanted: tuple[Scaled, ...]
    before: tuple[Scaled, ...]
    sentence: str
    by_heroku: bool
    message: str
    request_id: str
    at: datetime

    def concerned(self, entry: Scaled) -> str:
        """Return the field that a refusal of this type concerns: its size where that was to change."""
        there = next((before for before in self.before if before.type == entry.type), entry)
        return "quantity" if there.size == entry.size else "size"


def last_failed(app_id: str, *, now: datetime) -> Failed | None:
    """Return the last change of this app, where it is a change of size of a moment ago that had no effect."""
    changes = find(Filters(app_id=app_id)).filter(action__in=AT_HEROKU)
    entry = changes.exclude(outcomes__kind=Kind.REFUSED).first()
    last = list(entry.outcomes.all())[-1:] if entry else []
    if entry is None or entry.action != Action.SCALE or not last or last[0].kind != Kind.FAILED:
        return None
    outcome = last[0]
    if outcome.reason not in NOTHING_CHANGED or now - outcome.at >= SHOWN_FOR:
        return None
    by_heroku = outcome.reason == "heroku_refused"
    said = reasons.heroku_said(outcome.detail) if by_heroku else ""
    return Failed(
        wanted=from_json(entry.after["formation"]),
        before=from_json(entry.before["formation"]),
        sentence=said or (_("Heroku a refusé ces choix.") if by_heroku else reasons.sentence(outcome.reason)),
        by_heroku=by_heroku,
        message=str(outcome.detail.get("message") or "") if by_heroku else "",
        request_id=outcome.request_id,
        at=outcome.at,
    )

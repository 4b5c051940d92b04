"""A restart or a stop under way, told step by step; nothing is told as done before Heroku confirmed it."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.changes.lease import under_way
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.changes.steps import Step, told
from opsconsole.ops.dynos.judge import Mark, unmoved
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import STANDING
from opsconsole.ops.fleet.words import Names, dyno_name
from opsconsole.ops.journal.models import Action


def progress(app: App, *, reading: Reading | None) -> dict[str, object] | None:
    """Return what the app page shows of a restart or a stop under way, None when there is none."""
    change = under_way(app.heroku_id)
    if change is None or change.action not in {Action.RESTART, Action.STOP}:
        return None
    marks, names = change.target["dynos"], app.process_names()
    steps = [told(step, name=_called(step.get("dyno", ""), marks, names)) for step in change.steps]
    is_sent = any(step["code"] in {"accepted", "found"} for step in change.steps)
    dynos = reading.dynos if reading else ()
    return {
        "action": change.action,
        "by": change.actor_name,
        "at": change.started_at,
        "usual": _("D’habitude, tout est prêt en une minute.") if change.action == Action.RESTART else "",
        "parts": [],
        "steps": [*steps, *(_going_on(change, dynos, names) if is_sent else [_waiting(change)])],
    }


def _called(name: str, marks: Iterable[Mark], names: Names) -> str:
    kinds = [mark["type"] for mark in marks]
    kind = next((mark["type"] for mark in marks if mark["name"] == name), kinds[0])
    return dyno_name(name, kind, many=True, names=names)


def _waiting(change: ChangeInProgress) -> Step:
    return _now(_("Nous attendons la réponse de Heroku"), at=change.started_at)


def _going_on(change: ChangeInProgress, dynos: Iterable[heroku.Dyno], names: Names) -> list[Step]:
    marks = change.target["dynos"]
    still = set(unmoved(dynos, marks=marks))
    told_up = {step["dyno"] for step in change.steps if step["code"] == "up"}
    ours = [dyno for dyno in dynos if dyno.id not in change.target["others"] and dyno.name not in told_up]
    return [
        _now(
            (_("%(name)s : arrêt en cours") if dyno.name in still else _("%(name)s : démarrage en cours"))
            % {"name": _called(dyno.name, marks, names)},
            detail=dyno.name,
            at=dyno.updated_at,
        )
        for dyno in sorted(ours, key=lambda dyno: dyno.name)
        if dyno.name in still or dyno.state not in STANDING
    ]


def _now(text: str, *, at: object, detail: str = "") -> Step:
    return {"kind": "now", "text": text, "detail": detail, "is_mono": True, "at": at}

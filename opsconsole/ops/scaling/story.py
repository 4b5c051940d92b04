"""The progress of a change, told step by step; nothing is told as done before Heroku confirmed it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.changes.lease import under_way
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import STANDING
from opsconsole.ops.fleet.words import Names, dyno_name, dyno_state, process_name, rank
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.plan import Scaled, from_json
from opsconsole.ops.scaling.sheet import formation_in_words

Step = dict[str, Any]


def progress(app: App, *, reading: Reading | None) -> dict[str, Any] | None:
    """Return what the app page shows of a sleep, a wake or a change of size under way, None when there is none."""
    change = under_way(app.heroku_id)
    if change is None or change.action in {Action.RESTART, Action.STOP}:
        return None
    target = from_json(change.target["updates"])
    dynos = reading.dynos if reading else ()
    names = app.process_names()
    return {
        "action": change.action,
        "by": change.actor_name,
        "at": change.started_at,
        "usual": _usual(change),
        "parts": _parts(target, dynos, names) if change.action == Action.WAKE else [],
        "steps": [*_done(change, target, names), *_now(change, target, dynos, names), *_next(change)],
    }


def _usual(change: ChangeInProgress) -> str:
    if change.action == Action.SLEEP:
        return _("D’habitude, tout est arrêté en 30 s.")
    if change.action == Action.SCALE:
        return _("D’habitude, tout tourne dans sa nouvelle taille en une minute.")
    return _("D’habitude, tout est prêt en une minute.") if change.action == Action.WAKE else ""


def _done(change: ChangeInProgress, target: tuple[Scaled, ...], names: Names) -> list[Step]:
    return [_told(step, change=change, target=target, names=names) for step in change.steps]


def _told(
    step: dict[str, str], *, change: ChangeInProgress, target: tuple[Scaled, ...], names: Names
) -> Step:
    texts = {
        "noted": _("Demande notée au journal"),
        "page_on": _("Les visiteurs lisent une page d’attente"),
        "page_off": _("La page d’attente est retirée"),
        "page_failed": _("La page d’attente n’a pas pu être changée"),
        "accepted": _("Heroku a accepté"),
        "found": _("Heroku a bien fait ce qui était demandé : vérifié"),
        "lost": _("Heroku n’a pas répondu : la console vérifie"),
        "up": _("%(name)s : en marche") % {"name": _name_told(step, target, names)},
    }
    failed = step["code"] in {"lost", "page_failed"}
    detail, is_mono = step.get("dyno", ""), True
    if step["code"] == "accepted" and change.action in {Action.WAKE, Action.SCALE}:
        detail, is_mono = formation_in_words(target, names), False
    return {
        "kind": "failed" if failed else "done",
        "text": texts.get(step["code"], step["code"]),
        "detail": detail,
        "is_mono": is_mono,
        "at": parse_datetime(step["at"]),
    }


def _name_told(step: dict[str, str], target: tuple[Scaled, ...], names: Names) -> str:
    kind = step.get("type", "")
    many = any(entry.type == kind and entry.quantity > 1 for entry in target)
    return dyno_name(step.get("dyno", ""), kind, many=many, names=names)


def _now(
    change: ChangeInProgress, target: tuple[Scaled, ...], dynos: Iterable[heroku.Dyno], names: Names
) -> list[Step]:
    codes = {step["code"] for step in change.steps}
    if not codes & {"accepted", "found"}:
        return [_going_on(_("Nous attendons la réponse de Heroku"), since=change.started_at)]
    types = {entry.type for entry in target}
    ours = sorted(
        (dyno for dyno in dynos if dyno.type in types), key=lambda dyno: (rank(dyno.type, names), dyno.name)
    )
    if change.action == Action.SLEEP:
        return [
            _going_on(_("%(name)s : arrêt en cours") % {"name": _name(dyno, ours, names)}, detail=dyno.name)
            for dyno in ours
        ]
    return [
        _going_on(
            _("%(name)s : %(state)s") % {"name": _name(dyno, ours, names), "state": _state_of(dyno)},
            detail=dyno.name,
            since=dyno.updated_at,
        )
        for dyno in ours
        if dyno.state not in STANDING
    ]


def _state_of(dyno: heroku.Dyno) -> str:
    # A noun: the name before it may be a plural, « Les tâches de fond ».
    return _("démarrage en cours") if dyno.state == "starting" else dyno_state(dyno.state).lower()


def _going_on(text: str, *, detail: str = "", since: datetime | None = None) -> Step:
    return {"kind": "now", "text": text, "detail": detail, "is_mono": True, "at": since}


def _next(change: ChangeInProgress) -> list[Step]:
    if change.action == Action.SLEEP:
        text = _("Plus aucun dyno : la veille est confirmée")
    elif change.action == Action.SCALE:
        text = _("Tous les dynos, et pas un de plus, dans la taille demandée")
    elif change.action == Action.WAKE and change.target["page"]:
        text = _("La page d’attente sera retirée")
    else:
        return []
    return [{"kind": "next", "text": text, "detail": "", "is_mono": False, "at": None}]


def _parts(target: tuple[Scaled, ...], dynos: Iterable[heroku.Dyno], names: Names) -> list[Step]:
    """One bar for each dyno that was asked for, in the order of their numbers."""
    parts: list[Step] = []
    for entry in sorted(target, key=lambda entry: rank(entry.type, names)):
        ours = sorted((dyno for dyno in dynos if dyno.type == entry.type), key=lambda dyno: dyno.name)
        for index in range(entry.quantity):
            name = process_name(entry.type, names) + (f" {index + 1}" if entry.quantity > 1 else "")
            parts.append(_part(name, ours[index] if index < len(ours) else None))
    return parts


def _part(name: str, dyno: heroku.Dyno | None) -> Step:
    if dyno is None:
        return {"name": name, "kind": "next", "text": _("Pas encore là"), "since": None}
    if dyno.state in STANDING:
        return {"name": name, "kind": "done", "text": dyno_state(dyno.state), "since": None}
    return {
        "name": name,
        "kind": "now",
        "text": _("%(state)s depuis") % {"state": dyno_state(dyno.state)},
        "since": dyno.updated_at,
    }


def _name(dyno: heroku.Dyno, among: Iterable[heroku.Dyno], names: Names) -> str:
    many = sum(other.type == dyno.type for other in among) > 1
    return dyno_name(dyno.name, dyno.type, many=many, names=names)

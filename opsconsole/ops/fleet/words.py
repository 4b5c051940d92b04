"""A state in words: one sentence, what a visitor of the site sees meanwhile, one word for the badge.

French is the source; English comes through gettext. Process types get the names by which people know them.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.fleet.state import State
from opsconsole.ops.ui.dates import since_in_words

Names = Mapping[str, str]
"""What the technician calls the process types of one app, in the order of lists: see `App.process_names`."""

NO_NAMES: Final[Names] = {}


def process_name(process_type: str, names: Names = NO_NAMES) -> str:
    """Return what the technician calls it, else « Le site », « Les tâches de fond », else Heroku's own word."""
    return names.get(process_type) or _usual_name(process_type)


def _usual_name(process_type: str) -> str:
    usual = {
        "web": _("Le site"),
        "worker": _("Les tâches de fond"),
        "clock": _("L’horloge"),
        "beat": _("L’horloge"),
        "run": _("Copie temporaire"),
        "scheduler": _("Tâche planifiée"),
        "release": _("Mise en service"),
    }
    return usual.get(process_type, process_type)


def rank(process_type: str, names: Names = NO_NAMES) -> tuple[int, int]:
    """Sort process types as the technician does; the site comes first where nobody said otherwise, new types last."""
    if process_type in names:
        return 1, list(names).index(process_type)
    return 0 if process_type == "web" else 2, 0


def dyno_name(name: str, process_type: str, *, many: bool, names: Names = NO_NAMES) -> str:
    """« Le site 2 » where a type has several dynos, « Le site » where it has one; a Fir dyno has no number."""
    number = re.search(r"\.(\d+)$", name)
    called = process_name(process_type, names)
    return f"{called} {number.group(1)}" if many and number else called


def badge(state: State) -> str:
    """One word or two, never shown without its disc nor the disc without it."""
    return {
        "awake": _("Éveillé"),
        "asleep": _("En veille"),
        "waking": _waking_word(state),
        "falling": _("S’endort"),
        "dozing": _("Assoupi"),
        "down": _("En panne"),
        "partial": _("En partie en panne"),
        "maintenance": _("En maintenance"),
        "empty": _("Rien de déployé"),
        "quota": _("Heures épuisées"),
        "unreachable": _("Sans nouvelles") if state.failure else _("Lecture en cours"),
        "denied": _("Accès refusé"),
    }[state.name]


def sentence(  # noqa: PLR0912 -- a case for each state
    state: State, *, now: datetime, zone: tzinfo, names: Names = NO_NAMES
) -> str:
    """Return the page's one sentence."""
    since = since_in_words(state.since, now=now, zone=zone) if state.since else ""
    match state.name:
        case "awake":
            return _("Tout va bien.")
        case "asleep" if not since:
            return _("En veille.")
        case "asleep":
            return _("En veille depuis %(since)s.") % {"since": since}
        case "waking":
            return _waking(state)
        case "falling":
            return _falling(state)
        case "dozing":
            return _("Assoupi, se réveille à la première visite.")
        case "down":
            return _("En panne depuis %(since)s.") % {"since": since}
        case "partial":
            return _("Partiellement en panne : %(types)s.") % {"types": several(state.broken_types, names)}
        case "maintenance":
            return _("En maintenance.")
        case "empty":
            return _("Rien n’est encore déployé.")
        case "quota":
            return _("Quota Eco épuisé jusqu’au 1er du mois prochain.")
        case "unreachable":
            return _unreachable(state)
        case _:
            return _denied(state)


def several(process_types: Iterable[str], names: Names = NO_NAMES) -> str:
    """« le site, les courriels », inside a sentence and in the order of lists."""
    ordered = sorted(process_types, key=lambda process_type: rank(process_type, names))
    return ", ".join(name_inside(process_type, names) for process_type in ordered)


def name_inside(process_type: str, names: Names = NO_NAMES) -> str:
    """« le site », inside a sentence."""
    name = process_name(process_type, names)
    return name[:1].lower() + name[1:]


def _waking_word(state: State) -> str:
    """What restarts, or is made larger, was not asleep."""
    action = state.change.action if state.change else "wake"
    return {"wake": _("Se réveille"), "restart": _("Redémarre")}.get(action, _("Démarre"))


def _waking(state: State) -> str:
    action = state.change.action if state.change else ""
    if state.wanted <= 1:
        return {"wake": _("Se réveille."), "restart": _("Redémarre.")}.get(action, _("Démarre."))
    counts = {"ready": state.ready, "wanted": state.wanted}
    if action == "restart":
        text = ngettext(
            "Redémarre, %(ready)d dyno sur %(wanted)d.",
            "Redémarre, %(ready)d dynos sur %(wanted)d.",
            state.ready,
        )
    elif action == "wake":
        text = ngettext(
            "Se réveille, %(ready)d dyno sur %(wanted)d.",
            "Se réveille, %(ready)d dynos sur %(wanted)d.",
            state.ready,
        )
    else:
        text = ngettext(
            "Démarre, %(ready)d dyno sur %(wanted)d.", "Démarre, %(ready)d dynos sur %(wanted)d.", state.ready
        )
    return text % counts


def _falling(state: State) -> str:
    if not state.leaving:
        return _("S’endort.")
    return ngettext(
        "S’endort, encore %(count)d dyno.", "S’endort, encore %(count)d dynos.", state.leaving
    ) % {"count": state.leaving}


def _unreachable(state: State) -> str:
    if state.failure is None:
        return _("Nous demandons à Heroku…")
    if state.failure.kind == "rate_limited":
        return _("Heroku nous fait patienter.")
    return _("Heroku ne répond pas.")


def _denied(state: State) -> str:
    kind = state.failure.kind if state.failure else "denied"
    return {
        "forbidden": _("Heroku ne nous laisse pas voir ce site."),
        "gone": _("Heroku ne trouve plus ce site."),
        "no_token": _("La console n’a pas encore de jeton."),
        "unreadable_token": _("Jeton illisible, à ressaisir."),
        "two_factor": _("Heroku veut un second facteur pour ce site."),
        "suspended": _("Le compte Heroku est suspendu."),
        "delinquent": _("Le compte Heroku a une facture en retard."),
    }.get(kind, _("Accès refusé par Heroku : le jeton est à renouveler."))


def visitors(state: State, *, now: datetime, zone: tzinfo, names: Names = NO_NAMES) -> str:
    """Return what a visitor of the site sees now, and what explains it."""
    explained = _explained(state, now=now, zone=zone, names=names)
    return " ".join(part for part in (_seen(state), explained) if part)


def _seen(state: State) -> str:
    if state.page_is_on and state.is_certain:
        return _("Les visiteurs lisent une page d’attente.")
    match state.name:
        case "awake" if state.site_answers:
            return _("Le site est ouvert : vos visiteurs voient les pages normalement.")
        case "awake":
            return _("Ce site n’a pas de page à montrer : ses tâches de fond tournent.")
        case "waking" | "falling" | "partial" if state.site_answers:
            return _("Le site répond aux visiteurs.")
        case "waking":
            return _("Les visiteurs voient encore une page d’erreur.")
        case "falling" | "asleep":
            return _("Les visiteurs voient une page d’erreur de Heroku.")
        case "dozing":
            return _("Le premier visiteur attend une dizaine de secondes, les suivants ne remarquent rien.")
        case "down" | "quota" | "partial":
            return _("Les visiteurs voient une page d’erreur.")
        case "empty":
            return _("Les visiteurs voient la page d’accueil de Heroku.")
        case _:
            return ""


def _explained(state: State, *, now: datetime, zone: tzinfo, names: Names) -> str:
    if state.name == "unreachable":
        return _last_seen(state, now=now, zone=zone, names=names)
    if state.name == "denied":
        return _(
            "Nous ne savons pas ce que voient les visiteurs. Rien n’a changé chez Heroku de notre fait. "
            "Prévenez la personne qui administre la console."
        )
    if state.name == "asleep" and state.wanted:
        return _("Les tâches de fond, elles, tournent encore.")
    if state.name == "asleep" and state.asleep:
        return _("Mis en veille par %(name)s.") % {"name": state.asleep.by}
    if state.name == "empty":
        return _("Votre développeur doit publier une première version.")
    if state.name == "quota":
        return _("Aucun bouton n’y peut rien avant cette date.")
    if state.name == "maintenance" and state.broken_types:
        return _("Derrière elle, en panne : %(types)s.") % {"types": several(state.broken_types, names)}
    return ""


def _last_seen(state: State, *, now: datetime, zone: tzinfo, names: Names) -> str:
    if state.last is None or state.read_at is None:
        return _("Nous ne savons pas encore ce que voient les visiteurs.")
    # The age of that reading stands elsewhere on the page, where it goes on growing.
    return _("À la dernière lecture : « %(sentence)s »") % {
        "sentence": sentence(state.last, now=now, zone=zone, names=names)
    }


def dyno_state(state: str) -> str:
    """Return a dyno's state in words; one that Heroku may invent tomorrow is shown as it is."""
    return {
        "up": _("En marche"),
        "starting": _("Démarre"),
        "idle": _("Assoupi"),
        "crashed": _("En panne"),
        "down": _("Arrêté"),
    }.get(state, state)

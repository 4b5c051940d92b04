"""Entries as lines of a page: the sentence, what became of it, the details, and the way back."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.access.models import Profile
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.details import process_inside, was
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from opsconsole.ops.journal.sentences import say
from opsconsole.ops.ui.dates import exact_clock

RUNNING = "running"


def never(_entry: Entry) -> bool:
    return False


def lines_of(
    entries: Iterable[Entry], *, may_undo: Callable[[Entry], bool] = never, dated: bool = False
) -> list[dict[str, Any]]:
    """Return what `components/entry.html` draws for each entry, whose outcomes are prefetched.

    `dated`: the entries stand under no heading that tells their day, so each tells its own.
    """
    return [{**_line(entry, may_undo=may_undo(entry)), "dated": dated} for entry in entries]


def _line(entry: Entry, *, may_undo: bool) -> dict[str, Any]:
    outcomes = list(entry.outcomes.all())
    last = outcomes[-1] if outcomes else None
    return {
        "id": str(entry.id),
        "at": entry.at,
        "say": say(entry, last),
        "kind": last.kind if last else RUNNING,
        "word": outcome_word(outcomes),
        "more": " ".join(part for part in (more(last), left_out(entry, last)) if part),
        "facts": _facts(entry, last),
        "cli": entry.command_line,
        "undo": _undo(entry) if may_undo and last and last.kind == Kind.DONE else None,
    }


def outcome_word(outcomes: list[Outcome]) -> str:
    """« Fait », « Refusé »… and « Inconnu, puis fait » for what had to be looked up."""
    words = {
        Kind.DONE: _("Fait"),
        Kind.REFUSED: _("Refusé"),
        Kind.FAILED: _("Échoué"),
        Kind.UNKNOWN: _("Inconnu"),
    }
    if not outcomes:
        return _("En cours")
    last = words[Kind(outcomes[-1].kind)]
    was_unknown = outcomes[-1].kind != Kind.UNKNOWN and any(
        outcome.kind == Kind.UNKNOWN for outcome in outcomes
    )
    return _("Inconnu, puis %(word)s") % {"word": last.lower()} if was_unknown else last


def more(last: Outcome | None) -> str:
    """Return why, when it did not simply go well; what Heroku itself said is quoted."""
    if last is None:
        return ""
    said = reasons.heroku_said(last.detail) if last.reason in {"heroku_refused", "not_read"} else ""
    why = _("Rien n’a changé.") if said else _sentence(last)
    quoted = (
        _("Réponse d’origine : « %(message)s »") % {"message": last.detail["message"]}
        if last.detail.get("message") and last.detail.get("status")
        else ""
    )
    left_page = (
        "" if last.detail.get("page_lifted", True) else _("La page d’attente, elle, n’a pas pu être retirée.")
    )
    return " ".join(part for part in (said, why, quoted, left_page) if part)


def _sentence(last: Outcome) -> str:
    if last.reason == "protected_type":
        return reasons.protected_types(
            ", ".join(process_inside(kind) for kind in last.detail.get("types", ()))
        )
    return reasons.sentence(last.reason)


def left_out(entry: Entry, last: Outcome | None) -> str:
    """Return what a wake could not give back, "" when it gave everything."""
    types = entry.after.get("left_out", []) if last and last.kind == Kind.DONE else []
    if not types:
        return ""
    return ngettext(
        "Laissé de côté, car il n’existe plus : %(types)s.",
        "Laissés de côté, car ils n’existent plus : %(types)s.",
        len(types),
    ) % {"types": ", ".join(types)}


def _facts(entry: Entry, last: Outcome | None) -> list[tuple[str, str, bool]]:
    profile = (
        Profile(entry.actor_profile).label if entry.actor_profile in Profile.values else entry.actor_profile
    )
    facts = [(_("Profil"), str(profile), False), (_("Adresse"), entry.actor_address, True)]
    if last:
        facts.append((_("Conclu à"), exact_clock(timezone.localtime(last.at)), False))
        facts.append((_("Request-Id de Heroku"), last.request_id, True))
    facts.append((_("Nom chez Heroku"), entry.app_name, True))
    return [fact for fact in facts if fact[1]]


def _undo(entry: Entry) -> dict[str, str] | None:
    if entry.action == Action.SLEEP:
        return {"label": _("Annuler, c’est-à-dire réveiller"), "href": reverse("wake", args=[entry.app_name])}
    if entry.action == Action.WAKE:
        return {
            "label": _("Annuler, c’est-à-dire remettre en veille"),
            "href": reverse("sleep", args=[entry.app_name]),
        }
    if entry.action == Action.SCALE:
        return {
            "label": _("Annuler, c’est-à-dire revenir à : %(formation)s") % {"formation": was(entry)},
            "href": reverse("scaling", args=[entry.app_name]) + f"?undo={entry.id}",
        }
    return None


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()

"""Entries as sentences: who, what, before → after, and what became of it."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.access.models import Profile
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from opsconsole.ops.ui.dates import duration, exact_clock

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


def say(entry: Entry, last: Outcome | None) -> SafeString:
    """« Claire Morel a mis Inscriptions en veille : de 3 à 0 dynos, en 19 s. »"""
    sentence = format_html(
        _pattern(entry.action, last.kind if last else RUNNING), who=entry.actor_name, app=entry.app_title
    )
    facts = ", ".join(part for part in (_quantities(entry, last), _took(last)) if part)
    return format_html(_("{} : {}."), sentence, facts) if facts else format_html("{}.", sentence)


def _pattern(action: str, kind: str) -> str:
    tense = {RUNNING: 0, Kind.DONE: 1}.get(kind, 2)
    return {
        Action.SLEEP: (
            _("<b>{who}</b> met <b>{app}</b> en veille"),
            _("<b>{who}</b> a mis <b>{app}</b> en veille"),
            _("<b>{who}</b> a voulu mettre <b>{app}</b> en veille"),
        ),
        Action.WAKE: (
            _("<b>{who}</b> réveille <b>{app}</b>"),
            _("<b>{who}</b> a réveillé <b>{app}</b>"),
            _("<b>{who}</b> a voulu réveiller <b>{app}</b>"),
        ),
        Action.REOPEN: (
            _("<b>{who}</b> rouvre <b>{app}</b> aux visiteurs"),
            _("<b>{who}</b> a rouvert <b>{app}</b> aux visiteurs"),
            _("<b>{who}</b> a voulu rouvrir <b>{app}</b> aux visiteurs"),
        ),
    }[Action(action)][tense]


def _quantities(entry: Entry, last: Outcome | None) -> str:
    if (last and last.kind == Kind.REFUSED) or "formation" not in entry.after:
        return ""
    before = {row["type"]: row["quantity"] for row in entry.before.get("formation", ())}
    after = {row["type"]: row["quantity"] for row in entry.after["formation"]}
    total_before = sum(before.get(kind, 0) for kind in after)
    total_after = sum(after.values())
    return ngettext(
        "de %(before)d à %(after)d dyno", "de %(before)d à %(after)d dynos", max(total_before, total_after)
    ) % {"before": total_before, "after": total_after}


def _took(last: Outcome | None) -> str:
    seconds = last.detail.get("seconds") if last and last.kind == Kind.DONE else None
    return _("en %(time)s") % {"time": duration(seconds)} if seconds else ""


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
    why = _("Rien n’a changé.") if said else reasons.sentence(last.reason)
    quoted = (
        _("Réponse d’origine : « %(message)s »") % {"message": last.detail["message"]}
        if last.detail.get("message") and last.detail.get("status")
        else ""
    )
    left_page = (
        "" if last.detail.get("page_lifted", True) else _("La page d’attente, elle, n’a pas pu être retirée.")
    )
    return " ".join(part for part in (said, why, quoted, left_page) if part)


def left_out(entry: Entry, last: Outcome | None) -> str:
    """Return what a wake could not give back, "" when it gave everything."""
    types = entry.after.get("left_out", []) if last and last.kind == Kind.DONE else []
    if not types:
        return ""
    return ngettext(
        "Laissé de côté, car il n’existe plus : %(types)s.",
        "Laissés de côté, car ils n’existent plus : %(types)s.",
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
    return None


def day_of(moment: datetime) -> date:
    return timezone.localtime(moment).date()

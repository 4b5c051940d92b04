"""What the page of logs says in words: what is wrong, who can be listened to, where the history ends."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.state import State
from opsconsole.ops.logs.explain import explanation, term
from opsconsole.ops.logs.filters import Filters
from opsconsole.ops.logs.findings import Finding
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.page import Part
from opsconsole.ops.logs.render import anchor, moment_of, raw_line, rich
from opsconsole.ops.logs.shelf import Shelf
from opsconsole.ops.logs.trouble import Seen
from opsconsole.ops.logs.voices import Voice
from opsconsole.ops.ui.dates import since_in_words

MOST_DYNOS = 12
MOST_LATELY = 3
MOST_KEPT = 1500


def headline(shelf: Shelf, findings: list[Finding], *, state: State, now: datetime, zone: tzinfo) -> str:
    """The page's one sentence."""
    told = shelf.state.get("state", "")
    if not shelf.is_known:
        return _of_nothing(told, shelf.state)
    serious = [each for each in findings if each.explained.severity == "bad"]
    if serious:
        since = min((each.since for each in serious if each.since), default=None)
        moment = since_in_words(since, now=now, zone=zone) if since else "…"
        total = sum(each.count for each in serious)
        if len(serious) > 1:
            return _("Plusieurs erreurs depuis %(since)s.") % {"since": moment}
        if total > 1:
            return _("Une erreur se répète depuis %(since)s.") % {"since": moment}
        return _("Une erreur à %(since)s.") % {"since": moment}
    if not shelf.records:
        if state.name == "asleep":
            return _("Le site est en veille : il n’écrit rien.")
        return _("Aucune ligne pour l’instant.")
    first = moment_of(shelf.records[0].at)
    if first is None:
        return _("Rien d’anormal.")
    return _("Rien d’anormal depuis %(since)s.") % {"since": since_in_words(first, now=now, zone=zone)}


def _of_nothing(told: str, state: dict[str, Any]) -> str:
    if told == "refused":
        if state.get("reason") == "gone":
            return _("Heroku ne connaît pas les journaux de ce site.")
        return _("Heroku refuse de montrer les journaux.")
    if told == "waiting":
        return _("Heroku nous fait patienter.")
    if told in {"reopening", "silent"}:
        return _("Heroku n’envoie pas les journaux pour l’instant.")
    return _("Les journaux arrivent…")


def lead(shelf: Shelf, findings: list[Finding], *, state: State) -> str:
    """What follows the headline, in grey."""
    if not shelf.is_known:
        return _("La console réessaie d’elle-même ; cette page se complétera toute seule.")
    serious = [each for each in findings if each.explained.severity == "bad"]
    if serious:
        return str(serious[0].explained.title) + "."
    if state.name == "asleep":
        return _("Les lignes reviendront avec le réveil.")
    return _("Voici ce que disent le site et Heroku, en direct.")


def seen(finding: Finding, *, now: datetime, zone: tzinfo) -> str:
    """« 12 fois, de 9 h 10 à 10 h 12 »."""
    if finding.since is None or finding.last is None:
        return ""
    since = since_in_words(finding.since, now=now, zone=zone)
    if finding.count == 1:
        return _("1 fois, à %(since)s") % {"since": since}
    last = since_in_words(finding.last, now=now, zone=zone)
    count = ngettext("%(count)d fois", "%(count)d fois", finding.count) % {"count": finding.count}
    return _("%(count)s, de %(since)s à %(last)s") % {"count": count, "since": since, "last": last}


def raw(finding: Finding, voice: Voice) -> SafeString:
    """The line itself, masked for who reads it."""
    return rich(raw_line(finding.item.records[-1]), voice)


def speakers(filters: Filters, *, errors: int) -> list[dict[str, object]]:
    """The chips of who speaks."""
    choices = [
        ("", _("Tout"), 0),
        ("site", _("Le site"), 0),
        ("jobs", _("Tâches de fond"), 0),
        ("heroku", _("Heroku"), 0),
        ("errors", _("Erreurs"), errors),
    ]
    return [
        {"value": value, "label": label, "count": count, "checked": filters.who == value}
        for value, label, count in choices
    ]


def dynos(items: Iterable[Item], voice: Voice) -> list[tuple[str, str]]:
    """The dynos that speak, with their names, for the filter of one of them."""
    found = {item.dyno for item in items if item.first.source == "app" and item.dyno not in {"", "api"}}
    names = sorted(found, key=lambda name: (name.partition(".")[0] != "web", name))
    return [(name, f"{voice.dyno(name)} ({name})") for name in names[:MOST_DYNOS]]


def bound(shelf: Shelf, part: Part, *, reading: Reading | None, zone: tzinfo) -> str:
    """Where the history ends, honestly."""
    if reading is not None and reading.app.generation == "fir":
        return _(
            "Heroku ne garde pas l’historique de ce site : les lignes commencent à l’ouverture de cette page."
        )
    first = moment_of(shelf.records[0].at) if shelf.records else None
    if first is None:
        return _("Heroku garde environ 1 500 lignes, une semaine au plus.")
    oldest = since_in_words(first, now=datetime.now(zone), zone=zone)
    if part.older:
        return _("Heroku garde environ 1 500 lignes ; les plus anciennes ici datent de %(oldest)s.") % {
            "oldest": oldest
        }
    if len(shelf.records) >= MOST_KEPT:
        return _("C’est le début de ce que Heroku garde, environ 1 500 lignes : %(oldest)s.") % {
            "oldest": oldest
        }
    return _("C’est le début : rien de plus ancien n’est gardé (%(oldest)s).") % {"oldest": oldest}


def lately(seen: Iterable[Seen], *, now: datetime, zone: tzinfo) -> list[dict[str, object]]:
    """What went wrong in the last minutes, as the page of a site tells it: « 12 erreurs H12 depuis 9 h 10 »."""
    told: list[dict[str, object]] = []
    for each in seen:
        explained = explanation(each.code)
        if explained is None:
            continue
        count = ngettext("%(count)d erreur %(code)s", "%(count)d erreurs %(code)s", each.count)
        values = {"count": each.count, "code": term(each.code)}
        since = since_in_words(each.since, now=now, zone=zone)
        text = _("%(errors)s depuis %(since)s") % {"errors": count % values, "since": since}
        told.append({"text": text, "title": explained.title, "anchor": f"explain-{anchor(each.code)}"})
    return told[:MOST_LATELY]


def hole(event: dict[str, Any]) -> str:
    """What is said where lines may be missing."""
    if event.get("reason") == "no_history":
        return _(
            "La liaison a été rouverte. Heroku ne garde pas l’historique de ce site : des lignes peuvent manquer ici."
        )
    return _("La liaison a été coupée : des lignes peuvent manquer ici.")

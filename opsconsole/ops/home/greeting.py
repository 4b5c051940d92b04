"""The home page's first words: a fact, never a table. The broken sites come first."""

from collections import Counter
from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.fleet.readings import Failure
from opsconsole.ops.fleet.state import State
from opsconsole.ops.home.overview import Overview
from opsconsole.ops.ui.dates import in_letters

ORDER = (
    *("down", "partial", "denied", "unreachable", "quota"),
    *("waking", "falling", "maintenance", "asleep", "dozing", "awake", "empty"),
)


def urgency(overview: Overview) -> tuple[int, int, str]:
    """Sort what needs somebody first, then as the technician ordered the sites."""
    return (ORDER.index(overview.state.name), overview.app.position, overview.app.title)


def greet(overviews: Sequence[Overview], *, name: str, outage: Failure | None) -> dict[str, str]:
    """Return the sentence and the quieter one below it."""
    first_name = name.split(" ", maxsplit=1)[0]
    hello = _("Bonjour %(name)s,") % {"name": first_name}
    counts: Counter[str] = Counter(_condition(overview.state) for overview in overviews)
    fact = _without_heroku(counts, outage=outage) or _fact(counts)
    return {"hello": hello, "fact": fact, "lead": _rest(counts)}


def _condition(state: State) -> str:
    return "unread" if state.name == "unreachable" and state.failure is None else state.name


def _without_heroku(counts: Counter[str], *, outage: Failure | None) -> str:
    """What comes before any site: Heroku itself cannot be asked. "" while it can."""
    if outage and outage.kind == "no_token":
        return _("la console n’a pas encore de jeton.")
    refused = {
        "denied": _("Heroku refuse notre jeton."),
        "unreadable_token": _("le jeton de la console est illisible."),
        "suspended": _("le compte Heroku est suspendu."),
        "delinquent": _("le compte Heroku a une facture en retard."),
    }
    if outage and outage.kind in refused:
        return refused[outage.kind]
    if outage and (counts["unreachable"] or not counts):
        waits = outage.kind == "rate_limited"
        return _("Heroku nous fait patienter.") if waits else _("Heroku ne répond pas.")
    return ""


def _fact(counts: Counter[str]) -> str:
    """The most urgent thing that is true; « tout va bien » only where it is."""
    lost = counts["unreachable"] + counts["denied"]
    asleep, closed, quota = counts["asleep"], counts["maintenance"], counts["quota"]
    if not counts:
        return _("aucun site n’est encore suivi.")
    if broken := _broken(counts):
        return ngettext("un site est en panne.", "%(count)s sites sont en panne.", broken) % _many(broken)
    if lost:
        return ngettext(
            "nous sommes sans nouvelles d’un site.", "nous sommes sans nouvelles de %(count)s sites.", lost
        ) % _many(lost)
    if counts["unread"]:
        return _("nous demandons à Heroku…")
    if quota:
        return ngettext(
            "un site n’a plus d’heures Eco.", "%(count)s sites n’ont plus d’heures Eco.", quota
        ) % _many(quota)
    if counts["waking"] or counts["falling"]:
        return _("un changement est en cours.")
    if asleep:
        return ngettext("un site est en veille.", "%(count)s sites sont en veille.", asleep) % _many(asleep)
    if closed:
        return ngettext(
            "un site est en maintenance.", "%(count)s sites sont en maintenance.", closed
        ) % _many(closed)
    return _("tout va bien.") if counts["awake"] + counts["dozing"] else _("rien n’est encore déployé.")


def _broken(counts: Counter[str]) -> int:
    return counts["down"] + counts["partial"]


def _many(count: int) -> dict[str, str]:
    return {"count": in_letters(count)}


def _rest(counts: Counter[str]) -> str:
    awake = counts["awake"] + counts["dozing"]
    asleep = counts["asleep"] if _broken(counts) else 0
    parts = []
    if asleep:
        parts.append(
            ngettext("un autre dort", "%(count)s autres dorment", asleep) % {"count": in_letters(asleep)}
        )
    if awake and awake != counts.total():
        parts.append(
            ngettext("un site va bien", "%(count)s sites vont bien", awake) % {"count": in_letters(awake)}
        )
    text = _(" ; ").join(parts)
    return f"{text[:1].upper()}{text[1:]}." if text else ""

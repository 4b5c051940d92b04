"""« Prévenir le développeur »: a text to copy or to mail, with what he will ask for. Always masked."""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from opsconsole.ops.fleet.models import App
from opsconsole.ops.logs.findings import Finding
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.render import moment_of, plain, raw_line
from opsconsole.ops.logs.voices import Voice
from opsconsole.ops.ui.dates import since_in_words

LINES_AROUND = 10
LONGEST_LINE = 400
LONGEST_MAIL = 1500
"""Characters of a mail's text that every mail program takes from a link."""


def subject(app: App, finding: Finding | None) -> str:
    if finding is None:
        return _("%(site)s : une question sur les journaux") % {"site": app.title}
    return _fact(app.title, f"{finding.explained.title} ({finding.term})")


def write(
    *,
    app: App,
    version: int,
    state: str,
    visitors: str,
    finding: Finding | None,
    items: Sequence[Item],
    around: str,
    voice: Voice,
    link: str,
    now: datetime,
) -> str:
    """Return the text; times are in the console's zone, which is named."""
    moment = now.astimezone(voice.zone)
    parts = [
        _("Bonjour,"),
        "",
        *_about(finding, voice, now),
        _fact(_("Site"), f"{app.title} ({app.name})"),
        _fact(_("État"), f"{state} {visitors}".strip()),
        _fact(_("Version en ligne"), f"v{version}" if version else _("inconnue")),
        _fact(_("Écrit le"), f"{moment:%Y-%m-%d %H:%M:%S} ({voice.zone})"),
        _fact(_("Dans la console"), f"{link}?around={around}" if around else link),
        "",
        _("Lignes autour (heures UTC, données personnelles masquées) :"),
        *_around(items, around, voice),
        "",
        _("Merci."),
    ]
    return "\n".join(parts)


def _fact(name: str, value: str) -> str:
    return _("%(name)s : %(value)s") % {"name": name, "value": value}


def _about(finding: Finding | None, voice: Voice, now: datetime) -> list[str]:
    if finding is None:
        return [_("Pouvez-vous regarder ce qui se passe sur notre site ?"), ""]
    since = since_in_words(finding.since, now=now, zone=voice.zone) if finding.since else "?"
    lines = [
        f"{finding.explained.title} ({finding.term}), "
        + _("%(count)d fois depuis %(since)s.") % {"count": finding.count, "since": since},
        str(finding.explained.visitors),
    ]
    if finding.paths:
        paths = ", ".join(plain(path, voice) for path in finding.paths)
        lines.append(_fact(_("Pages concernées"), paths))
    return [*lines, ""]


def _around(items: Sequence[Item], around: str, voice: Voice) -> list[str]:
    records = [record for item in items if not item.is_routine for record in item.records]
    records.sort(key=lambda record: record.at)
    names = {around, *(record.id for item in items if item.id == around for record in item.records)}
    at = next((number for number, record in enumerate(records) if record.id in names), len(records) - 1)
    chosen = records[max(0, at - LINES_AROUND) : at + LINES_AROUND + 1]
    return [plain(raw_line(record), voice)[:LONGEST_LINE] for record in chosen if moment_of(record.at)]


def shorten(text: str) -> str:
    """Return what fits into a link that opens a mail."""
    return text if len(text) <= LONGEST_MAIL else f"{text[:LONGEST_MAIL]}…"

"""The two formats of an export: CSV for a French spreadsheet (RFC 4180 with semicolons), JSON lines for a program."""

import csv
import io
import json
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from html import unescape
from typing import Any

from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from opsconsole.logformat import json_line
from opsconsole.ops.journal.lines import outcome_word
from opsconsole.ops.journal.models import Entry, Outcome
from opsconsole.ops.journal.records import entry_record, moment, outcome_record
from opsconsole.ops.journal.sentences import say

CSV = "csv"
JSON_LINES = "jsonl"
CONTENT_TYPES = {CSV: "text/csv; charset=utf-8", JSON_LINES: "application/x-ndjson; charset=utf-8"}
# What a spreadsheet takes for the beginning of a formula, in both widths
FORMULA = (*"=+-@", *"＝＋－＠")
# Controls, line and paragraph separators, and the invisible ones that turn the order of what is read
UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def head(format_: str) -> bytes:
    """Return what comes before the first entry. Excel reads UTF-8 only behind a byte order mark."""
    return ("\ufeff" + _row(_titles())).encode() if format_ == CSV else b""


def body(entries: Iterable[Entry], *, format_: str) -> bytes:
    """Return some entries, whose outcomes are at hand, a line each."""
    line: Callable[[Entry], str] = _csv_line if format_ == CSV else _json_line
    return "".join(line(entry) for entry in entries).encode()


def _json_line(entry: Entry) -> str:
    record = {
        **entry_record(entry),
        "outcomes": [outcome_record(outcome) for outcome in entry.outcomes.all()],
    }
    return json_line(record) + "\n"


def _titles() -> list[str]:
    return [
        *(
            _("Date"),
            _("Heure"),
            _("Personne"),
            _("Profil"),
            _("Site"),
            _("Geste"),
            _("Résultat"),
            _("Phrase"),
        ),
        *(
            _("Raison"),
            _("Request-Id de Heroku"),
            _("Conclu à"),
            _("Avant"),
            _("Après"),
            _("Ligne de commande"),
        ),
        *(_("Adresse"), _("Session"), _("Nom chez Heroku"), _("Identifiant du site")),
        *(_("Identifiant de la personne"), _("Moment exact"), _("Identifiant de l’entrée")),
    ]


def _csv_line(entry: Entry) -> str:
    outcomes: Sequence[Outcome] = list(entry.outcomes.all())
    last = outcomes[-1] if outcomes else None
    local = timezone.localtime(entry.at)
    cells = [
        *(local.strftime("%Y-%m-%d"), local.strftime("%H:%M:%S"), entry.actor_name, entry.actor_profile),
        *(
            entry.app_title,
            entry.action,
            outcome_word(list(outcomes)),
            unescape(strip_tags(say(entry, last))),
        ),
        *((last.reason, last.request_id, moment(last.at)) if last else ("", "", "")),
        *(_json(entry.before), _json(entry.after), entry.command_line, entry.actor_address),
        *(entry.session_reference, entry.app_name, entry.app_id, entry.actor_id),
        *(moment(entry.at), str(entry.id)),
    ]
    return _row(cells)


def _json(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False) if value else ""


def _row(cells: Iterable[str]) -> str:
    written = io.StringIO()
    csv.writer(written, delimiter=";", quoting=csv.QUOTE_ALL).writerow([harmless(cell) for cell in cells])
    return written.getvalue()


def harmless(text: str) -> str:
    """Return a cell on one line that no spreadsheet takes for a formula."""
    seen = str(text)
    if not seen.replace(
        "\N{NO-BREAK SPACE}", " "
    ).isprintable():  # a long journal has millions of cells that pass
        seen = "".join(
            character.encode("unicode_escape").decode()
            if unicodedata.category(character) in UNSEEN
            else character
            for character in seen
        )
    return f"'{seen}" if seen.lstrip().startswith(FORMULA) else seen

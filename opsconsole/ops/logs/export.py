"""A log taken out as text or CSV: all that the filters keep, as its reader may read it, nothing that a program would run."""

import csv
import io
from collections.abc import Iterable, Iterator

from django.utils.translation import gettext as _

from opsconsole.ops.journal.formats import harmless
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.records import Record
from opsconsole.ops.logs.render import moment_of, plain, raw_line
from opsconsole.ops.logs.voices import Voice, who

TEXT, CSV = "text", "csv"
CONTENT_TYPES = {TEXT: "text/plain; charset=utf-8", CSV: "text/csv; charset=utf-8"}
SUFFIXES = {TEXT: "txt", CSV: "csv"}


def write(items: Iterable[Item], voice: Voice, *, format_: str) -> Iterator[bytes]:
    """Return the file in pieces, a record a line, in the order in which they were written."""
    records = sorted((record for item in items for record in item.records), key=lambda record: record.at)
    if format_ == CSV:
        yield _row([_("Date"), _("Heure"), _("Qui parle"), _("Source"), _("Texte")], start="\ufeff")
        yield from (_cells(record, voice) for record in records)
    else:
        yield from (f"{plain(raw_line(record), voice)}\n".encode() for record in records)


def _cells(record: Record, voice: Voice) -> bytes:
    moment = moment_of(record.at)
    local = moment.astimezone(voice.zone) if moment else None
    return _row(
        [
            f"{local:%Y-%m-%d}" if local else "",
            f"{local:%H:%M:%S.%f}" if local else "",
            who(record, voice),
            f"{record.source}[{record.dyno}]" if record.source else "",
            plain(record.text, voice),
        ]
    )


def _row(cells: list[str], *, start: str = "") -> bytes:
    line = io.StringIO()
    csv.writer(line, delimiter=";", lineterminator="\r\n").writerow(harmless(cell) for cell in cells)
    return (start + line.getvalue()).encode()

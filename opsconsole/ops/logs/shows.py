"""What a browser gets of an app's log: the records of the topic rendered for its reader, once for all readers alike."""

import json
import time
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.utils import timezone, translation
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.live.session import Show
from opsconsole.live.topics import Event, Topic
from opsconsole.ops.access.streams import Reader
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.logs import render
from opsconsole.ops.logs.items import gather
from opsconsole.ops.logs.records import read_groups, read_records
from opsconsole.ops.logs.reveal import is_clear
from opsconsole.ops.logs.voices import Voice, names_of

_CACHED = 128  # events; readers are mostly at the end


def voice_of(app: App, *, language: str, clear: bool) -> Voice:
    """Return how an app's lines are told to a reader."""
    reading = fleet().known(app.heroku_id).reading
    types = [dyno.type for dyno in reading.dynos] if reading else []
    return Voice(
        language=language,
        zone=timezone.get_default_timezone(),
        names=names_of(app.process_names()),
        many=frozenset(kind for kind in types if types.count(kind) > 1),
        clear=clear,
    )


def show_log(reader: Reader, app_id: str) -> Show:
    """Make what renders the events of `log:<uuid>` for a reader; asks the database now, and never again."""
    app = App.objects.prefetch_related("process_types").filter(heroku_id=UUID(app_id)).first()
    clear = is_clear(reader.session, app_id, person=reader.person, now=time.time())
    voice = voice_of(app or App(heroku_id=UUID(app_id)), language=reader.language, clear=clear)

    def show(_topic: Topic, event: Event) -> str | None:
        return _shown(event.id, event.data, voice)

    return show


def show_as_it_is(_reader: Reader, _app_id: str) -> Show:
    return lambda _topic, event: event.data


@lru_cache(maxsize=_CACHED)
def _shown(_event_id: str, data: str, voice: Voice) -> str:
    event: dict[str, Any] = json.loads(data)
    if event["kind"] not in {"lines", "missing"}:
        return data
    with translation.override(voice.language):
        items = lines_items(event, voice) if event["kind"] == "lines" else [missing_item(event)]
    shown = {
        "kind": "lines",
        "topic": event["topic"],
        "items": items,
        "skipped": len(event.get("skipped", ())),
    }
    return json.dumps(shown, separators=(",", ":"))


def lines_items(event: dict[str, Any], voice: Voice) -> list[dict[str, Any]]:
    """Return the items of one event: lines that stand alone, and what each group gained."""
    skipped = frozenset(event.get("skipped", ()))
    records = [record for record in read_records(event) if record.id not in skipped]
    items = [
        {"id": item.id, "html": render.item_html(item, voice)} for item in gather(records, read_groups(event))
    ]
    if skipped:
        items.append(skipped_item(len(skipped), after=event["lines"][-1][0]))
    return items


def skipped_item(count: int, *, after: str) -> dict[str, Any]:
    """Too many lines to be read: how many were passed over, where they were."""
    said = ngettext("%(count)d ligne passée", "%(count)d lignes passées", count) % {"count": count}
    more = _("voir autour")
    html = f'<p class="gap" id="s{escape(after)}">{escape(said)} · <a href="?around={escape(after)}">{escape(more)}</a></p>'
    return {"id": f"s{after}", "html": html}


def missing_item(event: dict[str, Any]) -> dict[str, Any]:
    """A hole that cannot be filled: the reader is told where."""
    said = {
        "no_history": _(
            "La liaison a été rouverte. Heroku ne garde pas l’historique de ce site : des lignes peuvent manquer ici."
        ),
    }.get(event.get("reason", ""), _("La liaison a été coupée : des lignes peuvent manquer ici."))
    return {"id": event["id"], "html": f'<p class="gap" id="{escape(event["id"])}">{escape(said)}</p>'}

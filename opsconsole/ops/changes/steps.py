"""The steps of a change in words, as every room tells them."""

from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

Step = dict[str, Any]


def told(step: dict[str, str], *, name: str = "") -> Step:
    """Return a step that was made as `components/story.html` draws it; `name`: the dyno that it is about, in words."""
    texts = {
        "noted": _("Demande notée au journal"),
        "page_on": _("Les visiteurs lisent une page d’attente"),
        "page_off": _("La page d’attente est retirée"),
        "page_failed": _("La page d’attente n’a pas pu être changée"),
        "accepted": _("Heroku a accepté"),
        "found": _("Heroku a bien fait ce qui était demandé : vérifié"),
        "lost": _("Heroku n’a pas répondu : la console vérifie"),
        "up": _("%(name)s : en marche") % {"name": name},
    }
    return {
        "kind": "failed" if step["code"] in {"lost", "page_failed"} else "done",
        "text": texts.get(step["code"], step["code"]),
        "detail": step.get("dyno", ""),
        "is_mono": True,
        "at": parse_datetime(step["at"]),
    }

"""Fields of our tables under the words that people know them by, for Django's administration."""

import json
from collections.abc import Callable
from datetime import datetime
from functools import cache

from django.contrib import admin
from django.db.models import BooleanField, JSONField, Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WORDS = {
    "at": _("moment"),
    "actor_name": _("personne"),
    "actor_profile": _("profil"),
    "actor_id": _("identifiant de la personne"),
    "actor_address": _("adresse"),
    "session_reference": _("session"),
    "action": _("geste"),
    "app_title": _("site"),
    "app_name": _("nom Heroku"),
    "app_id": _("identifiant du site"),
    "heroku_id": _("identifiant du site"),
    "before": _("avant"),
    "after": _("après"),
    "command_line": _("ligne de commande"),
    "entry": _("geste"),
    "entry_id": _("identifiant du geste"),
    "kind": _("résultat"),
    "reason": _("raison"),
    "request_id": _("Request-Id de Heroku"),
    "detail": _("détail"),
    "environment": _("environnement"),
    "position": _("place"),
    "listed": _("vu par le jeton"),
    "former_name": _("ancien nom"),
    "seen_at": _("vu"),
    "date_joined": _("depuis"),
    "profile": _("profil"),
    "apps": _("sites"),
    "created_at": _("créée"),
    "created_by": _("par"),
    "expires_at": _("valable jusqu’à"),
    "used_at": _("utilisée"),
    "by": _("par"),
    "asked_at": _("demandée"),
    "confirmed_at": _("confirmée"),
    "with_page": _("page d’attente"),
    "process_type": _("type de processus"),
    "quantity": _("nombre"),
    "size": _("taille"),
    "started_at": _("commencé"),
    "sent_at": _("envoyé"),
    "lease_until": _("suivi jusqu’à"),
    "target": _("but"),
    "steps": _("étapes"),
    "owner": _("suivi par"),
}


@cache  # Django compares what it lists with what it may not write
def column(model: type[Model], name: str) -> Callable[[Model], object]:
    """Return what shows a field under the words that people know it by."""
    field = None if name.startswith("__") else model._meta.get_field(name)  # noqa: SLF001 -- Django's public one
    shown = f"get_{name}_display" if getattr(field, "choices", None) else name

    @admin.display(
        description=WORDS.get(name) or getattr(field, "verbose_name", _("nom")),
        ordering=name if field else None,
        boolean=isinstance(field, BooleanField) or None,
    )
    def value(row: Model) -> object:
        found = getattr(row, shown)
        if callable(found):
            return found()
        if isinstance(found, datetime):
            return f"{timezone.localtime(found):%Y-%m-%d %H:%M:%S}"
        if isinstance(field, JSONField):
            return json.dumps(found, ensure_ascii=False)
        return "–" if found in {None, ""} else found

    value.__name__ = name  # by which the page names its cell
    return value

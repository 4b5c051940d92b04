"""Keep our list of apps in step with what the token sees; an app is its UUID, so a new name is the same app."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from opsconsole import heroku
from opsconsole.ops.fleet.models import App


def keep(apps: Iterable[heroku.App], *, now: datetime) -> None:
    """Add new apps, note new names, and stop listing what the token does not see any more."""
    seen = {UUID(app.id): app.name for app in apps}
    known = {app.heroku_id: app for app in App.objects.all()}
    if all(
        key in known and known[key].name == name and known[key].listed for key, name in seen.items()
    ) and not any(app.listed and key not in seen for key, app in known.items()):
        return
    with transaction.atomic():
        for heroku_id, name in seen.items():
            _note(heroku_id, name, known.get(heroku_id), now=now)
        App.objects.exclude(heroku_id__in=seen).filter(listed=True).update(listed=False, seen_at=now)


def _note(heroku_id: UUID, name: str, known: App | None, *, now: datetime) -> None:
    """Keep an app that the token sees; its former name is the one that people last took note of."""
    if known and known.name == name and known.listed:
        return
    values: dict[str, object] = {"name": name, "listed": True, "seen_at": now}
    if known and known.name != name:
        former = known.former_name or known.name
        values["former_name"] = "" if former == name else former
    App.objects.update_or_create(heroku_id=heroku_id, defaults=values)


def listed() -> list[App]:
    """Return the apps that the console shows, in their order, with the names of their process types."""
    return list(App.objects.filter(listed=True, shown=True).prefetch_related("process_types"))

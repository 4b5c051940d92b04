"""Find entries of the journal: the latest, or by person, app and day."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone

from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome

PAGE = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What the page was asked to show; "" and None filter nothing."""

    actor_id: str = ""
    app_id: str = ""
    day: date | None = None
    before: datetime | None = None


def find(filters: Filters) -> QuerySet[Entry]:
    """Return the entries that a filter lets through, the newest first, their outcomes at hand."""
    entries = Entry.objects.prefetch_related("outcomes").order_by("-at", "id")
    if filters.actor_id:
        entries = entries.filter(actor_id=filters.actor_id)
    if filters.app_id:
        entries = entries.filter(app_id=filters.app_id)
    if filters.before:
        entries = entries.filter(at__lt=filters.before)
    if filters.day:
        start = timezone.make_aware(datetime.combine(filters.day, time()))
        end = timezone.make_aware(datetime.combine(filters.day + timedelta(days=1), time()))
        entries = entries.filter(at__gte=start, at__lt=end)
    return entries


def latest(*, app_id: str, count: int) -> list[Entry]:
    """Return the last entries about an app."""
    return list(find(Filters(app_id=app_id))[:count])


def undoable() -> set[UUID]:
    """Return the entries that may be undone: for each app, the last sleep or wake that was done."""
    newest: dict[str, UUID] = {}
    was_done = Exists(Outcome.objects.filter(entry=OuterRef("id"), kind=Kind.DONE))
    done = Entry.objects.filter(was_done, action__in=(Action.SLEEP, Action.WAKE)).order_by("-at", "id")
    for app_id, entry_id in done.values_list("app_id", "id")[:PAGE]:
        newest.setdefault(app_id, entry_id)
    return set(newest.values())


def people() -> list[tuple[str, str]]:
    """Return (id, name) of everybody who has an entry."""
    return _names("actor_id", "actor_name")


def apps() -> list[tuple[str, str]]:
    """Return (id, title) of every app that has an entry."""
    return _names("app_id", "app_title")


def _names(key: str, name: str) -> list[tuple[str, str]]:
    """Return what each key was last called, in the order of the names."""
    last_used = Entry.objects.values_list(key, name).annotate(last=Max("at")).order_by("last")
    return sorted({key: name for key, name, _last in last_used}.items(), key=lambda pair: pair[1].casefold())

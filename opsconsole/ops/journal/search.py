"""Find entries of the journal: the latest, or by person, app, kind of action and day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Max, OuterRef, QuerySet, Subquery
from django.utils import timezone

from opsconsole.ops.journal.models import AT_HEROKU, Action, Entry, Kind, Outcome

PAGE = 50
UNDOABLE = (Action.SLEEP, Action.WAKE, Action.SCALE)
EVERYTHING = "tout"
# Coming and going would hide what changes: it is shown to who asks for it.
CHANGES = ""
GROUPS: dict[str, tuple[Action, ...]] = {
    "veille": (Action.SLEEP, Action.WAKE, Action.REOPEN),
    "dynos": (Action.RESTART, Action.STOP, Action.SCALE),
    "commandes": (Action.RUN, Action.STOP_RUN, Action.WRITE_COMMAND, Action.DELETE_COMMAND),
    "consoles": (Action.CONSOLE, Action.CLOSE_CONSOLE, Action.READ_RECORDING, Action.PHRASES),
    "reglages": (Action.DESCRIBE_APP, Action.PRICES, Action.STORE_TOKEN, Action.DELETE_TOKEN),
    "personnes": (
        *(Action.INVITE, Action.WITHDRAW, Action.CHANGE_PERSON),
        *(Action.DISABLE_PERSON, Action.ENABLE_PERSON),
    ),
    "exports": (Action.EXPORT, Action.REVEAL_LOGS, Action.OPEN_PAGE),
    "connexions": (Action.SIGN_IN, Action.SIGN_OUT),
}
GROUPS[CHANGES] = tuple(action for action in Action if action not in GROUPS["connexions"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """What is asked for; "" and None filter nothing, but for `group`, one of GROUPS or EVERYTHING."""

    actor_id: str = ""
    app_id: str = ""
    group: str = EVERYTHING
    first: date | None = None
    last: date | None = None
    before: datetime | None = None
    only: frozenset[str] | None = None  # the only apps that the reader may see


def find(filters: Filters) -> QuerySet[Entry]:
    """Return the entries that a filter lets through, the newest first, their outcomes at hand."""
    entries = Entry.objects.prefetch_related("outcomes").order_by("-at", "id")
    if filters.actor_id:
        entries = entries.filter(actor_id=filters.actor_id)
    if filters.app_id:
        entries = entries.filter(app_id=filters.app_id)
    if filters.only is not None:
        entries = entries.filter(app_id__in=filters.only)
    if filters.group != EVERYTHING:
        entries = entries.filter(action__in=GROUPS[filters.group])
    if filters.before:
        entries = entries.filter(at__lt=filters.before)
    if filters.first:
        entries = entries.filter(at__gte=_midnight(filters.first))
    if filters.last:
        entries = entries.filter(at__lt=_midnight(filters.last + timedelta(days=1)))
    return entries


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def latest(*, app_id: str, count: int) -> list[Entry]:
    """Return the last entries about an app."""
    return list(find(Filters(app_id=app_id))[:count])


def changes_since(moment: datetime, *, app_id: str) -> list[datetime]:
    """Return when somebody asked for a change of an app at Heroku that was not refused."""
    asked = Entry.objects.filter(app_id=app_id, at__gte=moment, action__in=AT_HEROKU)
    return list(asked.exclude(outcomes__kind=Kind.REFUSED).values_list("at", flat=True))


def undoable(shown: Iterable[Entry]) -> set[UUID]:
    """Return those of some entries, the newest first, that may be undone: for each app, the last change that was done."""
    candidates: dict[str, UUID] = {}
    for entry in shown:
        if entry.action in UNDOABLE and any(outcome.kind == Kind.DONE for outcome in entry.outcomes.all()):
            candidates.setdefault(entry.app_id, entry.id)
    # Scalar subqueries, which PostgreSQL does not turn into a join of two whole tables: the index gives the newest at once.
    was_done = Subquery(Outcome.objects.filter(entry=OuterRef("id"), kind=Kind.DONE).values("id")[:1])
    of_the_app = Entry.objects.filter(action__in=UNDOABLE, app_id=OuterRef("app_id")).alias(done=was_done)
    newest = of_the_app.filter(done__isnull=False).order_by("-at", "id").values("id")[:1]
    found = Entry.objects.filter(id__in=candidates.values(), id=Subquery(newest)).order_by()
    return set(found.values_list("id", flat=True))


def people(*, only: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """Return (id, name) of everybody who has an entry, or one about an app that the reader may see."""
    if only is None:
        return _names("actor_id", "actor_name")
    seen = Entry.objects.filter(app_id__in=only).values_list("actor_id", "actor_name")
    last_used = seen.annotate(last=Max("at")).order_by("last")
    return _sorted({actor_id: name for actor_id, name, _last in last_used}.items())


def apps(*, only: frozenset[str] | None = None) -> list[tuple[str, str]]:
    """Return (id, title) of every app that has an entry, and that the reader may see."""
    return [pair for pair in _names("app_id", "app_title") if only is None or pair[0] in only]


def _names(key: str, name: str) -> list[tuple[str, str]]:
    """Return what each key was last called, in the order of the names.

    The index is asked for the next key, and for the last name of each: what it costs grows with the keys, not the entries.
    """
    query = (
        "WITH RECURSIVE known(k) AS ("  # noqa: S608 -- our own column names
        f"SELECT MIN({key}) FROM ops_entry WHERE {key} > '' UNION ALL "
        f"SELECT (SELECT MIN({key}) FROM ops_entry WHERE {key} > k) FROM known WHERE k IS NOT NULL) "
        f"SELECT k, (SELECT {name} FROM ops_entry WHERE {key} = k ORDER BY at DESC LIMIT 1) "
        f"FROM known WHERE k IS NOT NULL"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return _sorted(cursor.fetchall())


def _sorted(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: (pair[1].casefold(), pair[0]))

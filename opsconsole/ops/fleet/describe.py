"""What people say of an app: what it is called, where it stands, what is protected; each change is one line of the journal."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from opsconsole.ops.access.models import Grant
from opsconsole.ops.access.rights import Actor, Right, may
from opsconsole.ops.fleet.models import App, ProcessType
from opsconsole.ops.fleet.words import rank
from opsconsole.ops.journal.change import Intent, Subject, noted, refuse
from opsconsole.ops.journal.models import Action

PROTECTION = frozenset({"protected"})
TYPES = "process_types"


@dataclass(frozen=True, slots=True, kw_only=True)
class TypeDescription:
    """A process type of an app as people see it."""

    label: str
    position: int
    protected: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Description:
    """All that people say of an app."""

    label: str
    environment: str
    shown: bool
    position: int
    protected: bool
    process_types: Mapping[str, TypeDescription]


def description_of(app: App, *, process_types: Iterable[str]) -> Description:
    """Return what is said of an app and of some process types, those that nobody has described yet in their usual order."""
    rows = {row.name: row for row in app.process_types.all()}
    ordered = sorted(process_types, key=lambda name: (rank(name, app.process_names()), name))
    last = max((row.position for row in rows.values()), default=0)
    undescribed = [name for name in ordered if name not in rows]
    return Description(
        label=app.label,
        environment=app.environment,
        shown=app.shown,
        position=app.position,
        protected=app.protected,
        process_types={
            name: _described(rows[name])
            if name in rows
            else TypeDescription(label="", position=last + 1 + undescribed.index(name), protected=False)
            for name in ordered
        },
    )


def _described(row: ProcessType) -> TypeDescription:
    return TypeDescription(label=row.label, position=row.position, protected=row.protected)


def describe(app: App, *, actor: Actor, wanted: Description, now: datetime) -> bool:
    """Say something else of an app; tell whether that changed anything. Raises RefusedError.

    Who may only protect is refused whatever else differs. Two people at once: the second finds what the first wrote, and the
    journal has both.
    """
    with transaction.atomic():
        held = App.objects.select_for_update().get(pk=app.pk)
        before, after = _difference(description_of(held, process_types=wanted.process_types), wanted)
        if not after:
            return False
        right = Right.PROTECT if _only_protects(after) else Right.APPS
        intent = Intent(action=Action.DESCRIBE_APP, subject=_subject(app), before=before, after=after)
        is_allowed = may(actor, right, str(app.pk))
        if is_allowed:
            with noted(actor, right, intent=intent, now=now):
                _write(app, wanted)
    if not is_allowed:  # outside the transaction, which would take the refusal's entry back
        refuse(actor, intent=intent, reason="right", now=now)
    return True


def _difference(old: Description, new: Description) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return only what differs, as it was and as it shall be."""
    before, after = _changed(asdict(old), asdict(new), but={TYPES})
    for name, description in new.process_types.items():
        was, shall = _changed(asdict(old.process_types[name]), asdict(description), but=set())
        if shall:
            before.setdefault(TYPES, {})[name] = was
            after.setdefault(TYPES, {})[name] = shall
    return before, after


def _changed(
    old: dict[str, Any], new: dict[str, Any], *, but: set[str]
) -> tuple[dict[str, Any], dict[str, Any]]:
    names = [name for name in new if name not in but and new[name] != old[name]]
    return {name: old[name] for name in names}, {name: new[name] for name in names}


def _only_protects(after: dict[str, Any]) -> bool:
    types = after.get(TYPES, {}).values()
    return after.keys() <= PROTECTION | {TYPES} and all(shall.keys() <= PROTECTION for shall in types)


def _write(app: App, wanted: Description) -> None:
    App.objects.filter(pk=app.pk).update(
        label=wanted.label,
        environment=wanted.environment,
        shown=wanted.shown,
        position=wanted.position,
        protected=wanted.protected,
    )
    for name, description in wanted.process_types.items():
        ProcessType.objects.update_or_create(app_id=app.pk, name=name, defaults=asdict(description))


def take_note(app: App, *, actor: Actor, now: datetime) -> bool:
    """Stop telling that an app has a new name; tell whether it was still told. Raises RefusedError."""
    if not app.former_name:
        return False
    intent = Intent(
        action=Action.DESCRIBE_APP,
        subject=_subject(app),
        before={"former_name": app.former_name},
        after={"former_name": ""},
    )
    with noted(actor, Right.APPS, intent=intent, now=now):
        App.objects.filter(pk=app.pk).update(former_name="")
    return True


def forget(app: App, *, actor: Actor, now: datetime) -> bool:
    """Forget an app that the token sees no more, and who was given it; tell whether that was done. Raises RefusedError."""
    intent = Intent(
        action=Action.DESCRIBE_APP, subject=_subject(app), before={"kept": True}, after={"kept": False}
    )
    if not App.objects.filter(pk=app.pk, listed=False).exists():
        return False
    with noted(actor, Right.APPS, intent=intent, now=now):
        # Where it has come back meanwhile, its settings are not what somebody meant to throw away.
        gone, _of_each_kind = App.objects.filter(pk=app.pk, listed=False).delete()
        if gone:
            Grant.objects.filter(app_id=app.pk).delete()
    return True


def _subject(app: App) -> Subject:
    return Subject(app_id=str(app.pk), app_name=app.name, app_title=app.title)

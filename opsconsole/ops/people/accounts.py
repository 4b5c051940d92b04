"""Change somebody's profile and sites, close and reopen their account, end their sessions: each one transaction.

The person and every administrator are held while it is judged: two administrators who demote each other at once come one
after the other, and the second finds what the first did.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from opsconsole.ops.access import invitations, sessions
from opsconsole.ops.access.models import Grant, Profile, User
from opsconsole.ops.access.rights import Actor, Right, may
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, noted, refuse
from opsconsole.ops.journal.models import Action
from opsconsole.ops.people.rules import refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done to a person who is held; `stays`: they remain an administrator who can sign in."""

    action: Action
    stays: bool
    write: Callable[[], None]
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    is_empty: bool = False


def change_rights(
    person: User, *, actor: Actor, profile: str, apps: frozenset[UUID] | None, now: datetime
) -> bool:
    """Give a profile, and all sites (None) or some; tell whether anything changed. Raises RefusedError.

    An administrator has all sites, and could take them anyway.
    """
    wanted = None if profile == Profile.ADMINISTRATOR else apps

    def plan(held: User) -> Plan:
        before, after = _described(held.profile, _ids(held)), _described(profile, wanted)
        differs = {"profile": held.profile != profile, "apps": _ids(held) != wanted}
        changed = [key for key in before if differs[key]]

        def write() -> None:
            held.profile, held.limited = profile, wanted is not None
            held.save(update_fields=["profile", "limited"])
            held.grants.all().delete()
            Grant.objects.bulk_create(Grant(user=held, app_id=app_id) for app_id in wanted or ())

        return Plan(
            action=Action.CHANGE_PERSON,
            stays=held.is_active and profile == Profile.ADMINISTRATOR,
            write=write,
            before={"person": str(held), **{key: before[key] for key in changed}},
            after={"person": str(held), **{key: after[key] for key in changed}},
            is_empty=not changed,
        )

    return _make(person, actor=actor, plan=plan, now=now)


def disable(person: User, *, actor: Actor, now: datetime) -> bool:
    """Close somebody's account and end their sessions; tell whether it was open. Raises RefusedError."""
    return _set_active(person, actor=actor, is_active=False, now=now)


def enable(person: User, *, actor: Actor, now: datetime) -> bool:
    """Open somebody's account again; tell whether it was closed. Raises RefusedError."""
    return _set_active(person, actor=actor, is_active=True, now=now)


def _set_active(person: User, *, actor: Actor, is_active: bool, now: datetime) -> bool:
    def plan(held: User) -> Plan:
        def write() -> None:
            held.is_active = is_active
            held.save(update_fields=["is_active"])

        return Plan(
            action=Action.ENABLE_PERSON if is_active else Action.DISABLE_PERSON,
            stays=is_active and held.profile == Profile.ADMINISTRATOR,
            write=write,
            after={"person": str(held)},
            is_empty=held.is_active == is_active,
        )

    return _make(person, actor=actor, plan=plan, now=now)


def end_sessions(person: User, *, actor: Actor, now: datetime) -> bool:
    """Sign somebody out everywhere; tell whether they were signed in at all. Raises RefusedError."""

    def plan(held: User) -> Plan:
        count = len(sessions.open_sessions(held, now=now.timestamp()))
        return Plan(
            action=Action.CHANGE_PERSON,
            stays=held.is_active and held.profile == Profile.ADMINISTRATOR,
            write=lambda: None,
            before={"person": str(held), "sessions": count},
            after={"person": str(held), "sessions": 0},
            is_empty=not count,
        )

    return _make(person, actor=actor, plan=plan, now=now)


def _make(person: User, *, actor: Actor, plan: Callable[[User], Plan], now: datetime) -> bool:
    """Judge what is planned, then do it and journal it, or journal the refusal; tell whether anything changed."""
    with transaction.atomic():
        held, administrators = _hold(person)
        planned = plan(held)
        intent = Intent(action=planned.action, before=planned.before, after=planned.after)
        reason = "right"
        if may(actor, Right.PEOPLE):
            reason = refusal(
                actor.id, person_id=str(held.pk), administrators=administrators, stays=planned.stays
            )
        if not reason and not planned.is_empty:
            with noted(actor, Right.PEOPLE, intent=intent, now=now):
                planned.write()
                _take_back(held, stays=planned.stays, now=now)
    if reason:
        refuse(actor, intent=intent, reason=reason, now=now)
    return not planned.is_empty


def _take_back(person: User, *, stays: bool, now: datetime) -> None:
    """End the sessions of somebody whose rights are not what they were, and what they could come back by."""
    sessions.end_all(person, now=now.timestamp())
    if not stays:
        invitations.revoke_all_of(str(person.pk), now=now)


def _hold(person: User) -> tuple[User, frozenset[str]]:
    """Lock a person and the active administrators, all in one order; return the person as they are and those ids.

    PostgreSQL locks the rows; SQLite has let nobody else write since this transaction began.
    """
    is_administrator = Q(profile=Profile.ADMINISTRATOR, is_active=True)
    locked = User.objects.select_for_update().filter(Q(pk=person.pk) | is_administrator).order_by("pk")
    people = {each.pk: each for each in locked}
    administrators = frozenset(
        str(each.pk) for each in people.values() if each.is_active and each.profile == Profile.ADMINISTRATOR
    )
    return people[person.pk], administrators


def _ids(person: User) -> frozenset[UUID] | None:
    return None if person.granted_apps is None else frozenset(UUID(app_id) for app_id in person.granted_apps)


def _described(profile: str, apps: Collection[UUID] | None) -> dict[str, Any]:
    return {"profile": profile, "apps": titles(apps)}


def titles(apps: Collection[UUID] | None) -> list[str] | None:
    """Return what the sites are called, for the journal and for pages; None stands for all of them."""
    if apps is None:
        return None
    known = {app.heroku_id: app.title for app in App.objects.filter(heroku_id__in=apps)}
    return sorted((known.get(app_id, str(app_id)) for app_id in apps), key=str.casefold)

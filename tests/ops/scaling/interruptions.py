"""Changes left behind by a process that is gone, written as that process would have written them."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from opsconsole.ops.access.rights import Actor
from opsconsole.ops.changes.ask import subject_of
from opsconsole.ops.changes.lease import LEASE, Lease, claim
from opsconsole.ops.fleet.models import App
from opsconsole.ops.journal.change import Intent, begin
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.scaling.models import RememberedType, Sleep
from opsconsole.ops.scaling.plan import Scaled, as_json

AWAKE = (
    Scaled(type="web", quantity=2, size="Standard-1X"),
    Scaled(type="worker", quantity=1, size="Standard-1X"),
)
ASLEEP = tuple(Scaled(type=each.type, quantity=0, size=each.size) for each in AWAKE)
MORE = (Scaled(type="web", quantity=3, size="Standard-1X"),)
TARGETS = {Action.SLEEP: ASLEEP, Action.WAKE: AWAKE, Action.REOPEN: (), Action.SCALE: MORE}


def leave_behind(
    app: App, actor: Actor, *codes: str, action: Action = Action.SLEEP, sent: bool = False, page: bool = False
) -> Entry:
    """Write a change whose follower died after these steps; `sent`: it had noted that it was about to send."""
    entry, _lease = leave_lapsed(app, actor, *codes, action=action, sent=sent, page=page)
    return entry


def leave_lapsed(
    app: App, actor: Actor, *codes: str, action: Action = Action.SLEEP, sent: bool = False, page: bool = False
) -> tuple[Entry, Lease]:
    """`leave_behind`, with the lease of the follower that may only have been paused."""
    long_ago = timezone.now() - 2 * LEASE
    target = as_json(TARGETS[action])
    with transaction.atomic():
        entry = begin(
            actor,
            intent=Intent(action=action, subject=subject_of(app), after={"formation": target}),
            now=long_ago,
        )
        lease = claim(
            app_id=app.heroku_id,
            entry_id=entry.id,
            now=long_ago,
            action=action,
            actor_id=actor.id,
            actor_name=actor.name,
            app_name=app.name,
            target={"updates": target, "page": page},
            steps=[{"code": code, "at": long_ago.isoformat()} for code in ("noted", *codes)],
            sent_at=long_ago + timedelta(seconds=1) if sent else None,
        )
        if action == Action.SLEEP:
            remember(app, *AWAKE, entry_id=entry.id, page=page)
    return entry, lease


def remember(
    app: App, *formation: Scaled, entry_id: UUID, by: str = "Claire Morel", page: bool = False
) -> None:
    """Write what a sleep of this app would have kept."""
    Sleep.objects.create(
        app_id=app.heroku_id,
        entry_id=entry_id,
        by=by,
        asked_at=timezone.now() - 2 * LEASE,
        with_page=page,
    )
    for each in formation:
        RememberedType.objects.create(
            app_id=app.heroku_id,
            process_type=each.type,
            quantity=each.quantity,
            size=each.size,
            entry_id=entry_id,
        )

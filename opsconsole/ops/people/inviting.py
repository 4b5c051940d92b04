"""Invite somebody, and withdraw an invitation that was not used yet."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Invitation, Profile
from opsconsole.ops.access.rights import Actor, Right
from opsconsole.ops.journal.change import Intent, noted
from opsconsole.ops.journal.models import Action
from opsconsole.ops.people.accounts import titles


def invite(actor: Actor, *, name: str, profile: str, apps: Collection[UUID] | None, now: datetime) -> str:
    """Return the token of a new invitation, which nobody can read again. Raises RefusedError."""
    wanted = None if profile == Profile.ADMINISTRATOR else apps
    after = {"person": name, "profile": profile, "apps": titles(wanted)}
    with noted(actor, Right.PEOPLE, intent=Intent(action=Action.INVITE, after=after), now=now):
        return invitations.invite(
            profile, name=name, apps=wanted, created_by=actor.name, author_id=actor.id, now=now
        )


def withdraw(invitation: Invitation, *, actor: Actor, now: datetime) -> bool:
    """End an invitation; tell whether it could still be used. Raises RefusedError."""
    still_good = invitations.pending(now=now).filter(pk=invitation.pk)
    if not still_good.exists():
        return False
    intent = Intent(action=Action.WITHDRAW, after={"person": str(invitation)})
    with noted(actor, Right.PEOPLE, intent=intent, now=now):
        still_good.update(expires_at=now)
    return True

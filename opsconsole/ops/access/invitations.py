"""Invitations: a link, single use, good for 24 hours, that lets somebody choose their password and come in.

Only the SHA-256 of the token is kept, so that a stolen database opens no account.
"""

import secrets
from collections.abc import Collection
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from opsconsole.ops.access.models import Invitation, User
from opsconsole.ops.access.people import create_person

LIFETIME = timedelta(hours=24)
TOKEN_BYTES = 32


class InvitationError(Exception):
    """This link opens nothing."""


class UnknownInvitationError(InvitationError):
    """No such link was ever made."""


class SpentInvitationError(InvitationError):
    """The link was good once: it was used, replaced, or is too old."""


def invite(
    profile: str,
    *,
    username: str = "",
    name: str = "",
    apps: Collection[UUID] | None = None,
    created_by: str,
    author_id: str = "",
    now: datetime,
) -> str:
    """Make an invitation, for all apps (None) or some, and return its token, which cannot be read again."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    Invitation.objects.create(
        token_hash=_hash(token),
        username=User.normalize_username(username),
        name=name.strip(),
        profile=profile,
        apps=None if apps is None else sorted(str(app_id) for app_id in apps),
        created_at=now,
        created_by=created_by,
        author_id=author_id,
        expires_at=now + LIFETIME,
    )
    return token


def revoke(*, created_by: str, now: datetime) -> None:
    """End the unused invitations of one command: the newest link is the only good one."""
    pending(now=now).filter(created_by=created_by, author_id="").update(expires_at=now)


def revoke_all_of(author_id: str, *, now: datetime) -> None:
    """End the unused invitations of somebody who may invite no more."""
    pending(now=now).filter(author_id=author_id).update(expires_at=now)


def pending(*, now: datetime) -> QuerySet[Invitation]:
    """Return the invitations that can still be used, the newest first."""
    return Invitation.objects.filter(used_at=None, expires_at__gt=now).order_by("-created_at", "-pk")


def find(token: str, *, now: datetime) -> Invitation:
    """Return the invitation that a link can still open; raises InvitationError."""
    invitation = Invitation.objects.filter(token_hash=_hash(token)).first()
    if invitation is None:
        raise UnknownInvitationError
    if invitation.used_at or invitation.expires_at <= now:
        raise SpentInvitationError
    return invitation


def accept(invitation: Invitation, *, username: str, name: str, password: str, now: datetime) -> User:
    """Create the invited person and spend the invitation, both or neither.

    Raises SpentInvitationError when somebody was faster, ValidationError when the values do not fit.
    """
    with transaction.atomic():
        won = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(
            used_at=now
        )
        if not won:
            raise SpentInvitationError
        return create_person(
            invitation.username or username,
            name=name,
            profile=invitation.profile,
            password=password,
            apps=None if invitation.apps is None else [UUID(app_id) for app_id in invitation.apps],
        )


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()

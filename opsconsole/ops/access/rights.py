"""Who may do what: one table from profiles to rights, asked before anything is shown or done."""

from dataclasses import dataclass
from enum import StrEnum, unique
from hashlib import sha256

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from opsconsole.ops.access.address import address_of
from opsconsole.ops.access.models import Profile, User


@unique
class Right(StrEnum):
    SEE = "see"
    SLEEP = "sleep"
    WAKE = "wake"
    RESTART = "restart"
    RUN = "run"
    SCALE = "scale"
    MANAGE = "manage"
    FREE_COMMAND = "free_command"
    CONSOLE = "console"
    PEOPLE = "people"
    TOKEN = "token"  # noqa: S105 -- the name of a right


# Each profile has all the rights of the one before it.
_READER = frozenset({Right.SEE})
_OPERATOR = _READER | {Right.SLEEP, Right.WAKE, Right.RESTART, Right.RUN}
_MANAGER = _OPERATOR | {Right.SCALE, Right.MANAGE, Right.FREE_COMMAND}
_ADMINISTRATOR = _MANAGER | {Right.CONSOLE, Right.PEOPLE, Right.TOKEN}

PROFILE_RIGHTS: dict[str, frozenset[Right]] = {
    Profile.READER: _READER,
    Profile.OPERATOR: _OPERATOR,
    Profile.MANAGER: _MANAGER,
    Profile.ADMINISTRATOR: _ADMINISTRATOR,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Actor:
    """Who acts, as the journal keeps it: nothing of it leads back into the database or into a session."""

    id: str
    name: str
    profile: str
    address: str
    session_ref: str


def may(person: User | AnonymousUser | Actor, right: Right, app_id: str | None = None) -> bool:  # noqa: ARG001
    """Tell whether somebody has a right, for one app when `app_id` names it.

    Rights are the same for every app today; callers name the app all the same, so that people limited to some
    apps change nothing for them. Nobody has a right before signing in or once disabled.
    """
    if isinstance(person, Actor):
        return right in PROFILE_RIGHTS.get(person.profile, frozenset())
    if isinstance(person, AnonymousUser) or not person.is_active:
        return False
    return right in PROFILE_RIGHTS.get(person.profile, frozenset())


def require(request: HttpRequest, right: Right, app_id: str | None = None) -> None:
    """Raise PermissionDenied (Django answers 403) unless whoever sent the request has the right."""
    if not may(request.user, right, app_id):
        raise PermissionDenied


def actor_of(request: HttpRequest) -> Actor:
    """Return who acts through this request; raises PermissionDenied when nobody is signed in."""
    person = request.user
    if not isinstance(person, User) or not person.is_active:
        raise PermissionDenied
    return Actor(
        id=str(person.pk),
        name=person.name or person.username,
        profile=person.profile,
        address=address_of(request),
        session_ref=session_reference(request.session.session_key),
    )


def session_reference(session_key: str | None) -> str:
    """Return a short name for a session that tells two apart without opening either."""
    return sha256(session_key.encode()).hexdigest()[:12] if session_key else ""

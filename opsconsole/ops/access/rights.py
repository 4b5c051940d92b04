"""Who may do what: one table from profiles to rights, asked before anything is shown or done."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum, unique
from functools import wraps
from hashlib import sha256
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from opsconsole.ops.access.address import address_of
from opsconsole.ops.access.models import Profile, User

View = Callable[..., HttpResponse]


@unique
class Right(StrEnum):
    SEE = "see"
    SLEEP = "sleep"
    WAKE = "wake"
    RESTART = "restart"
    RUN = "run"
    SCALE = "scale"
    PROTECT = "protect"
    SCHEDULE = "schedule"
    FREE_COMMAND = "free_command"
    COMMANDS = "commands"  # to write the catalogue
    CONSOLE = "console"
    RECORDINGS = "recordings"  # to read what others' consoles printed
    REVEAL = "reveal"
    PEOPLE = "people"
    APPS = "apps"
    EXPORT = "export"
    HEALTH = "health"
    TOKEN = "token"  # noqa: S105 -- the name of a right


# Each profile has all the rights of the one before it.
_READER = frozenset({Right.SEE})
_OPERATOR = _READER | {Right.SLEEP, Right.WAKE, Right.RESTART, Right.RUN}
_MANAGER = _OPERATOR | {Right.SCALE, Right.PROTECT, Right.SCHEDULE, Right.REVEAL}
_ADMINISTRATOR = frozenset(Right)

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
    apps: frozenset[str] | None = None  # the only ones that they may see; None for all


def may(person: User | AnonymousUser | Actor, right: Right, app_id: str | None = None) -> bool:
    """Tell whether somebody has a right, for one app when `app_id` names it.

    Nobody has a right before signing in or once disabled; people limited to some apps have none on any other.
    """
    if isinstance(person, AnonymousUser):
        return False
    if isinstance(person, User) and not person.is_active:
        return False
    if app_id is not None and not _sees(person, app_id):
        return False
    return right in PROFILE_RIGHTS.get(person.profile, frozenset())


def _sees(person: User | Actor, app_id: str) -> bool:
    only = only_apps(person)
    return only is None or app_id in only


def only_apps(person: User | AnonymousUser | Actor) -> frozenset[str] | None:
    """Return the ids of the only apps that somebody may see, None for all of them."""
    if isinstance(person, AnonymousUser):
        return frozenset()
    return person.apps if isinstance(person, Actor) else person.granted_apps


class MissingRightError(PermissionDenied):
    """Django answers 403; the journal says which right was missing."""

    def __init__(self, right: Right) -> None:
        super().__init__(right)
        self.right = right


def require(request: HttpRequest, right: Right, app_id: str | None = None) -> None:
    """Raise MissingRightError unless whoever sent the request has the right."""
    if not may(request.user, right, app_id):
        raise MissingRightError(right)


def only_with(right: Right) -> Callable[[View], View]:
    """Keep a whole view for those who have a right; it stands before whatever else the view asks of them."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            require(request, right)
            return view(request, *args, **values)

        return guarded

    return decorate


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
        apps=only_apps(person),
    )


def session_reference(session_key: str | None) -> str:
    """Return a short name for a session that tells two apart without opening either."""
    return sha256(session_key.encode()).hexdigest()[:12] if session_key else ""

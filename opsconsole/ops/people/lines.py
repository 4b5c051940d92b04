"""People and invitations as lines of a page."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from opsconsole.ops.access.models import Invitation, Profile, User
from opsconsole.ops.fleet.models import App


def people_lines(people: Iterable[User]) -> list[dict[str, Any]]:
    """Return those who can sign in first."""
    titles = _titles()
    lines = [_person(person, titles) for person in people]
    return sorted(lines, key=lambda line: not line["is_active"])


def person_line(person: User) -> dict[str, Any]:
    return _person(person, _titles())


def _person(person: User, titles: dict[str, str]) -> dict[str, Any]:
    only = [str(grant.app_id) for grant in person.grants.all()] if person.limited else None
    return {
        "pk": person.pk,
        "name": str(person),
        "username": person.username,
        "profile": person.get_profile_display(),
        "sites": _sites(only, titles),
        "is_active": person.is_active,
        "last_sign_in": person.last_login,
    }


def invitation_lines(invitations: Iterable[Invitation]) -> list[dict[str, Any]]:
    titles = _titles()
    return [
        {
            "pk": invitation.pk,
            "name": invitation.name or invitation.username or _("Sans nom"),
            "profile": Profile(invitation.profile).label,
            "sites": _sites(invitation.apps, titles),
            "by": invitation.created_by,
            "made_at": invitation.created_at,
        }
        for invitation in invitations
    ]


def _titles() -> dict[str, str]:
    return {str(app.heroku_id): app.title for app in App.objects.all()}


def _sites(only: list[str] | None, titles: dict[str, str]) -> str:
    """« tous les sites », « Boutique, Inscriptions »."""
    if only is None:
        return _("tous les sites")
    names = sorted((titles.get(app_id, app_id) for app_id in only), key=str.casefold)
    return ", ".join(names) or _("aucun site")

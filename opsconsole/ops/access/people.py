"""Making a person: the one way in, for invitations as for the demo's people."""

from collections.abc import Collection
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from opsconsole.ops.access.models import Grant, Profile, User


def create_person(
    username: str, *, name: str, profile: str, password: str, apps: Collection[UUID] | None = None
) -> User:
    """Create somebody who can sign in at once and see all apps (None) or some.

    Raises ValidationError saying what does not fit.
    """
    person = User(
        username=User.normalize_username(username),
        name=name.strip() or username.strip(),
        profile=profile,
        limited=apps is not None,
    )
    validate_password(password, person)
    person.set_password(password)
    person.full_clean()
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            Grant.objects.bulk_create(Grant(user=person, app_id=app_id) for app_id in apps or ())
    except IntegrityError as error:
        # Two people chose the same name at once; the check above saw neither.
        raise ValidationError(_("Cet identifiant est déjà pris.")) from error
    return person


def has_active_administrator() -> bool:
    return User.objects.filter(profile=Profile.ADMINISTRATOR, is_active=True).exists()

"""The people of the console, and the invitations by which they come in."""

import unicodedata
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _


class Profile(models.TextChoices):
    """What somebody is here; `rights.py` says what each may do."""

    READER = "reader", _("Lecteur")
    OPERATOR = "operator", _("Opérateur")
    MANAGER = "manager", _("Responsable")
    ADMINISTRATOR = "administrator", _("Administrateur")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(username=User.normalize_username(username or ""))


class User(AbstractBaseUser):
    """A person. Rights come from the profile alone: Django's groups and permissions have no part here."""

    username = models.CharField(
        _("identifiant"),
        max_length=60,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("Cet identifiant est déjà pris.")},
    )
    name = models.CharField(_("nom affiché"), max_length=80)
    email = models.EmailField(_("adresse e-mail"), blank=True)
    profile = models.CharField(_("profil"), max_length=20, choices=Profile, default=Profile.READER)
    is_active = models.BooleanField(_("peut se connecter"), default=True)
    limited = models.BooleanField(_("limité à certains sites"), default=False)
    date_joined = models.DateTimeField(default=timezone.now)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        app_label = "ops"
        ordering: ClassVar[list[str]] = ["name", "username"]
        verbose_name = _("personne")
        verbose_name_plural = _("personnes")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(profile__in=Profile.values), name="user_profile_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the one spelling under which somebody is kept, however they typed it."""
        return unicodedata.normalize("NFKC", username).strip().lower()

    @cached_property
    def granted_apps(self) -> frozenset[str] | None:
        """The Heroku ids of the only apps that they may see, None for all of them."""
        if not self.limited:
            return None
        return frozenset(str(app_id) for app_id in self.grants.values_list("app_id", flat=True))

    @property
    def is_staff(self) -> bool:
        """Tell whether they may look around in Django's administration, which knows of no limit to some apps."""
        return self.is_active and self.profile == Profile.ADMINISTRATOR and not self.limited

    def has_perm(self, permission: str, _of: object = None) -> bool:
        """Answer Django's administration, where one may look; `rights.py` says what somebody may do."""
        return self.is_staff and permission.startswith("ops.view_")

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff and app_label == "ops"


class Grant(models.Model):
    """An app that somebody limited to some may see, by Heroku's UUID."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="grants")
    app_id = models.UUIDField()

    class Meta:
        app_label = "ops"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=("user", "app_id"), name="one_grant_per_app"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.app_id}"


class Invitation(models.Model):
    """A link, good for one person and a limited time, that lets them choose a password and come in."""

    token_hash = models.CharField(max_length=64, unique=True)
    username = models.CharField(max_length=60, blank=True)
    name = models.CharField(max_length=80, blank=True)
    profile = models.CharField(max_length=20, choices=Profile)
    # None for somebody who may see every app, else the ids of the only ones
    apps = models.JSONField(null=True, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=120)
    # Whoever may invite no more must not come back by a link of their own; "" for a command's
    author_id = models.CharField(max_length=40, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        app_label = "ops"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(profile__in=Profile.values), name="invitation_profile_is_known"
            ),
        ]
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.username or self.name or str(Profile(self.profile).label)

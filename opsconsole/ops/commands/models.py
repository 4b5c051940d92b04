"""A ready command of the catalogue. A run keeps it as it was: `Command.as_it_is`."""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.access.models import Profile


class Risk(models.TextChoices):
    SAFE = "safe", _("Sans danger")
    SENSITIVE = "sensitive", _("Sensible")
    DANGEROUS = "dangerous", _("Dangereuse")


class Command(models.Model):
    """What staff may launch by a button. `key` names one of the starter set, "" for those written here."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("nom"), max_length=120)
    purpose = models.TextField(_("ce qu’elle fait"), max_length=600)
    when = models.TextField(_("quand s’en servir"), max_length=600, blank=True)
    template = models.TextField(_("ligne de commande"), max_length=4000)
    parameters = models.JSONField(default=list)  # see parameters.py
    size = models.CharField(_("taille"), max_length=40, blank=True)  # "" for the one of the site
    time_to_live = models.PositiveIntegerField(_("durée au plus"), default=3600)  # seconds
    risk = models.CharField(_("risque"), max_length=10, choices=Risk, default=Risk.SENSITIVE)
    profile = models.CharField(
        _("qui peut la lancer"), max_length=30, choices=Profile, default=Profile.OPERATOR
    )  # and every profile above
    apps = models.JSONField(null=True, blank=True)  # the UUIDs of the only sites it is for; None for all
    alone = models.BooleanField(_("une à la fois"), default=True)
    # It asks questions on its way: it is opened in a console, by who has the right to
    interactive = models.BooleanField(_("s’ouvre dans une console"), default=False)
    confirmation = models.TextField(_("avant de lancer"), max_length=600, blank=True)
    success = models.TextField(_("quand tout va bien"), max_length=600, blank=True)
    failure = models.TextField(_("quand elle échoue"), max_length=600, blank=True)
    failures = models.JSONField(default=dict)  # by exit status, as text: {"2": "…"}
    enabled = models.BooleanField(_("proposée"), default=True)
    position = models.PositiveSmallIntegerField(_("place dans la liste"), default=100)
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        ordering = ("position", "title")
        verbose_name = _("commande")
        verbose_name_plural = _("commandes")

    def __str__(self) -> str:
        return self.title

    def as_it_is(self) -> dict[str, Any]:
        """Return what a run keeps of it, as JSON."""
        return {
            "key": self.key,
            "title": self.title,
            "purpose": self.purpose,
            "template": self.template,
            "parameters": self.parameters,
            "risk": self.risk,
            "success": self.success,
            "failure": self.failure,
            "failures": self.failures,
            "version": self.version,
        }

"""The apps we look after, known by Heroku's UUID: names change hands."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Environment(models.TextChoices):
    PRODUCTION = "production", _("Production")
    STAGING = "staging", _("Recette")
    DEVELOPMENT = "development", _("Développement")


class App(models.Model):
    """An app as people know it; what it is doing now is in a `Reading`, never here."""

    heroku_id = models.UUIDField(primary_key=True)
    name = models.CharField(_("nom Heroku"), max_length=40)
    label = models.CharField(_("nom affiché"), max_length=80, blank=True)
    # Until a person said otherwise an app is treated with the care that production asks for.
    environment = models.CharField(max_length=20, choices=Environment, default=Environment.PRODUCTION)
    protected = models.BooleanField(_("protégé"), default=False)
    position = models.PositiveSmallIntegerField(default=100)
    listed = models.BooleanField(default=True)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("position", "name")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.label or self.name

    @property
    def topic(self) -> str:
        """The live topic on which this app's changes are told."""
        return f"app:{self.heroku_id}"

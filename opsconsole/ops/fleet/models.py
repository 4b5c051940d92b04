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
    listed = models.BooleanField(default=True)  # the token sees it
    shown = models.BooleanField(_("montré"), default=True)  # the administrator wants it here
    former_name = models.CharField(max_length=40, blank=True)  # until somebody has taken note of a new name
    seen_at = models.DateTimeField()  # when the token began to see it under this name, or to see it no more

    class Meta:
        ordering = ("position", "name")
        verbose_name = _("site")
        verbose_name_plural = _("sites")

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.label or self.name

    def process_names(self) -> dict[str, str]:
        """What people call its process types, in the order they were given; "" where nobody has chosen a name."""
        return {row.name: row.label for row in self.process_types.all()}

    @property
    def topic(self) -> str:
        """The live topic on which this app's changes are told."""
        return f"app:{self.heroku_id}"


class ProcessType(models.Model):
    """What people call a process type of an app, where it stands among the others, and whether it may be touched."""

    app = models.ForeignKey(App, on_delete=models.CASCADE, related_name="process_types")
    name = models.CharField(_("type de processus"), max_length=128)
    label = models.CharField(_("nom affiché"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    protected = models.BooleanField(_("protégé"), default=False)

    class Meta:
        ordering = ("position", "name")
        constraints = (models.UniqueConstraint(fields=("app", "name"), name="one_row_per_process_type"),)
        verbose_name = _("type de processus")
        verbose_name_plural = _("types de processus")

    def __str__(self) -> str:
        return self.label or self.name


class StoredToken(models.Model):
    """The one Heroku token that an administrator has pasted, encrypted; whose it was when it was checked."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    secret = models.TextField()
    account_id = models.CharField(max_length=40)
    account_email = models.CharField(max_length=254)
    scopes = models.JSONField(default=list)
    stored_at = models.DateTimeField()
    stored_by = models.CharField(max_length=150)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="only_one_token"),)

    def __str__(self) -> str:
        return f"the token of {self.account_email}"

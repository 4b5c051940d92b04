"""What a sleep must remember to be undone."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sleep(models.Model):
    """An app that our own sleep put to zero: until it is undone, its types are in `RememberedType`."""

    app_id = models.UUIDField(primary_key=True)
    entry_id = models.UUIDField()
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # Written before maintenance is asked for: a wake must lift what a sleep may have put on, and nothing else.
    with_page = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("veille")
        verbose_name_plural = _("veilles")

    def __str__(self) -> str:
        return f"{self.app_id} since {self.confirmed_at or self.asked_at}"


class RememberedType(models.Model):
    """A process type as it was before the sleep that zeroed it."""

    app_id = models.UUIDField()
    process_type = models.CharField(max_length=128)
    quantity = models.PositiveIntegerField()
    size = models.CharField(max_length=60)
    entry_id = models.UUIDField()

    class Meta:
        ordering = ("process_type",)
        constraints = (
            models.UniqueConstraint(fields=("app_id", "process_type"), name="one_memory_per_type"),
        )
        verbose_name = _("taille gardée en mémoire")
        verbose_name_plural = _("tailles gardées en mémoire")

    def __str__(self) -> str:
        return f"{self.process_type}={self.quantity}:{self.size}"


class PriceSettings(models.Model):
    """How prices are told: Heroku's dollars, and euros too where an administrator gave a rate."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    euros_per_dollar = models.DecimalField(max_digits=8, decimal_places=4, null=True, blank=True)
    changed_at = models.DateTimeField(null=True)
    changed_by = models.CharField(max_length=150, blank=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="only_one_price_settings"),)

    def __str__(self) -> str:
        return f"1 $ = {self.euros_per_dollar} €" if self.euros_per_dollar else "dollars"

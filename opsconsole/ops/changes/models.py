"""Who is changing an app right now."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ChangeInProgress(models.Model):
    """The one change that an app may be in. Whoever holds the lease follows it; a lapsed lease is taken over."""

    app_id = models.UUIDField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=30)  # one of Action
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150)
    app_name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    # What the change's own room keeps of it, as it keeps it
    target = models.JSONField()
    steps = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=40)
    lease_until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("changement en cours")
        verbose_name_plural = _("changements en cours")

    def __str__(self) -> str:
        return f"{self.action} {self.app_name} by {self.actor_name}"

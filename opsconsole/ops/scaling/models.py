"""What a sleep must remember to be undone, and who is changing an app right now."""

from django.db import models

from opsconsole.ops.journal.models import Action


class Sleep(models.Model):
    """An app that our own sleep put to zero: until it is undone, its types are in `RememberedType`."""

    app_id = models.UUIDField(primary_key=True)
    entry_id = models.UUIDField()
    by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    # Written before maintenance is asked for: a wake must lift what a sleep may have put on, and nothing else.
    with_page = models.BooleanField(default=False)

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

    def __str__(self) -> str:
        return f"{self.process_type}={self.quantity}:{self.size}"


class ChangeInProgress(models.Model):
    """The one change that an app may be in. Whoever holds the lease follows it; a lapsed lease is taken over."""

    app_id = models.UUIDField(primary_key=True)
    entry_id = models.UUIDField(unique=True)
    action = models.CharField(max_length=30, choices=Action)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150)
    app_name = models.CharField(max_length=40)
    started_at = models.DateTimeField()
    # `updates`, a list of type, quantity and size; and `page`, whether maintenance is switched
    target = models.JSONField()
    steps = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    owner = models.CharField(max_length=40)
    lease_until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.action} {self.app_name} by {self.actor_name}"

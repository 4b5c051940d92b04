"""A run: a one-off dyno that somebody asked for, kept before it is asked of Heroku; and what it printed."""

import uuid
from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    ASKED = "asked", _("Préparation")  # noted here; Heroku's answer is awaited or was lost
    STARTING = "starting", _("Préparation")  # Heroku has a dyno for it
    RUNNING = "running", _("En cours")
    DONE = "done", _("Terminée")
    FAILED = "failed", _("Échouée")  # it ended with another status than 0
    STOPPED = "stopped", _("Arrêtée")  # somebody asked for it
    EXPIRED = "expired", _("Expirée")  # Heroku ended it when its time was over
    LOST = "lost", _("Perdue")  # it is over, and nobody saw how
    UNKNOWN = "unknown", _("Inconnue")  # whether Heroku launched it could not be known
    REFUSED = "refused", _("Non lancée")  # it surely was not launched


class Sort(models.TextChoices):
    COMMAND = "command"  # detached, followed by its log
    CONSOLE = "console"  # attached, held by the process that opened it


ACTIVE: Final = (State.ASKED, State.STARTING, State.RUNNING)


class Run(models.Model):
    """One launch. `key` is the form's that asked for it: the same form, sent twice, is one run.

    Apps, people and commands are kept as text and ids: a run outlives them, and keeps its command as it was.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.UUIDField(unique=True)
    entry_id = models.UUIDField(unique=True)
    sort = models.CharField(max_length=10, choices=Sort, default=Sort.COMMAND)
    app_id = models.UUIDField()
    app_name = models.CharField(max_length=40)
    app_title = models.CharField(max_length=80)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150)
    # Of the catalogue; "" for a line that somebody wrote
    command_id = models.CharField(max_length=40, blank=True, db_index=True)
    command = models.JSONField(default=dict)
    values = models.JSONField(default=dict)
    title = models.CharField(max_length=120)
    line = models.TextField()
    tag = models.CharField(max_length=40, unique=True)
    size = models.CharField(max_length=40, blank=True)  # "" for the one of the site
    time_to_live = models.PositiveIntegerField()  # seconds
    # While this run is active no other of the same name may begin
    alone = models.CharField(max_length=120, null=True, unique=True)  # noqa: DJ001 -- NULLs may be many
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    dyno_name = models.CharField(max_length=200, blank=True)
    exit_status = models.PositiveSmallIntegerField(null=True)
    asked_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    launched_at = models.DateTimeField(null=True)  # Heroku's own time
    up_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # What was printed: all of it, and what is not kept of its middle
    lines = models.PositiveIntegerField(default=0)
    bytes = models.PositiveBigIntegerField(default=0)
    left_out = models.PositiveIntegerField(default=0)
    stop_entry_id = models.UUIDField(null=True)  # of whoever asked for its end
    stop_by = models.CharField(max_length=150, blank=True)
    stop_asked_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()
    owner = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, db_index=True)  # None once it is over

    class Meta:
        indexes = (
            models.Index(fields=("app_id", "-asked_at"), name="run_by_app"),
            models.Index(fields=("app_id", "changed_at"), name="run_by_change"),
        )
        verbose_name = _("exécution")
        verbose_name_plural = _("exécutions")

    def __str__(self) -> str:
        return f"{self.title} {self.state}"

    @property
    def is_active(self) -> bool:
        return self.state in ACTIVE


class Piece(models.Model):
    """Some lines that a run printed, in their order; `lines` is a list of [Heroku's time, text], text None for a hole."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    lines = models.JSONField()
    count = models.PositiveIntegerField()
    bytes = models.PositiveIntegerField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=("run", "number"), name="one_piece_of_a_number"),)
        verbose_name = _("sortie")
        verbose_name_plural = _("sorties")

    def __str__(self) -> str:
        return f"{self.run_id} {self.number}"

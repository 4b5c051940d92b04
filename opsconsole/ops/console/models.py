"""A console: a run that somebody talks to, and what the run itself does not know of it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.oneoffs.models import Run


class Console(models.Model):
    """What was asked for with a run, and what became of it. The size is in characters, and fixed when the dyno starts."""

    run = models.OneToOneField(Run, on_delete=models.CASCADE, primary_key=True, related_name="console")
    kind = models.CharField(max_length=50)  # one of kinds.KINDS, or a command of the catalogue
    purpose = models.CharField(max_length=200, blank=True)
    columns = models.PositiveSmallIntegerField()
    rows = models.PositiveSmallIntegerField()
    typed_at = models.DateTimeField(null=True)  # the last key, as its process noted it
    # Of the recording: what it holds, and whether all of it is there
    recorded_bytes = models.PositiveIntegerField(default=0)
    is_cut = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("console")
        verbose_name_plural = _("consoles")

    def __str__(self) -> str:
        return f"{self.run_id} {self.kind}"


class Phrases(models.Model):
    """What an administrator keeps ready for a kind of console, « name : line », a line each."""

    kind = models.CharField(max_length=20, primary_key=True)
    text = models.TextField(blank=True)

    class Meta:
        verbose_name = _("phrases prêtes")
        verbose_name_plural = _("phrases prêtes")

    def __str__(self) -> str:
        return self.kind


class Recorded(models.Model):
    """Some of what a console printed, in order: lines of an asciicast, each `[seconds since the start, "o", text]`."""

    console = models.ForeignKey(Console, on_delete=models.CASCADE, related_name="recorded")
    number = models.PositiveIntegerField()
    events = models.TextField()

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(fields=("console", "number"), name="one_recorded_of_a_number"),
        )
        verbose_name = _("enregistrement")
        verbose_name_plural = _("enregistrements")

    def __str__(self) -> str:
        return f"{self.console_id} {self.number}"

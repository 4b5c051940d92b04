"""The journal's two tables: an entry is written before the call, its outcomes after; nothing is changed or removed."""

import uuid
from typing import Any, NoReturn

from django.db import models
from django.utils.translation import gettext_lazy as _


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what the journal keeps."""


class AppendOnlyQuerySet(models.QuerySet[Any]):
    """Refuse in Python what the database's triggers refuse anyway, with a clearer sentence."""

    def update(self, **_values: object) -> NoReturn:
        raise AppendOnlyError("the journal is insert-only")

    def delete(self) -> NoReturn:
        raise AppendOnlyError("the journal is insert-only")


class AppendOnlyModel(models.Model):
    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **values: Any) -> None:
        if not self._state.adding:
            raise AppendOnlyError("the journal is insert-only")
        super().save(*args, **{**values, "force_insert": True})

    def delete(self, *_args: object, **_values: object) -> NoReturn:
        raise AppendOnlyError("the journal is insert-only")


class Action(models.TextChoices):
    SLEEP = "sleep"
    WAKE = "wake"
    REOPEN = "reopen"
    RESTART = "restart"
    STOP = "stop"
    RUN = "run"
    STOP_RUN = "stop_run"
    CONSOLE = "console"
    CLOSE_CONSOLE = "close_console"
    READ_RECORDING = "read_recording"
    SCALE = "scale"
    WRITE_COMMAND = "write_command"
    PHRASES = "phrases"
    DELETE_COMMAND = "delete_command"
    DESCRIBE_APP = "describe_app"
    PRICES = "prices"
    STORE_TOKEN = "store_token"  # noqa: S105 -- the name of an action
    DELETE_TOKEN = "delete_token"  # noqa: S105 -- the name of an action
    INVITE = "invite"
    WITHDRAW = "withdraw"
    CHANGE_PERSON = "change_person"
    DISABLE_PERSON = "disable_person"
    ENABLE_PERSON = "enable_person"
    EXPORT = "export"
    REVEAL_LOGS = "reveal_logs"
    OPEN_PAGE = "open_page"
    SIGN_IN = "sign_in"
    SIGN_OUT = "sign_out"


AT_HEROKU = (Action.SLEEP, Action.WAKE, Action.REOPEN, Action.RESTART, Action.STOP, Action.SCALE)
"""What changes an app at Heroku."""
RUNS = (Action.RUN, Action.STOP_RUN, Action.CONSOLE, Action.CLOSE_CONSOLE)
"""What runs beside an app at Heroku, and changes nothing of what runs in it; the rest is done to the console itself."""


class Entry(AppendOnlyModel):
    """Who wants what, on what, what it was before. People and apps are kept as text: entries outlive them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(db_index=True)
    actor_id = models.CharField(max_length=40)
    actor_name = models.CharField(max_length=150)
    actor_profile = models.CharField(max_length=30)
    actor_address = models.CharField(max_length=45, blank=True)
    session_reference = models.CharField(max_length=40, blank=True)
    app_id = models.CharField(max_length=40)
    app_name = models.CharField(max_length=40)
    app_title = models.CharField(max_length=80)
    action = models.CharField(max_length=30)  # one of Action
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    command_line = models.TextField(blank=True)

    class Meta:
        ordering = ("-at", "id")
        # With the name in it, an index alone tells what everybody in a long journal is called.
        indexes = (
            models.Index(fields=("actor_id", "at", "actor_name"), name="entry_by_actor"),
            models.Index(fields=("app_id", "at", "app_title"), name="entry_by_app"),
        )
        verbose_name = _("geste du journal")
        verbose_name_plural = _("journal")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.actor_name} {self.action} {self.app_name}"


class Kind(models.TextChoices):
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Outcome(AppendOnlyModel):
    """What became of an entry. Several may follow (unknown, then done); the last counts."""

    entry = models.ForeignKey(Entry, on_delete=models.DO_NOTHING, related_name="outcomes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=10, choices=Kind)
    reason = models.CharField(max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=80, blank=True)

    class Meta:
        ordering = ("id",)
        verbose_name = _("résultat")
        verbose_name_plural = _("résultats")

    def __str__(self) -> str:
        return f"{self.kind} {self.reason}".strip()

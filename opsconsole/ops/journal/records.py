"""Entries and outcomes as plain values, for exports and for the log: every field, moments with their offset."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from opsconsole.ops.journal.models import Entry, Outcome


def entry_record(entry: Entry) -> dict[str, Any]:
    return {
        "entry": str(entry.id),
        "at": moment(entry.at),
        "actor_id": entry.actor_id,
        "actor_name": entry.actor_name,
        "actor_profile": entry.actor_profile,
        "actor_address": entry.actor_address,
        "session_reference": entry.session_reference,
        "app_id": entry.app_id,
        "app_name": entry.app_name,
        "app_title": entry.app_title,
        "action": str(entry.action),
        "before": entry.before,
        "after": entry.after,
        "command_line": entry.command_line,
    }


def outcome_record(outcome: Outcome) -> dict[str, Any]:
    return {
        "at": moment(outcome.at),
        "kind": str(outcome.kind),
        "reason": outcome.reason,
        "request_id": outcome.request_id,
        "detail": outcome.detail,
    }


def moment(value: datetime) -> str:
    """« 2026-11-23T18:42:07.000123+01:00 », in the console's time zone."""
    return timezone.localtime(value).isoformat()

"""Whether this process may be sent visitors: its database answers, is migrated, and refuses to change the journal."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe

from opsconsole.ops.journal import guard

UNAVAILABLE = 503


@require_safe
def ready(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when ready, 503 otherwise; Heroku's health has no part in it."""
    try:
        reason = _missing()
    except DatabaseError:
        reason = "database"
    if reason:
        return JsonResponse({"status": "unavailable", "reason": reason}, status=UNAVAILABLE)
    return JsonResponse({"status": "ready"})


def _missing() -> str:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return "migrations"
    return "" if guard.stands(connection) else "journal"

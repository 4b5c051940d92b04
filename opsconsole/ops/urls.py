"""The addresses of the one app: home, the journal, and below `/apps/<name>/` what one does to an app."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from opsconsole.ops.admin import administration
from opsconsole.ops.fleet import token_views
from opsconsole.ops.home import commands, consoles, health, logs, readiness, recordings, runs, sizes
from opsconsole.ops.home import views as home
from opsconsole.ops.journal import views as journal
from opsconsole.ops.logs.views import log_codes
from opsconsole.ops.scaling import prices
from opsconsole.ops.ui import views as ui

urlpatterns = [
    path("", home.home, name="home"),
    path("apps/<slug:name>/", home.app_page, name="app"),
    path("apps/<slug:name>/dynos/", home.dynos_page, name="dynos"),
    path("apps/<slug:name>/dynos/", include("opsconsole.ops.dynos.urls")),
    path("apps/<slug:name>/scaling/", sizes.scaling_page, name="scaling"),
    path("apps/<slug:name>/scaling/preview/", sizes.scaling_preview, name="scaling_preview"),
    path("apps/<slug:name>/scaling/", include("opsconsole.ops.scaling.urls")),
    path("apps/<slug:name>/logs/", logs.logs_page, name="logs"),
    path("apps/<slug:name>/logs/findings/", logs.logs_findings, name="logs_findings"),
    path("apps/<slug:name>/logs/report/", logs.report_page, name="report"),
    path("apps/<slug:name>/logs/", include("opsconsole.ops.logs.urls")),
    path("apps/<slug:name>/commands/", commands.commands_page, name="commands"),
    path("apps/<slug:name>/commands/line/", commands.line_page, name="line"),
    path("apps/<slug:name>/commands/<uuid:command_id>/", commands.launch_page, name="launch"),
    path("apps/<slug:name>/runs/", runs.runs_page, name="runs"),
    path("apps/<slug:name>/runs/export/", runs.runs_export, name="runs_export"),
    path("apps/<slug:name>/runs/<uuid:run_id>/", runs.run_page, name="run"),
    path("apps/<slug:name>/runs/<uuid:run_id>/output/", runs.run_output, name="run_output"),
    path("apps/<slug:name>/runs/<uuid:run_id>/stop/", runs.run_stop, name="run_stop"),
    path("apps/<slug:name>/consoles/", consoles.consoles_page, name="consoles"),
    path("apps/<slug:name>/consoles/new/", consoles.console_new, name="console_new"),
    path("apps/<slug:name>/consoles/<uuid:run_id>/", consoles.console_page, name="console"),
    path("apps/<slug:name>/consoles/<uuid:run_id>/ticket/", consoles.console_ticket, name="console_ticket"),
    path("apps/<slug:name>/consoles/<uuid:run_id>/keys/", consoles.console_keys, name="console_keys"),
    path("apps/<slug:name>/consoles/<uuid:run_id>/end/", consoles.console_end, name="console_end"),
    path("apps/<slug:name>/consoles/<uuid:run_id>/recording/", recordings.recording_page, name="recording"),
    path(
        "apps/<slug:name>/consoles/<uuid:run_id>/recording/cast/",
        recordings.recording_cast,
        name="recording_cast",
    ),
    path("codes/", log_codes, name="log_codes"),
    path("quota/", home.quota_page, name="quota"),
    path("settings/", home.settings_page, name="settings"),
    path("settings/apps/", include("opsconsole.ops.fleet.urls")),
    path("settings/token/", token_views.token, name="token"),
    path("settings/token/delete/", token_views.token_delete, name="token_delete"),
    path("settings/consoles/", recordings.phrases_page, name="phrases"),
    path("settings/health/", health.console_health, name="console_health"),
    path("settings/health/connection/", health.connection_page, name="connection"),
    path("settings/prices/", prices.prices, name="prices"),
    path("settings/commands/", include("opsconsole.ops.commands.urls")),
    path("settings/people/", include("opsconsole.ops.people.urls")),
    path("journal/", journal.journal, name="journal"),
    path("journal/export/", journal.export_page, name="journal_export"),
    path("admin/", administration().urls),
    path("ready", login_not_required(readiness.ready), name="ready"),
]

if not settings.ENVIRONMENT.production:
    urlpatterns.append(path("ui/", ui.components, name="components"))

"""The addresses below `/settings/apps/`."""

from django.urls import path

from opsconsole.ops.fleet import views

urlpatterns = [
    path("", views.apps_page, name="settings_apps"),
    path("<uuid:heroku_id>/", views.app_settings, name="settings_app"),
    path("<uuid:heroku_id>/renamed/", views.rename_noted, name="rename_noted"),
    path("<uuid:heroku_id>/forget/", views.forget_app, name="forget_app"),
]

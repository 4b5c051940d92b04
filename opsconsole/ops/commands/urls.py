"""The addresses of the catalogue, below `/settings/commands/`."""

from django.urls import path

from opsconsole.ops.commands import catalogue_views as views

urlpatterns = [
    path("", views.catalogue_page, name="catalogue"),
    path("new/", views.catalogue_new, name="catalogue_new"),
    path("import/", views.catalogue_import, name="catalogue_import"),
    path("<uuid:command_id>/", views.catalogue_command, name="catalogue_command"),
    path("<uuid:command_id>/delete/", views.catalogue_delete, name="catalogue_delete"),
    path("<uuid:command_id>/switch/", views.catalogue_switch, name="catalogue_switch"),
]

"""The addresses below `/apps/<name>/logs/` that need no other room."""

from django.urls import path

from opsconsole.ops.logs import views

urlpatterns = [
    path("download/", views.logs_download, name="logs_download"),
    path("reveal/", views.logs_reveal, name="logs_reveal"),
]

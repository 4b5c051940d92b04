"""The addresses below `/apps/<name>/dynos/` that change something."""

from django.urls import path

from opsconsole.ops.dynos import views

urlpatterns = [
    path("restart/", views.restart_sheet, name="restart"),
    path("stop/", views.stop_sheet, name="stop"),
]

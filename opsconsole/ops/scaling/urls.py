"""The addresses below `/apps/<name>/scaling/`."""

from django.urls import path

from opsconsole.ops.scaling import views

urlpatterns = [
    path("sleep/", views.sleep_sheet, name="sleep"),
    path("wake/", views.wake_sheet, name="wake"),
    path("reopen/", views.reopen_app, name="reopen"),
]

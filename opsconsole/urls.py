"""The console's addresses, a room each."""

from django.urls import include, path

urlpatterns = [
    path("", include("opsconsole.ops.access.urls")),
    path("", include("opsconsole.ops.urls")),
]

handler403 = "opsconsole.ops.people.refusals.forbidden"
handler429 = "opsconsole.ops.access.views.too_many_requests"  # allauth calls it

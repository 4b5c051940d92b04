"""The addresses below `/settings/people/`."""

from django.urls import path

from opsconsole.ops.people import views

urlpatterns = [
    path("", views.people, name="people"),
    path("invite/", views.invite, name="invite"),
    path("invitations/<int:pk>/withdraw/", views.withdraw, name="withdraw_invitation"),
    path("<int:pk>/", views.person, name="person"),
    path("<int:pk>/rights/", views.rights, name="person_rights"),
    path("<int:pk>/disable/", views.disable, name="disable_person"),
    path("<int:pk>/enable/", views.enable, name="enable_person"),
    path("<int:pk>/sessions/", views.end_sessions, name="end_sessions"),
]

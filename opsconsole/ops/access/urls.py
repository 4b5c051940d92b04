"""The addresses of signing in; allauth's own list has pages that we do not want (sign-up, e-mail)."""

from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from opsconsole.ops.access import views

urlpatterns = [
    path("accounts/login/", views.sign_in, name="account_login"),
    path("accounts/logout/", views.sign_out, name="account_logout"),
    path("accounts/password/change/", views.change_password, name="account_change_password"),
    path("accounts/confirm/", views.confirm_password, name="account_reauthenticate"),
    path("accounts/invitation/<str:token>/", views.invitation, name="invitation"),
    path("language/", login_not_required(set_language), name="set_language"),
]

"""What the console changes in django-allauth: nobody signs up, nothing redirects away, sentences are ours."""

import time
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.access import recent, sessions
from opsconsole.ops.access.address import address_of
from opsconsole.ops.access.models import User

# The page that follows says these better than a message.
SILENT_MESSAGES = ("account/messages/logged_in.txt", "account/messages/logged_out.txt")


class ConsoleAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth ships no types
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("Identifiant ou mot de passe incorrect."),
        "too_many_login_attempts": _("Trop d’essais : patientez cinq minutes, puis réessayez."),
        "enter_current_password": _("Ce n’est pas votre mot de passe actuel."),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        return False

    def is_safe_url(self, url: str) -> bool:
        """Accept paths of this console only: ALLOWED_HOSTS may cover neighbours (.herokuapp.com)."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Answer everybody with the same pages: nothing here speaks allauth's JSON."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        address = address_of(request)
        if not address:
            raise PermissionDenied
        return address

    def get_logout_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return reverse("account_login")

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:  # noqa: ARG002
        return "/"

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Answer a disabled person's right password like a wrong one."""
        user: User | None = super().authenticate(request, **credentials)
        if user and not user.is_active:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def login(self, request: HttpRequest, user: User) -> None:
        super().login(request, user)
        now = time.time()
        sessions.begin(request.session, now=now)
        recent.note_proof(request.session, now=now)

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **values: Any
    ) -> None:
        if message_template not in SILENT_MESSAGES:
            super().add_message(request, level, message_template, *args, **values)

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:  # noqa: ARG002
        """Count failures per person, whatever the spelling and the Host under which they were tried."""
        return User.normalize_username(credentials.get("username", ""))

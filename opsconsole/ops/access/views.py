"""The pages of signing in and out, of coming in by invitation, of changing one's password and of confirming it."""

import time
from http import HTTPStatus
from typing import Any

from allauth.account import views as allauth_views
from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from opsconsole.ops.access import invitations, recent
from opsconsole.ops.access.forms import ConfirmPasswordForm, InvitationForm
from opsconsole.ops.access.models import Invitation
from opsconsole.ops.access.sessions import Ending

ENDED_SENTENCES = {
    Ending.IDLE: _("Rien ne s’est passé depuis 30 minutes : par prudence, nous vous avons déconnecté."),
    Ending.ABSOLUTE: _("Vous étiez connecté depuis 12 heures : par prudence, nous vous avons déconnecté."),
}
# Not no-referrer, which makes browsers post the form with `Origin: null`: this one sends no path either.
NO_PATH_IN_REFERER = "strict-origin"


class SignInView(allauth_views.LoginView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page; `ended_sentence` says why the session before ended, "" otherwise."""

    def get_context_data(self, **values: Any) -> dict[str, Any]:
        sentence = ENDED_SENTENCES.get(self.request.GET.get("ended", ""), "")
        return {**super().get_context_data(**values), "ended_sentence": sentence}


class ConfirmPasswordView(allauth_views.ReauthenticateView):  # type: ignore[misc]  # allauth ships no types
    """allauth's page, between a person and what `recently_signed_in` keeps."""

    template_name = "ops/access/confirm_password.html"

    def form_valid(self, form: ConfirmPasswordForm) -> HttpResponse:
        recent.note_proof(self.request.session, now=time.time())
        answer: HttpResponse = super().form_valid(form)
        return answer


sign_in = SignInView.as_view()
confirm_password = ConfirmPasswordView.as_view()
sign_out = require_POST(allauth_views.logout)
change_password = allauth_views.PasswordChangeView.as_view(template_name="ops/access/password_change.html")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1", "password2")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        invitation = invitations.find(token, now=timezone.now())
        response = _answer_invitation(request, invitation)
    except invitations.SpentInvitationError:
        response = render(request, "ops/access/invitation_spent.html", status=HTTPStatus.GONE)
    except invitations.UnknownInvitationError:
        response = render(request, "ops/access/invitation_unknown.html", status=HTTPStatus.NOT_FOUND)
    response.headers["Referrer-Policy"] = NO_PATH_IN_REFERER
    return response


def _answer_invitation(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    form = InvitationForm(request.POST or None, invitation=invitation)
    if form.is_valid():
        values = form.cleaned_data
        try:
            person = invitations.accept(
                invitation,
                username=values["username"],
                name=values["name"],
                password=values["password1"],
                now=timezone.now(),
            )
        except ValidationError as error:
            form.add_error(None, error.messages)
        else:
            get_adapter().login(request, person)
            return HttpResponseRedirect("/")
    return render(request, "ops/access/invitation.html", {"form": form, "invitation": invitation})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001
    """Say in French that the form has to be sent again; Django's reason would help an attacker only."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """allauth calls this through `handler429` of the URL conf."""
    return render(request, "ops/access/too_many_requests.html", status=HTTPStatus.TOO_MANY_REQUESTS)

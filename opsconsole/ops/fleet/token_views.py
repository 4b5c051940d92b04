"""The page of the token: whose it is, another one in its place, or none."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from opsconsole.ops.access.recent import recently_signed_in
from opsconsole.ops.access.rights import Right, actor_of, only_with
from opsconsole.ops.fleet import token as tokens
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.models import StoredToken
from opsconsole.ops.fleet.token_form import TokenForm, refusal, verdict


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("token")
@only_with(Right.TOKEN)
@recently_signed_in
def token(request: HttpRequest) -> HttpResponse:
    """Show whose token is in use; check and keep another."""
    form = TokenForm(request.POST or None)
    if form.is_valid():
        try:
            checked = tokens.store(
                fleet(), actor=actor_of(request), token=form.cleaned_data["token"].strip(), now=fleet().now()
            )
        except tokens.TokenRefusedError as refused:
            form.add_error("token", refusal(refused.reason))
        else:
            messages.success(request, _said(checked))
            return redirect("token")
    kept = StoredToken.objects.first()
    failure = fleet().outage
    context = {
        "form": form,
        "kept": kept,
        "unreadable": bool(failure and failure.kind == "unreadable_token"),
        "from_environment": kept is None and fleet().has_client,
        "account": fleet().account,
        "verdict": verdict(tuple(kept.scopes)) if kept else None,
    }
    return render(request, "ops/fleet/token.html", context)


@require_POST
@only_with(Right.TOKEN)
@recently_signed_in
def token_delete(request: HttpRequest) -> HttpResponse:
    """Forget the stored token."""
    tokens.delete(fleet(), actor=actor_of(request), now=fleet().now())
    messages.success(
        request, _("Le jeton est effacé de la console. Révoquez-le aussi chez Heroku s’il ne sert plus.")
    )
    return redirect("token")


def _said(checked: tokens.Checked) -> str:
    sees = ngettext("il voit %(count)d site", "il voit %(count)d sites", checked.apps) % {
        "count": checked.apps
    }
    return _("Jeton enregistré : c’est celui de %(account)s, %(sees)s.") % {
        "account": checked.account.email,
        "sees": sees,
    }

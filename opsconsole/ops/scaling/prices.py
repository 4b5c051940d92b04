"""The page of prices: what a dollar is worth in euros, so that bills can be told in both."""

from decimal import Decimal

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from opsconsole.ops.access.rights import Right, actor_of, only_with
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.scaling.rate import price_settings, set_rate

SMALLEST, LARGEST = Decimal("0.1"), Decimal(10)  # beyond, somebody has mistyped
OUT_OF_RANGE = gettext_lazy("Entre 0,1 et 10 : un dollar vaut d’habitude un peu moins d’un euro.")


class RateForm(forms.Form):
    """A comma or a point, as one types."""

    rate = forms.DecimalField(
        label=gettext_lazy("Combien d’euros pour un dollar ?"),
        help_text=gettext_lazy("Par exemple 0,92. Laissez vide pour ne montrer que des dollars."),
        required=False,
        min_value=SMALLEST,
        max_value=LARGEST,
        decimal_places=4,
        localize=True,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={
            "invalid": gettext_lazy("Un nombre, par exemple 0,92."),
            "min_value": OUT_OF_RANGE,
            "max_value": OUT_OF_RANGE,
            "max_decimal_places": gettext_lazy("Quatre chiffres après la virgule suffisent."),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.APPS)
def prices(request: HttpRequest) -> HttpResponse:
    """Show the rate and who set it; set another."""
    kept = price_settings()
    form = RateForm(request.POST or None, initial={"rate": kept.euros_per_dollar})
    if not form.is_valid():
        return render(request, "ops/scaling/prices.html", {"form": form, "kept": kept})
    try:
        set_rate(actor=actor_of(request), rate=form.cleaned_data["rate"], now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    except NothingToDoError:
        messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
    else:
        messages.success(request, _("C’est enregistré : les prix se lisent ainsi dès maintenant."))
    return redirect("prices")

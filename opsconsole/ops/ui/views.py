"""The page of components: every component in every state, to look at and to test."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.ui import samples


class SampleForm(forms.Form):
    label = forms.CharField(
        label=_("Pour confirmer, tapez le nom court du site"), help_text=_("Il s’écrit inscriptions")
    )
    who = forms.ChoiceField(label=_("Personne"), choices=[("", _("Tout le monde")), ("7", "Claire Morel")])


def components(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    refused = SampleForm({"label": "", "who": "8"})
    refused.is_valid()
    context = {
        "cards": samples.cards(now),
        "dynos": samples.dynos(now),
        "entries": samples.entries(now),
        "story": samples.story(now),
        "rising": samples.rising(now),
        "before": {"amount": "75\u00a0$", "per": "par mois", "small": "0,104\u00a0$ par heure"},
        "after": {"amount": "0\u00a0$", "per": "par mois", "small": "tant que le site dort"},
        "form": SampleForm(prefix="free"),
        "refused": refused,
        "moment": now,
    }
    return render(request, "ops/ui/components.html", context)

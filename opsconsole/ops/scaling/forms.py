"""The two sheets that ask before they do."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from opsconsole.ops.fleet.models import App, Environment

LARGEST_SITE = 100  # dynos of one app on the Common Runtime


class SleepForm(forms.Form):
    """What visitors shall see, and for a production site its short name typed as a confirmation."""

    page = forms.ChoiceField(
        label=_("Que verront les visiteurs ?"),
        choices=[("pause", _("Une page d’attente")), ("error", _("Une page d’erreur de Heroku"))],
        initial="pause",
    )
    confirmation = forms.CharField(
        label=_("Pour confirmer, tapez le nom court du site"),
        max_length=60,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "none",
                "spellcheck": "false",
                "class": "field--short",
            }
        ),
        error_messages={"required": _("Tapez le nom court du site pour confirmer.")},
    )

    def __init__(self, *args: Any, app: App, **values: Any) -> None:
        super().__init__(*args, **values)
        self._app = app
        self.fields["confirmation"].help_text = _("Il s’écrit %(name)s") % {"name": app.name}
        if app.environment != Environment.PRODUCTION:
            del self.fields["confirmation"]

    def clean_confirmation(self) -> str:
        typed = str(self.cleaned_data["confirmation"]).strip()
        if typed.lower() != self._app.name:
            raise forms.ValidationError(
                _("Ce n’est pas le nom court du site : il s’écrit « %(name)s »."),
                params={"name": self._app.name},
            )
        return typed


class WakeForm(forms.Form):
    """How large the site shall be, where nothing is remembered for it."""

    quantity = forms.IntegerField(
        label=_("Combien de dynos pour le site ?"),
        help_text=_("Un seul suffit presque toujours. Chaque dyno est facturé."),
        min_value=1,
        max_value=LARGEST_SITE,
        initial=1,
        error_messages={
            "required": _("Dites combien, par exemple 1."),
            "invalid": _("Un nombre entier, par exemple 1."),
            "min_value": _("Au moins 1, sinon le site resterait fermé."),
            "max_value": _("Heroku n’en accepte pas plus de %(limit_value)s."),
        },
    )

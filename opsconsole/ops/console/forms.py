"""The form that opens a console."""

import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.console.kinds import ConsoleKind, title_of
from opsconsole.ops.console.opening import Wish

MINUTE: Final = 60
LIVES: Final = (15, 30, 60, 120)  # minutes
SCREENS: Final = {"60x24": (60, 24), "80x24": (80, 24), "100x30": (100, 30), "140x40": (140, 40)}


class OpenForm(forms.Form):
    """`wish` is what `open_console` takes."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(label=gettext_lazy("Que voulez-vous ouvrir ?"), widget=forms.RadioSelect)
    purpose = forms.CharField(
        label=gettext_lazy("Pour quoi faire ?"),
        help_text=gettext_lazy(
            "Une phrase, gardée au journal : « corriger le dossier de Lina », par exemple."
        ),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Dites en une phrase pour quoi vous l’ouvrez.")},
    )
    minutes = forms.TypedChoiceField(label=gettext_lazy("Durée au plus"), coerce=int)
    screen = forms.ChoiceField(
        label=gettext_lazy("Taille de l’écran"),
        help_text=gettext_lazy("En caractères. Elle ne change plus une fois la console ouverte."),
    )
    size = forms.ChoiceField(label=gettext_lazy("Taille de la copie temporaire"), required=False)

    def __init__(self, data: Any, *, kinds: Mapping[str, ConsoleKind], sizes: list[str]) -> None:  # noqa: ANN401 -- a QueryDict or None
        first = {"key": uuid.uuid4(), "kind": "python", "minutes": 60, "screen": "100x30"}
        self._kinds = kinds
        super().__init__(data, initial=first)
        self._choose("kind", [(name, title_of(kind)) for name, kind in kinds.items()])
        self._choose("minutes", [(each, life_in_words(each)) for each in LIVES])
        self._choose("screen", [(name, screen_in_words(name)) for name in SCREENS])
        self._choose("size", [("", _("Celle du site")), *((size, size) for size in sizes)])
        self.fields["purpose"].required = settings.CONSOLE_NEEDS_PURPOSE

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_purpose(self) -> str:
        purpose: str = self.cleaned_data["purpose"].strip()
        return purpose

    @property
    def wish(self) -> Wish:
        values = self.cleaned_data
        columns, rows = SCREENS[values["screen"]]
        return Wish(
            kind=self._kinds[values["kind"]],
            purpose=values["purpose"],
            size=values["size"],
            time_to_live=values["minutes"] * MINUTE,
            columns=columns,
            rows=rows,
        )


def life_in_words(minutes: int) -> str:
    """« 15 minutes », « 2 heures »."""
    return {
        15: _("15 minutes"),
        30: _("30 minutes"),
        60: _("1 heure"),
        120: _("2 heures"),
    }[minutes]


def screen_in_words(name: str) -> str:
    """« Ordinateur (100 × 30) »."""
    columns, rows = SCREENS[name]
    words = {
        "60x24": _("Téléphone (%(columns)d × %(rows)d)"),
        "80x24": _("Petit écran (%(columns)d × %(rows)d)"),
        "100x30": _("Ordinateur (%(columns)d × %(rows)d)"),
        "140x40": _("Grand écran (%(columns)d × %(rows)d)"),
    }
    return words[name] % {"columns": columns, "rows": rows}

"""What to take out of the journal, and in which format."""

from datetime import date
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.journal.formats import CSV, JSON_LINES
from opsconsole.ops.journal.search import Filters, apps, people
from opsconsole.ops.journal.sentences import group_names

NO_SUCH_DAY = gettext_lazy("Ce jour n’existe pas.")
# At the ends of the calendar a day has no midnight in UTC.
IN_THE_CALENDAR = [
    MinValueValidator(date(1970, 1, 1), message=NO_SUCH_DAY),
    MaxValueValidator(date(8999, 12, 31), message=NO_SUCH_DAY),
]


class DayField(forms.DateField):
    def __init__(self, **values: Any) -> None:
        super().__init__(
            required=False,
            input_formats=["%Y-%m-%d"],
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            validators=IN_THE_CALENDAR,
            error_messages={"invalid": NO_SUCH_DAY},
            **values,
        )


class ExportForm(forms.Form):
    format = forms.ChoiceField(
        label=gettext_lazy("Format"),
        choices=[
            (CSV, gettext_lazy("Tableur (CSV), pour Excel ou LibreOffice")),
            (JSON_LINES, gettext_lazy("Lignes JSON, pour un programme")),
        ],
        initial=CSV,
    )
    first = DayField(label=gettext_lazy("Du"), help_text=gettext_lazy("Vide : depuis le début."))
    last = DayField(label=gettext_lazy("Au"), help_text=gettext_lazy("Vide : jusqu’à maintenant."))
    group = forms.ChoiceField(label=gettext_lazy("Geste"), required=False, choices=group_names)

    def __init__(self, *args: Any, only: frozenset[str] | None, **values: Any) -> None:
        """`only`: the ids of the only apps that the person may see."""
        super().__init__(*args, **values)
        everybody = [("", _("Tout le monde")), *people(only=only)]
        everywhere = [("", _("Tous les sites")), *apps(only=only)]
        self.fields["actor"] = forms.ChoiceField(label=_("Personne"), required=False, choices=everybody)
        self.fields["app"] = forms.ChoiceField(label=_("Site"), required=False, choices=everywhere)
        self.order_fields(["format", "first", "last", "actor", "app", "group"])

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("first") and values.get("last") and values["last"] < values["first"]:
            self.add_error("last", _("Ce jour vient avant le premier."))
        return values

    def filters(self) -> Filters:
        """Return what a valid form asks for."""
        values = self.cleaned_data
        return Filters(
            actor_id=values["actor"],
            app_id=values["app"],
            group=values["group"],
            first=values["first"],
            last=values["last"],
        )

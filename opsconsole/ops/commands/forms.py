"""The form that launches a command: its parameters, and the care that its risk asks for; and the one for a free line."""

import uuid
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.commands.models import Command, Risk
from opsconsole.ops.commands.parameters import Parameter, field_of, from_json, typable, word_of
from opsconsole.ops.commands.template import ParameterError, render
from opsconsole.ops.oneoffs.launch import LONGEST_LIFE
from opsconsole.ops.oneoffs.tag import LineError, check

VALUE: Final = "value-"
MINUTE: Final = 60
LIVES: Final = (10, 60, 240, 1440)  # minutes


def line_problem(error: LineError) -> str:
    return {
        "empty": _("Écrivez la ligne de commande."),
        "control": _("La ligne de commande tient en une seule ligne, sans caractère invisible."),
        "long": _("La ligne de commande est trop longue."),
    }.get(
        error.code,
        _("L’interpréteur ne sait pas lire cette ligne : un guillemet ou une parenthèse n’est pas fermé."),
    )


class _ConfirmedForm(forms.Form):
    """What every launch asks: the key that makes it one launch however often it is sent, and a confirmation."""

    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any, *, risk: str, site: str, initial: Mapping[str, Any] | None = None) -> None:  # noqa: ANN401 -- a QueryDict or None
        super().__init__(data, initial={"key": uuid.uuid4(), **(initial or {})})
        self._site = site
        if risk == Risk.SENSITIVE:
            self.fields["agreed"] = forms.BooleanField(
                label=_("J’ai lu ce qui va se passer"),
                error_messages={"required": _("Cochez cette case pour lancer.")},
            )
        elif risk == Risk.DANGEROUS:
            self.fields["typed"] = forms.CharField(
                label=_("Pour confirmer, écrivez le nom du site : %(name)s") % {"name": site},
                max_length=100,
                widget=forms.TextInput(attrs={"autocomplete": "off"}),
                error_messages={"required": _("Écrivez le nom du site pour lancer.")},
            )

    def clean_typed(self) -> str:
        typed: str = self.cleaned_data["typed"].strip()
        if typed.casefold() != self._site.casefold():
            raise forms.ValidationError(
                _("Ce n’est pas le nom du site : %(name)s."), params={"name": self._site}
            )
        return typed


class LaunchForm(_ConfirmedForm):
    """A command of the catalogue with its values; `values` is what `launch_command` takes, `line` what will be run."""

    def __init__(
        self,
        data: Any,  # noqa: ANN401 -- a QueryDict or None
        *,
        command: Command,
        site: str,
        earlier: Mapping[str, str] | None = None,  # noqa: ANN401 -- a QueryDict or None
    ) -> None:
        self._template = command.template
        self.parameters = [_said(from_json(each), command) for each in command.parameters]
        super().__init__(data, risk=command.risk, site=site, initial=_initial(self.parameters, earlier or {}))
        for parameter in self.parameters:
            self.fields[VALUE + parameter.name] = field_of(parameter)
        # The confirmation stands behind what it confirms.
        self.order_fields([name for name in self.fields if name.startswith(VALUE)])
        self.values: dict[str, str] = {}
        self.line = ""

    def asked(self) -> list[forms.BoundField]:
        """Return the fields of the parameters, in their order."""
        return [self[VALUE + parameter.name] for parameter in self.parameters]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if any(VALUE + parameter.name in self.errors for parameter in self.parameters):
            return cleaned
        self.values = {
            parameter.name: word_of(parameter, cleaned.get(VALUE + parameter.name))
            for parameter in self.parameters
        }
        try:
            self.line = render(self._template, self.parameters, self.values)
            check(self.line)
        except ParameterError as error:
            self.add_error(VALUE + error.name, str(error))
        except LineError as error:
            self.add_error(None, line_problem(error))
        return cleaned


def _said(parameter: Parameter, command: Command) -> Parameter:
    """A parameter of the starter set that nobody changed is asked for in the reader's language."""
    if not command.key or command.version != 1:
        return parameter
    return replace(
        parameter,
        label=_(parameter.label) if parameter.label else "",
        help=_(parameter.help) if parameter.help else "",
    )


def _initial(parameters: list[Parameter], earlier: Mapping[str, str]) -> dict[str, Any]:
    return {
        VALUE + parameter.name: bool(earlier[parameter.name])
        if parameter.kind == "flag"
        else earlier[parameter.name]
        for parameter in parameters
        if parameter.name in earlier
    }


class LineForm(_ConfirmedForm):
    """A line that an administrator writes: always confirmed, for the console cannot know what it does."""

    line = forms.CharField(
        label=gettext_lazy("Ligne de commande"),
        help_text=gettext_lazy("Comme derrière heroku run, par exemple : python manage.py showmigrations"),
        max_length=4000,
        validators=[typable],
        widget=forms.TextInput(attrs={"class": "mono", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": gettext_lazy("Écrivez la ligne de commande.")},
    )
    size = forms.ChoiceField(label=gettext_lazy("Taille"), required=False)
    minutes = forms.TypedChoiceField(label=gettext_lazy("Durée au plus"), coerce=int)

    def __init__(self, data: Any, *, site: str, sizes: list[str], line: str = "") -> None:  # noqa: ANN401 -- a QueryDict or None
        super().__init__(data, risk=Risk.SENSITIVE, site=site, initial={"line": line, "minutes": 60})
        self.fields["size"].choices = [("", _("Celle du site")), *((size, size) for size in sizes)]  # type: ignore[attr-defined]
        self.fields["minutes"].choices = [(each, life_in_words(each)) for each in LIVES]  # type: ignore[attr-defined]

    def clean_line(self) -> str:
        line: str = self.cleaned_data["line"].strip()
        try:
            check(line)
        except LineError as error:
            raise forms.ValidationError(line_problem(error)) from None
        return line

    @property
    def time_to_live(self) -> int:
        """In seconds."""
        return min(int(self.cleaned_data["minutes"]) * MINUTE, LONGEST_LIFE)


def life_in_words(minutes: int) -> str:
    """« 10 minutes », « 4 heures »."""
    return {
        10: _("10 minutes"),
        60: _("1 heure"),
        240: _("4 heures"),
        1440: _("24 heures"),
    }[minutes]

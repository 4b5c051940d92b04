"""The typed parameters of a command: what a form asks for, and the text that each value puts on the line."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, Literal, get_args

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Kind = Literal["text", "integer", "choice", "date", "email", "pattern", "flag"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
LONGEST: Final = 1000  # characters of a value
LONGEST_OF_PATTERN: Final = 200  # a regular expression may take very long on long texts
LARGEST: Final = 10**15
NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")
# Controls, the separators of lines and paragraphs, the halves of pairs: none can be typed into one line of a shell
UNTYPABLE: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# A group that is repeated and holds a repetition, or alternatives: « (a+)+ » takes for ever on the wrong text
_RISKY_PATTERN: Final = re.compile(r"\([^()]*[*+|{][^()]*\)\s*[*+{]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """One thing that a command asks for. `minimum` and `maximum` are whole numbers, or ISO dates for a date.

    `choices` are (value, label); `flag_text` is what a flag puts on the line when it is ticked.
    """

    name: str
    kind: Kind = "text"
    label: str = ""
    help: str = ""
    default: str = ""
    required: bool = True
    minimum: str = ""
    maximum: str = ""
    max_length: int = LONGEST
    choices: tuple[tuple[str, str], ...] = ()
    pattern: str = ""
    flag_text: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what differs from a parameter of which nothing is said."""
        plain = asdict(Parameter(name=self.name))
        kept = {name: value for name, value in asdict(self).items() if value != plain[name]}
        if self.choices:
            kept["choices"] = [list(choice) for choice in self.choices]
        return {"name": self.name, **kept}


def from_json(kept: Mapping[str, Any]) -> Parameter:
    """Return the parameter that was kept; what a later version of the console wrote besides is left out."""
    known = {name: kept[name] for name in Parameter.__dataclass_fields__ if name in kept}
    if "choices" in known:
        known["choices"] = tuple((str(value), str(label)) for value, label in known["choices"])
    return Parameter(**known)


def typable(value: str) -> None:
    """Raise ValidationError for what cannot stand in one line."""
    if UNTYPABLE.search(value):
        raise ValidationError(_("Une seule ligne, sans caractère invisible."), code="control")


def problem_of(parameter: Parameter) -> str:
    """Return what is wrong with how a parameter is described, in a sentence; "" when nothing is."""
    if NAME.fullmatch(parameter.name) is None:
        return _("Un nom est fait de minuscules, de chiffres et de _, et commence par une lettre.")
    if parameter.kind == "choice" and not parameter.choices:
        return _("Une liste de choix en propose au moins un.")
    if parameter.kind == "flag" and not parameter.flag_text:
        return _("Dites ce que la case cochée ajoute à la ligne, par exemple --dry-run.")
    if parameter.kind == "pattern":
        return _problem_of_pattern(parameter.pattern)
    if parameter.kind in {"integer", "date"} and not _has_bounds_in_order(parameter):
        return _("Le minimum et le maximum ne vont pas ensemble.")
    return _problem_of_default(parameter)


def _problem_of_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error:
        return _("Cette expression régulière n’est pas correcte.")
    if not pattern:
        return _("Dites à quelle forme la valeur doit ressembler, par exemple [A-Z]{2}[0-9]{4}.")
    if _RISKY_PATTERN.search(pattern) or re.search(r"\\[1-9]", pattern):
        return _(
            "Cette expression régulière pourrait prendre un temps infini : évitez les répétitions imbriquées."
        )
    return ""


def _has_bounds_in_order(parameter: Parameter) -> bool:
    try:
        low, high = (_bound(parameter, text) for text in (parameter.minimum, parameter.maximum))
    except ValueError:
        return False
    return low is None or high is None or low <= high


def _bound(parameter: Parameter, text: str) -> Any:  # noqa: ANN401 -- a whole number or a date
    if not text:
        return None
    return int(text) if parameter.kind == "integer" else date.fromisoformat(text)


def _problem_of_default(parameter: Parameter) -> str:
    if not parameter.default or parameter.kind == "flag":
        return ""
    try:
        field_of(parameter).clean(parameter.default)
    except ValidationError:
        return _("La valeur proposée n’est pas de celles qui sont acceptées.")
    return ""


# ── the form's fields ──
class DateField(forms.DateField):
    """A date as the browser's own field sends it, whatever the language of the page."""

    def __init__(self, **values: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **values)


def field_of(parameter: Parameter) -> forms.Field:
    """Return the form field that asks for it; `word_of` turns what it cleans into text."""
    common: dict[str, Any] = {
        "label": parameter.label or parameter.name,
        "help_text": parameter.help,
        "required": parameter.required and parameter.kind != "flag",
        "initial": parameter.default or None,
    }
    match parameter.kind:
        case "flag":
            return forms.BooleanField(**{**common, "initial": bool(parameter.default)})
        case "integer":
            return forms.IntegerField(
                min_value=int(parameter.minimum or -LARGEST),
                max_value=int(parameter.maximum or LARGEST),
                **common,
            )
        case "date":
            return DateField(validators=[_between(parameter)], **common)
        case "email":
            return forms.EmailField(max_length=254, **common)
        case "choice":
            nothing = [] if parameter.required else [("", "–")]
            return forms.ChoiceField(choices=[*nothing, *parameter.choices], **common)
    longest = LONGEST_OF_PATTERN if parameter.kind == "pattern" else LONGEST
    field = forms.CharField(max_length=min(parameter.max_length, longest), strip=False, **common)
    field.validators.append(typable)
    if parameter.kind == "pattern":
        wrong = gettext_lazy("Cette valeur n’a pas la forme attendue.")
        field.validators.append(RegexValidator(rf"\A(?:{parameter.pattern})\Z", message=wrong))
    return field


def _between(parameter: Parameter) -> Any:  # noqa: ANN401 -- a validator
    def check(value: date) -> None:
        low, high = _bound(parameter, parameter.minimum), _bound(parameter, parameter.maximum)
        if low is not None and value < low:
            raise ValidationError(
                _("Pas avant le %(date)s.") % {"date": low.strftime("%d/%m/%Y")}, code="min"
            )
        if high is not None and value > high:
            raise ValidationError(
                _("Pas après le %(date)s.") % {"date": high.strftime("%d/%m/%Y")}, code="max"
            )

    return check


def word_of(parameter: Parameter, cleaned: object) -> str:
    """Return the text that a cleaned value puts on the line; "" for nothing."""
    if parameter.kind == "flag":
        return parameter.flag_text if cleaned else ""
    if cleaned is None:
        return ""
    return cleaned.isoformat() if isinstance(cleaned, date) else str(cleaned)

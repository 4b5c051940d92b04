"""The form by which a command is written: what it is called, its line, and the values that it asks for."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.access.models import Profile
from opsconsole.ops.commands.forms import line_problem
from opsconsole.ops.commands.models import Command, Risk
from opsconsole.ops.commands.parameters import KINDS, LONGEST, Parameter, from_json, problem_of
from opsconsole.ops.commands.template import ParameterError, check, render
from opsconsole.ops.fleet.models import App
from opsconsole.ops.oneoffs import tag
from opsconsole.ops.oneoffs.launch import LONGEST_LIFE

MINUTE: Final = 60
BOUNDED: Final = ("integer", "date")
MOST_PARAMETERS: Final = 12


def kind_names() -> list[tuple[str, str]]:
    names = {
        "text": _("Texte"),
        "integer": _("Nombre entier"),
        "choice": _("Liste de choix"),
        "date": _("Date"),
        "email": _("Adresse e-mail"),
        "pattern": _("Texte d’une certaine forme"),
        "flag": _("Case à cocher"),
    }
    return [(kind, names[kind]) for kind in KINDS]


class ParameterForm(forms.Form):
    """One value that a command asks for; left without a name, it is none."""

    name = forms.CharField(label=gettext_lazy("Nom dans la ligne"), max_length=32, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Genre"))
    label = forms.CharField(label=gettext_lazy("Question posée"), max_length=120, required=False)
    help = forms.CharField(label=gettext_lazy("Aide"), max_length=300, required=False)
    default = forms.CharField(label=gettext_lazy("Valeur proposée"), max_length=1000, required=False)
    optional = forms.BooleanField(label=gettext_lazy("Facultative"), required=False)
    minimum = forms.CharField(label=gettext_lazy("Au moins"), max_length=20, required=False)
    maximum = forms.CharField(label=gettext_lazy("Au plus"), max_length=20, required=False)
    choices = forms.CharField(
        label=gettext_lazy("Choix"),
        help_text=gettext_lazy("Un par ligne : valeur = ce que la personne lit"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    pattern = forms.CharField(label=gettext_lazy("Expression régulière"), max_length=200, required=False)
    flag_text = forms.CharField(
        label=gettext_lazy("Ajouté à la ligne si coché"), max_length=200, required=False
    )

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        self.fields["kind"].choices = kind_names()  # type: ignore[attr-defined]
        self.parameter: Parameter | None = None

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.errors or not cleaned.get("name"):
            return cleaned
        parameter = Parameter(
            name=cleaned["name"],
            kind=cleaned["kind"],
            label=cleaned["label"],
            help=cleaned["help"],
            default=cleaned["default"],
            required=not cleaned["optional"],
            minimum=cleaned["minimum"] if cleaned["kind"] in BOUNDED else "",
            maximum=cleaned["maximum"] if cleaned["kind"] in BOUNDED else "",
            max_length=_longest(cleaned),
            choices=tuple(_choices(cleaned["choices"])),
            pattern=cleaned["pattern"],
            flag_text=cleaned["flag_text"],
        )
        problem = problem_of(parameter)
        if problem:
            self.add_error("name", problem)
        else:
            self.parameter = parameter
        return cleaned


def _longest(cleaned: Mapping[str, Any]) -> int:
    """For a text, « au plus » counts its characters."""
    most = cleaned["maximum"]
    is_length = cleaned["kind"] not in BOUNDED and most.isascii() and most.isdigit() and int(most) > 0
    return min(int(most), LONGEST) if is_length else LONGEST


def _choices(text: str) -> list[tuple[str, str]]:
    """« valeur = ce que la personne lit », a line each."""
    pairs = [line.partition("=") for line in text.splitlines() if line.strip()]
    return [(value.strip(), label.strip() or value.strip()) for value, _sign, label in pairs]


def parameter_values(parameter: Parameter) -> dict[str, Any]:
    """Return the values of a ParameterForm that shows this parameter."""
    return {
        **parameter.as_json(),
        "kind": parameter.kind,
        "optional": not parameter.required,
        "maximum": str(parameter.max_length) if parameter.max_length != LONGEST else parameter.maximum,
        "choices": "\n".join(f"{value} = {label}" for value, label in parameter.choices),
    }


ParameterFormSet = forms.formset_factory(ParameterForm, extra=0, max_num=MOST_PARAMETERS, validate_max=True)


class CommandForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a command is called and does. `parameters` are those of the page's other forms, once they are valid."""

    minutes = forms.IntegerField(
        label=gettext_lazy("Durée au plus, en minutes"),
        help_text=gettext_lazy("Ensuite Heroku l’arrête."),
        min_value=1,
        max_value=LONGEST_LIFE // MINUTE,
    )
    size = forms.ChoiceField(label=gettext_lazy("Taille"), required=False)
    profile = forms.ChoiceField(label=gettext_lazy("Qui peut la lancer"))
    risk = forms.ChoiceField(label=gettext_lazy("Risque"), choices=Risk.choices)
    apps = forms.MultipleChoiceField(
        label=gettext_lazy("Sur quels sites"),
        help_text=gettext_lazy("Aucun coché : sur tous."),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    failures = forms.CharField(
        label=gettext_lazy("Selon le code de sortie"),
        help_text=gettext_lazy("Un par ligne, par exemple : 2 = Aucun dossier à relancer."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    class Meta:
        model = Command
        fields = (
            *(
                "title",
                "purpose",
                "when",
                "template",
                "size",
                "risk",
                "profile",
                "apps",
                "alone",
                "interactive",
            ),
            *("confirmation", "success", "failure", "failures", "enabled", "position"),
        )
        widgets = {  # noqa: RUF012 -- Django's own form of it
            "template": forms.TextInput(
                attrs={"class": "mono", "spellcheck": "false", "autocomplete": "off"}
            ),
            **{
                name: forms.Textarea(attrs={"rows": 2})
                for name in ("purpose", "when", "confirmation", "success", "failure")
            },
        }
        help_texts = {  # noqa: RUF012 -- Django's own form of it
            "template": gettext_lazy(
                "Une valeur demandée s’y écrit entre accolades, sans guillemets : --date {date}"
            ),
            "interactive": gettext_lazy(
                "Elle pose des questions en chemin : qui peut ouvrir une console y répond."
            ),
            "alone": gettext_lazy("Tant qu’elle tourne pour un site, personne ne la relance pour ce site."),
        }

    def __init__(
        self,
        data: Any,  # noqa: ANN401 -- a QueryDict or None
        *,
        sizes: Iterable[str] = (),
        instance: Command | None = None,
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        shown: dict[str, Any] = {"minutes": 60, "risk": Risk.SENSITIVE, **(initial or {})}
        if instance is not None:
            shown |= {
                "risk": instance.risk,
                "minutes": max(1, instance.time_to_live // MINUTE),
                "apps": instance.apps or [],
                "failures": "\n".join(f"{status} = {text}" for status, text in instance.failures.items()),
            }
        super().__init__(data, instance=instance, initial=shown)
        profiles = (Profile.OPERATOR, Profile.MANAGER, Profile.ADMINISTRATOR)
        above = [(each.value, _("%(profile)s et au-dessus") % {"profile": each.label}) for each in profiles]
        sites = [(str(app.pk), app.title) for app in App.objects.filter(listed=True)]
        named = dict.fromkeys([*sizes, *([instance.size] if instance and instance.size else [])])
        self.fields["size"].choices = [("", _("Celle du site")), *((size, size) for size in named)]  # type: ignore[attr-defined]
        self.fields["profile"].choices = above  # type: ignore[attr-defined]
        self.fields["apps"].choices = sites  # type: ignore[attr-defined]
        self.line = ""

    def clean_template(self) -> str:
        return str(self.cleaned_data["template"]).strip()

    def clean_apps(self) -> list[str] | None:
        return sorted(self.cleaned_data["apps"]) or None

    def clean_failures(self) -> dict[str, str]:
        told = dict(_choices(self.cleaned_data["failures"]))
        if any(not status.isdecimal() or not 0 < int(status) < 256 for status in told):  # noqa: PLR2004 -- what a shell can tell
            raise forms.ValidationError(_("Un code de sortie est un nombre de 1 à 255."))
        return told

    def hold_against(self, parameters: list[Parameter]) -> None:
        """Check the line with its values; call it once both are valid."""
        template = self.cleaned_data.get("template", "")
        if parameters and self.cleaned_data.get("interactive"):
            self.add_error(
                "interactive",
                _("Ce qui s’ouvre dans une console ne demande pas de valeur avant : retirez-les."),
            )
        for problem in check(template, parameters):
            self.add_error("template", problem)
        if self.errors:
            return
        try:
            self.line = render(template, parameters, samples(parameters))
            tag.check(self.line)
        except ParameterError as error:
            self.add_error("template", str(error))
        except tag.LineError as error:
            self.add_error("template", line_problem(error))

    def values(self, parameters: list[Parameter]) -> dict[str, Any]:
        """Return what `catalogue.write` takes."""
        cleaned = {name: self.cleaned_data[name] for name in self._meta.fields or ()}
        return {
            **cleaned,
            "time_to_live": self.cleaned_data["minutes"] * MINUTE,
            "parameters": [parameter.as_json() for parameter in parameters],
        }


def samples(parameters: list[Parameter]) -> dict[str, str]:
    """Return a value for each parameter, by which its line is tried: what is proposed, or something of its kind."""
    return {parameter.name: _sample(parameter) for parameter in parameters}


def _sample(parameter: Parameter) -> str:
    if parameter.kind == "flag":
        return parameter.flag_text
    if parameter.default:
        return parameter.default
    return {
        "integer": parameter.minimum or "1",
        "date": parameter.minimum or "2026-01-31",
        "email": "camille@exemple.fr",
        "choice": parameter.choices[0][0] if parameter.choices else "",
    }.get(parameter.kind, _("un exemple"))


def parameters_of(command: Command) -> list[Parameter]:
    return [from_json(each) for each in command.parameters]

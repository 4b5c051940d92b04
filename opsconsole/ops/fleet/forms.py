"""The forms by which the technician says what apps and process types are called, where they stand, what is protected."""

from collections.abc import Iterable, Mapping
from typing import Any, TypedDict

from django import forms
from django.forms import BoundField
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.fleet.describe import Description, TypeDescription
from opsconsole.ops.fleet.models import App, Environment
from opsconsole.ops.fleet.words import process_name

LAST_PLACE = 999


class TypeFields(TypedDict):
    """The fields of one process type, as the page draws them; None for what this person may not change."""

    term: str
    usual: str
    label: BoundField | None
    position: BoundField | None
    protected: BoundField


class AppFields(TypedDict):
    """The fields of one app in the list of all of them."""

    app: App
    shown: BoundField
    position: BoundField


def _place(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=1,
        max_value=LAST_PLACE,
        error_messages={
            "required": _("Donnez une place, par exemple 1."),
            "invalid": _("Un nombre entier, par exemple 1."),
            "min_value": _("La première place est 1."),
            "max_value": _("La dernière place est %(limit_value)s."),
        },
    )


class AppForm(forms.Form):
    """One app. Who may only protect has the protected flags and no other field: what else is posted has no effect."""

    label = forms.CharField(
        label=gettext_lazy("Nom affiché"),
        help_text=gettext_lazy("Celui que tout le monde lira ; sans lui, le nom que Heroku lui donne."),
        max_length=80,
        required=False,
        error_messages={"max_length": gettext_lazy("80 signes au plus.")},
    )
    environment = forms.ChoiceField(
        label=gettext_lazy("Environnement"),
        help_text=gettext_lazy("En production, la mise en veille demande une confirmation de plus."),
        choices=Environment.choices,
        error_messages={
            "required": gettext_lazy("Choisissez un environnement."),
            "invalid_choice": gettext_lazy("Choisissez un environnement de la liste."),
        },
    )
    position = forms.IntegerField()
    shown = forms.BooleanField(label=gettext_lazy("Montré dans la console"), required=False)
    protected = forms.BooleanField(label=gettext_lazy("Site protégé"), required=False)

    def __init__(self, data: QueryDict | None, *, present: Description, may_describe: bool) -> None:
        super().__init__(data, initial=_initial(present))
        self._present = present
        self._may_describe = may_describe
        self.fields["position"] = _place(_("Place dans la liste"))
        for name in present.process_types:
            self._add_type(name)
        if not may_describe:
            for name in list(self.fields):
                if not name.startswith("protected"):
                    del self.fields[name]

    def _add_type(self, name: str) -> None:
        self.fields[f"label-{name}"] = forms.CharField(
            label=_("Nom affiché de %(name)s") % {"name": name},
            max_length=60,
            required=False,
            widget=forms.TextInput(attrs={"placeholder": process_name(name)}),
            error_messages={"max_length": _("60 signes au plus.")},
        )
        self.fields[f"position-{name}"] = _place(_("Place de %(name)s") % {"name": name})
        self.fields[f"protected-{name}"] = forms.BooleanField(
            label=_("%(name)s protégé") % {"name": name}, required=False
        )

    def type_fields(self) -> list[TypeFields]:
        """Return the process types in their order, with their fields."""
        return [
            TypeFields(
                term=name,
                usual=process_name(name, {name: said.label}),
                label=self[f"label-{name}"] if self._may_describe else None,
                position=self[f"position-{name}"] if self._may_describe else None,
                protected=self[f"protected-{name}"],
            )
            for name, said in self._present.process_types.items()
        ]

    def wanted(self) -> Description:
        """Return what was asked for; what this person has no field for stays as it is."""
        values = {**self.initial, **self.cleaned_data}
        return Description(
            label=values["label"].strip(),
            environment=values["environment"],
            shown=values["shown"],
            position=values["position"],
            protected=values["protected"],
            process_types={
                name: TypeDescription(
                    label=values[f"label-{name}"].strip(),
                    position=values[f"position-{name}"],
                    protected=values[f"protected-{name}"],
                )
                for name in self._present.process_types
            },
        )


def _initial(present: Description) -> dict[str, Any]:
    values: dict[str, Any] = {
        name: getattr(present, name) for name in ("label", "environment", "position", "shown", "protected")
    }
    for name, said in present.process_types.items():
        for part in ("label", "position", "protected"):
            values[f"{part}-{name}"] = getattr(said, part)
    return values


class AppsForm(forms.Form):
    """Which apps are shown, and in which order, all of them at once."""

    def __init__(self, data: QueryDict | None, *, apps: Iterable[App]) -> None:
        super().__init__(data)
        self._apps = list(apps)
        for app in self._apps:
            self.fields[f"shown-{app.pk}"] = forms.BooleanField(
                label=_("Montrer %(name)s") % {"name": app.title}, required=False, initial=app.shown
            )
            place = self.fields[f"position-{app.pk}"] = _place(_("Place de %(name)s") % {"name": app.title})
            place.initial = app.position

    def app_fields(self) -> list[AppFields]:
        return [
            AppFields(app=app, shown=self[f"shown-{app.pk}"], position=self[f"position-{app.pk}"])
            for app in self._apps
        ]

    def changed_apps(self) -> Mapping[App, dict[str, Any]]:
        """Return what is asked of the apps for which something else was asked than what they are."""
        wanted = {
            app: {
                "shown": self.cleaned_data[f"shown-{app.pk}"],
                "position": self.cleaned_data[f"position-{app.pk}"],
            }
            for app in self._apps
        }
        return {
            app: values
            for app, values in wanted.items()
            if values != {"shown": app.shown, "position": app.position}
        }

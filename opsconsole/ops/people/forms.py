"""The forms of inviting somebody and of changing what they may do."""

from typing import Any, TypedDict
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.fleet.models import App

ALL, SOME = "all", "some"
REACHES = ((ALL, gettext_lazy("Tous les sites")), (SOME, gettext_lazy("Certains sites")))


class Option(TypedDict):
    """What `components/choice.html` needs."""

    value: str
    label: str
    hint: str
    checked: bool


class RightsForm(forms.Form):
    """A profile, and all sites or some of them. Nothing else that is posted has any effect."""

    profile = forms.ChoiceField(label=gettext_lazy("Profil"), choices=Profile.choices)
    reach = forms.ChoiceField(label=gettext_lazy("Sites"), choices=REACHES)

    def __init__(self, *args: Any, offered: list[App], **values: Any) -> None:
        super().__init__(*args, **values)
        choices = [(str(app.heroku_id), app.title) for app in offered]
        self.fields["apps"] = forms.MultipleChoiceField(
            label=_("Sites choisis"), required=False, choices=choices
        )
        self.offered = offered

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        limited = values.get("reach") == SOME
        if limited and values.get("profile") == Profile.ADMINISTRATOR:
            self.add_error("reach", _("Un administrateur voit toujours tous les sites."))
        elif limited and "apps" in values and not values["apps"]:
            self.add_error("apps", _("Choisissez au moins un site."))
        return values

    @property
    def chosen_apps(self) -> frozenset[UUID] | None:
        """None for all of them."""
        if self.cleaned_data["reach"] == ALL:
            return None
        return frozenset(UUID(app_id) for app_id in self.cleaned_data["apps"])

    # ── what the template draws ──
    def profile_options(self) -> list[Option]:
        chosen = self["profile"].value()
        return [
            _option(str(value), str(label), chosen, hint=_profile_hint(value))
            for value, label in Profile.choices
        ]

    def reach_options(self) -> list[Option]:
        hints = {
            ALL: _("Ceux d’aujourd’hui et ceux qui viendront."),
            SOME: _("Pour cette personne, les autres n’existent pas."),
        }
        chosen = self["reach"].value()
        return [_option(value, str(label), chosen, hint=hints[value]) for value, label in REACHES]

    def app_options(self) -> list[Option]:
        chosen = self["apps"].value() or []
        return [
            Option(value=str(app.heroku_id), label=app.title, hint="", checked=str(app.heroku_id) in chosen)
            for app in self.offered
        ]


class InviteForm(RightsForm):
    name = forms.CharField(
        label=gettext_lazy("Son nom"),
        help_text=gettext_lazy("Celui que les autres verront ; la personne pourra le corriger en arrivant."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("name", "profile", "reach", "apps")


def rights_of(person: User) -> dict[str, Any]:
    """Return what the form shows of somebody before it is changed."""
    only = person.granted_apps
    return {"profile": person.profile, "reach": ALL if only is None else SOME, "apps": sorted(only or ())}


def offered_to(person: User | None = None) -> list[App]:
    """Return the sites to choose from: those that Heroku lists, and those that the person was given before."""
    given = (person and person.granted_apps) or frozenset()
    return [app for app in App.objects.all() if app.listed or str(app.heroku_id) in given]


def _option(value: str, label: str, chosen: object, *, hint: str) -> Option:
    return Option(value=value, label=label, hint=hint, checked=value == chosen)


def _profile_hint(profile: str) -> str:
    return {
        Profile.READER: _("Voit les sites et le journal, ne change rien."),
        Profile.OPERATOR: _("Met aussi en veille, réveille et redémarre."),
        Profile.MANAGER: _("Choisit aussi la taille et la quantité, et protège un site."),
        Profile.ADMINISTRATOR: _("Règle aussi la console : personnes, sites, jeton. Voit tous les sites."),
    }[Profile(profile)]

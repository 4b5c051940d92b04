"""One form for all process types of an app: how many dynos each, and of which size."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _

from opsconsole.ops.fleet.words import Names, process_name
from opsconsole.ops.scaling.offer import Sizes, size_choices
from opsconsole.ops.scaling.plan import Scaled, as_words, from_words
from opsconsole.ops.scaling.rules import DYNOS_PER_APP, DYNOS_PER_FIR_APP, Refusal, refusals

LONGEST_SEEN = 20_000


def seen_in(data: Mapping[str, str]) -> tuple[Scaled, ...]:
    """Return the formation that a person saw when they filled in the form."""
    return from_words(data.get("seen", "")[:LONGEST_SEEN])


def data_of(seen: Sequence[Scaled], wanted: Sequence[Scaled]) -> dict[str, str]:
    """Return what a browser would post for `wanted`."""
    typed = {f"quantity_{entry.type}": str(entry.quantity) for entry in wanted}
    return {"seen": as_words(seen), **typed, **{f"size_{entry.type}": entry.size for entry in wanted}}


def retold(data: Mapping[str, str], *, seen: Sequence[Scaled], present: Sequence[Scaled]) -> dict[str, str]:
    """Return what was typed, beside the formation that is true now; a field nobody has touched follows what is true."""
    untouched = data_of(seen, seen)
    typed = {name: value for name, value in data.items() if name != "seen" and value != untouched.get(name)}
    return {**data_of(present, present), **typed}


class FormationForm(forms.Form):
    """`seen`: every type as Heroku last told it to this person; `wanted`: what the fields shall say at first."""

    def __init__(
        self,
        data: Mapping[str, str] | None = None,
        *,
        seen: Sequence[Scaled],
        wanted: Sequence[Scaled] = (),
        sizes: Sizes | None,
        names: Names,
    ) -> None:
        super().__init__(data)
        self.formation = tuple(seen)
        at_first = {entry.type: entry for entry in wanted}
        self._wanted: tuple[Scaled, ...] = ()
        self._at_first = tuple(at_first.get(entry.type, entry) for entry in seen)
        self.fields["seen"] = forms.CharField(
            widget=forms.HiddenInput, initial=as_words(seen), max_length=LONGEST_SEEN, required=False
        )
        for entry in self._at_first:
            name = process_name(entry.type, names)
            typed = (data or {}).get(f"size_{entry.type}", "")
            self.fields[f"quantity_{entry.type}"] = _quantity(name, entry)
            self.fields[f"size_{entry.type}"] = _size(name, entry, sizes=sizes, typed=typed)

    @property
    def wanted(self) -> tuple[Scaled, ...]:
        """What the fields say now, refused or not; where one cannot be read, what is there."""
        return self._wanted if self.is_bound and self.errors is not None else self._at_first

    def quantity_of(self, process_type: str) -> BoundField:
        return self[f"quantity_{process_type}"]

    def size_of(self, process_type: str) -> BoundField:
        return self[f"size_{process_type}"]

    def errors_of(self, process_type: str) -> list[str]:
        bound = (self.quantity_of(process_type), self.size_of(process_type))
        return [str(error) for field in bound for error in field.errors] if self.is_bound else []

    def refuse(self, process_type: str, sentence: str, *, field: str = "quantity") -> None:
        """Put beside a type why it cannot be so."""
        self.add_error(f"{field}_{process_type}", sentence)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        self._wanted = tuple(
            Scaled(
                type=entry.type,
                quantity=values.get(f"quantity_{entry.type}", entry.quantity),
                size=values.get(f"size_{entry.type}", entry.size),
            )
            for entry in self.formation
        )
        if not self.errors:
            for refusal in refusals(self.formation, self._wanted):
                self.refuse(refusal.type, in_words(refusal, self.formation), field=refusal.field)
        return values


def in_words(refusal: Refusal, present: Sequence[Scaled]) -> str:
    """Return why Heroku would refuse, and what would do instead."""
    tier = refusal.tier.capitalize()
    if refusal.code == "too_many":
        most = DYNOS_PER_FIR_APP if refusal.tier == "dyno" else DYNOS_PER_APP
        return _("Heroku n’accepte pas plus de %(count)s dynos pour tout le site.") % {"count": most}
    if refusal.code == "one_per_type":
        return _(
            "En %(tier)s, Heroku n’accepte qu’un dyno ici : mettez 1, ou choisissez une taille Standard."
        ) % {"tier": tier}
    if any(entry.size.lower() == refusal.tier for entry in present):
        return _(
            "Un site est tout entier en %(tier)s ou pas du tout. Pour quitter %(tier)s, changez cette taille aussi : "
            "tout partira en une seule demande."
        ) % {"tier": tier}
    return _("%(tier)s ne se mélange pas : choisissez la même taille partout, ou une autre que %(tier)s.") % {
        "tier": tier
    }


def _quantity(name: str, entry: Scaled) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("Combien"),
        min_value=0,
        max_value=DYNOS_PER_FIR_APP,
        initial=entry.quantity,
        widget=forms.NumberInput(attrs={"inputmode": "numeric", "aria-label": _("Combien : %s") % name}),
        error_messages={
            "required": _("Dites combien, par exemple 1."),
            "invalid": _("Un nombre entier, par exemple 1."),
            "min_value": _("Zéro au moins."),
            "max_value": _("Heroku n’en accepte pas plus de %(limit_value)s."),
        },
    )


def _size(name: str, entry: Scaled, *, sizes: Sizes | None, typed: str) -> forms.ChoiceField:
    # While Heroku does not say what it offers, what was chosen a moment ago is not called wrong.
    has = [entry.size, typed] if sizes is None and typed else [entry.size]
    return forms.ChoiceField(
        label=_("Taille de chacun"),
        choices=size_choices(sizes, has=has),
        initial=entry.size,
        widget=forms.Select(attrs={"aria-label": _("Taille de chacun : %s") % name}),
        error_messages={
            "required": _("Choisissez une taille."),
            "invalid_choice": _("Heroku n’offre pas cette taille à ce site."),
        },
    )

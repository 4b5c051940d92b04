"""The parts of the form, one for each process type, as `ops/scaling/scaling.html` draws them."""

from collections.abc import Collection, Sequence
from typing import Any

from django.utils.translation import gettext as _

from opsconsole.ops.fleet.words import Names, process_name
from opsconsole.ops.scaling.bill import sum_of
from opsconsole.ops.scaling.formation_form import FormationForm
from opsconsole.ops.scaling.offer import Sizes
from opsconsole.ops.scaling.plan import Scaled


def units_of(
    form: FormationForm, *, sizes: Sizes | None, names: Names, protected: Collection[str]
) -> list[dict[str, Any]]:
    """Return each type with its two fields, what changes of it, and what is wrong with it."""
    wanted = {entry.type: entry for entry in form.wanted}
    return [
        {
            "type": entry.type,
            "name": process_name(entry.type, names),
            "quantity": form.quantity_of(entry.type),
            "size": form.size_of(entry.type),
            "sum": sum_of(entry, wanted[entry.type], sizes=sizes),
            "errors": form.errors_of(entry.type),
            "protected": entry.type in protected,
        }
        for entry in form.formation
    ]


def meanwhile(seen: Sequence[Scaled], present: Sequence[Scaled], *, names: Names) -> list[str]:
    """Return what has changed since a person saw the form: « Le site : 2 × Standard-1X → 3 × Standard-1X »."""
    before = {entry.type: _in_words(entry) for entry in seen}
    after = {entry.type: _in_words(entry) for entry in present}
    return [
        _("%(name)s : %(before)s → %(after)s")
        % {
            "name": process_name(kind, names),
            "before": before.get(kind, _("pas encore là")),
            "after": after.get(kind, _("n’existe plus")),
        }
        for kind in dict.fromkeys((*before, *after))
        if before.get(kind) != after.get(kind)
    ]


def _in_words(entry: Scaled) -> str:
    return f"{entry.quantity} × {entry.size}"

"""Who reads and who speaks: the reader's language and rights, and the name under which each line is shown."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo

from django.utils.translation import gettext as _

from opsconsole.ops.fleet.words import dyno_name
from opsconsole.ops.logs.records import Record

PROCESS_VOICES = frozenset({"web", "worker"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How lines are told to one kind of reader; two readers with the same voice are told the same.

    `names`: what the technician calls the process types; `many`: the types of which several dynos run; `clear`: unmasked.
    """

    language: str
    zone: tzinfo
    names: tuple[tuple[str, str], ...] = ()
    many: frozenset[str] = frozenset()
    clear: bool = False
    _names: dict[str, str] = field(default_factory=dict, compare=False, repr=False)

    def dyno(self, name: str) -> str:
        """« Le site 1 », « Le site », « Copie temporaire 1234 »."""
        known = self._names.get(name)
        if known is None:
            kind = type_of(name)
            known = dyno_name(name, kind, many=kind in self.many or kind == "run", names=dict(self.names))
            self._names[name] = known
        return known


def type_of(dyno: str) -> str:
    """« web » of « web.1 » and, on Fir, of « web-4ed720fa31-ur8z1 »."""
    return dyno.partition(".")[0].partition("-")[0]


def kind_of(record: Record) -> str:
    """Return whose voice a line is: web, worker, another process type, router or heroku."""
    if record.source == "heroku":
        return "router" if record.dyno == "router" else "heroku"
    if record.source != "app":
        return "heroku"
    if record.dyno == "api" or record.dyno.startswith("heroku-"):
        return "heroku"
    return type_of(record.dyno)


def who(record: Record, voice: Voice) -> str:
    """Return who speaks, in words."""
    if record.source == "heroku":
        return _("Heroku · aiguillage") if record.dyno == "router" else _("Heroku")
    if record.source != "app":
        return _("Heroku · journaux")
    if record.dyno == "api":
        return _("Heroku · demandes")
    if record.dyno.startswith("heroku-postgres"):
        return _("Base de données")
    if record.dyno.startswith("heroku-"):
        return record.dyno
    return voice.dyno(record.dyno)


def css_class(kind: str) -> str:
    """Return the class that colours a voice; the label says the same in words."""
    return f"v-{kind}" if kind in PROCESS_VOICES | {"router", "heroku"} else "v-other"


def names_of(names: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(names.items())

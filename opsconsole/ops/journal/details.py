"""What an entry says after its sentence: before → after in few words, and how long it took."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.access.models import Profile
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from opsconsole.ops.ui.dates import duration, number

Values = Mapping[str, Any]


def changed(entry: Entry, last: Outcome | None) -> str:
    """Return what changes from what to what; "" for a refusal, which changed nothing, and where the sentence says it."""
    if entry.action == Action.OPEN_PAGE:
        return str(entry.after.get("path", ""))
    if last and last.kind == Kind.REFUSED:
        return ""
    tell = TELLERS.get(entry.action)
    return tell(entry.before, entry.after) if tell else ""


def took(last: Outcome | None) -> str:
    seconds = last.detail.get("seconds") if last and last.kind == Kind.DONE else None
    return _("en %(time)s") % {"time": duration(seconds)} if seconds else ""


# ── Dynos ───────────────────────────────────────────────────────────────────────────────────────────────
def _totals(before: Values, after: Values) -> str:
    if "formation" not in after:
        return ""
    quantities = {row["type"]: row["quantity"] for row in before.get("formation", ())}
    wanted = {row["type"]: row["quantity"] for row in after["formation"]}
    total_before = sum(quantities.get(kind, 0) for kind in wanted)
    total_after = sum(wanted.values())
    return ngettext(
        "de %(before)d à %(after)d dyno", "de %(before)d à %(after)d dynos", max(total_before, total_after)
    ) % {"before": total_before, "after": total_after}


def _formation(before: Values, after: Values) -> str:
    """« le site 2 × Standard-1X → 2 × Standard-2X », for each type that changes."""
    earlier = {row["type"]: _row(row) for row in before.get("formation", ())}
    return ", ".join(
        f"{_type_name(row['type'])} {_arrow(earlier.get(row['type'], ''), _row(row))}"
        for row in after.get("formation", ())
        if _row(row) != earlier.get(row["type"])
    )


def was(entry: Entry) -> str:
    """« le site 2 × Standard-1X »: what the types that a change is about were before it."""
    kinds = {row["type"] for row in entry.after.get("formation", ())}
    rows = [row for row in entry.before.get("formation", ()) if row["type"] in kinds]
    return ", ".join(f"{_type_name(row['type'])} {_row(row)}" for row in rows)


def _row(row: Values) -> str:
    return f"{row['quantity']} × {row['size']}"


def process_inside(process_type: str) -> str:
    """« les tâches de fond (worker) »; Heroku's own word where we have no better one."""
    name = _type_name(process_type)
    return f"{name} ({process_type})" if name != process_type else name


def dyno_inside(name: str) -> str:
    """« le site 2 (web.2) », « la copie temporaire (run.1234) »; a Fir dyno has no number."""
    process_type, _dot, index = name.partition(".")
    said = _type_name(process_type)
    if said == process_type:
        return _("le dyno %(name)s") % {"name": name}
    return f"{said} ({name})" if process_type in {"run", "scheduler"} else f"{said} {index} ({name})"


def _type_name(process_type: str) -> str:
    """A process type in the middle of a sentence. The names people chose may have changed since: the journal keeps to ours."""
    return {
        "web": _("le site"),
        "worker": _("les tâches de fond"),
        "clock": _("l’horloge"),
        "beat": _("l’horloge"),
        "run": _("la copie temporaire"),
        "scheduler": _("la tâche planifiée"),
        "release": _("la mise en service"),
    }.get(process_type, process_type)


# ── Fields ──────────────────────────────────────────────────────────────────────────────────────────────
def _fields(before: Values, after: Values) -> str:
    """« nom affiché « A » → « B », protégé non → oui », in our order: PostgreSQL keeps none."""
    order = dict.fromkeys([*_field_names(), *sorted((*before, *after))])
    changes = [name for name in order if name in {*before, *after} and name != "person"]
    return ", ".join(_field(name, before.get(name), after.get(name)) for name in changes)


def _field(name: str, before: Any, after: Any) -> str:  # noqa: ANN401 -- whatever a room keeps in JSON
    if name == "process_types":
        types = [(kind, (before or {}).get(kind, {}), values) for kind, values in (after or {}).items()]
        return ", ".join(
            f"{_type_name(kind)} ({_fields(was, values)})" for kind, was, values in sorted(types)
        )
    return f"{_field_name(name)} {_arrow(_value(name, before), _value(name, after))}"


def _field_name(name: str) -> str:
    return _field_names().get(name, name)


def _field_names() -> dict[str, str]:
    return {
        "label": _("nom affiché"),
        "name": _("nom affiché"),
        "username": _("identifiant"),
        "email": _("adresse e-mail"),
        "profile": _("profil"),
        "limited": _("limité à certains sites"),
        "apps": _("sites"),
        "sessions": _("sessions ouvertes"),
        "environment": _("environnement"),
        "protected": _("protégé"),
        "position": _("place"),
        "shown": _("montré"),
        "former_name": _("ancien nom"),
        "kept": _("gardé ici"),
        "people": _("vu par"),
        "euros_per_dollar": _("euros pour un dollar"),
    }


def _value(field: str, value: Any) -> str:  # noqa: ANN401 -- whatever a room keeps in JSON
    if value is None or value in ("", []):
        return _("tous") if field == "apps" and value is None else _("rien")
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_value(field, part) for part in value)
    if field in {"label", "name", "former_name"}:
        return _("« %(name)s »") % {"name": value}
    return _choice(field, str(value))


def _choice(field: str, value: str) -> str:
    if field == "profile" and value in Profile.values:
        return str(Profile(value).label)
    if field == "environment":
        environments = {
            "production": _("Production"),
            "staging": _("Recette"),
            "development": _("Développement"),
        }
        return environments.get(value, value)
    return str(number_format(value)) if field == "euros_per_dollar" else value


def _arrow(before: str, after: str) -> str:
    return f"{before} → {after}" if before else after


# ── The console itself ──────────────────────────────────────────────────────────────────────────────────
def _invited(_before: Values, after: Values) -> str:
    profile = _choice("profile", str(after.get("profile", "")))
    only = after.get("apps")
    return f"{profile} ({_value('apps', only)})" if only is not None else profile


def _written(before: Values, after: Values) -> str:
    """« ligne de commande, risque »: what of a command was written anew."""
    names = _command_field_names()
    return ", ".join(names[name] for name in names if name in after and name in before)


def _command_field_names() -> dict[str, str]:
    return {
        "title": _("nom"),
        "purpose": _("ce qu’elle fait"),
        "when": _("quand s’en servir"),
        "template": _("ligne de commande"),
        "parameters": _("valeurs demandées"),
        "size": _("taille"),
        "time_to_live": _("durée au plus"),
        "risk": _("risque"),
        "profile": _("qui peut la lancer"),
        "apps": _("sites"),
        "alone": _("une à la fois"),
        "interactive": _("s’ouvre dans une console"),
        "confirmation": _("avertissement"),
        "success": _("mot de la fin"),
        "failure": _("mot de l’échec"),
        "failures": _("mots selon le code de sortie"),
        "enabled": _("proposée ou non"),
        "position": _("place"),
    }


def _account(before: Values, after: Values) -> str:
    email = after.get("account") or before.get("account")
    return _("compte %(email)s") % {"email": email} if email else ""


def _exported(_before: Values, after: Values) -> str:
    count = int(after.get("count", 0))
    lines = ngettext("%(count)s ligne en %(format)s", "%(count)s lignes en %(format)s", count)
    return lines % {"count": number(count), "format": FORMATS.get(str(after.get("format")), "")}


def _console(_before: Values, after: Values) -> str:
    """« Terminal, « corriger deux dossiers » », as far as somebody said what for."""
    kinds = {"python": _("Python"), "shell": _("terminal")}
    kind = kinds.get(str(after.get("kind")), str(after.get("title", "")))
    purpose = str(after.get("purpose", ""))
    return ", ".join(
        part for part in (kind, _("« %(said)s »") % {"said": purpose} if purpose else "") if part
    )


FORMATS = {"csv": "CSV", "jsonl": "JSON"}

TELLERS: dict[str, Callable[[Values, Values], str]] = {
    Action.SLEEP: _totals,
    Action.WAKE: _totals,
    Action.SCALE: _formation,
    Action.WRITE_COMMAND: _written,
    Action.DESCRIBE_APP: _fields,
    Action.PRICES: _fields,
    Action.CHANGE_PERSON: _fields,
    Action.INVITE: _invited,
    Action.STORE_TOKEN: _account,
    Action.DELETE_TOKEN: _account,
    Action.EXPORT: _exported,
    Action.CONSOLE: _console,
}

"""What the sheets of restarting and stopping tell before anybody confirms."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.dynos.judge import Target, is_one_off
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.words import dyno_name, name_inside
from opsconsole.ops.journal import reasons

Point = dict[str, str]


def restart_title(app: App, *, target: Target) -> str:
    if target.scope == "app":
        return _("Redémarrer tout « %(name)s » ?") % {"name": app.title}
    names = app.process_names()
    kind = target.name if target.scope == "type" else target.name.partition(".")[0]
    called = name_inside(kind, names)
    if target.scope == "dyno":
        called = dyno_name(target.name, kind, many=True, names=names)
        called = called[:1].lower() + called[1:]
    return _("Redémarrer %(what)s de « %(name)s » ?") % {"what": called, "name": app.title}


def restarting(*, target: Target, reading: Reading | None) -> tuple[str, list[Point]]:
    """Return the lead and the points of a restart: who notices it, for how long, what is left alone."""
    meant = target.among(reading.dynos, formation=reading.formation) if reading else ()
    if reading and not meant:
        return _("Rien de tel ne tourne en ce moment."), []
    points = [_seen(meant, reading=reading)] if reading else []
    points.append(
        {
            "icon": "safe",
            "title": _("Rien n’est perdu."),
            "text": _("Mêmes quantités, mêmes tailles, même prix ; les copies temporaires continuent."),
        }
    )
    return _("Chaque dyno s’arrête puis repart, en une minute environ."), points


def _seen(meant: Collection[heroku.Dyno], *, reading: Reading) -> Point:
    touched = sum(dyno.type == "web" for dyno in meant)
    if not touched:
        text = _("Le site lui-même ne redémarre pas.")
        return {"icon": "people", "title": _("Les visiteurs ne remarqueront rien."), "text": text}
    if touched == sum(dyno.type == "web" for dyno in reading.dynos):
        text = _("Les pages demandées pendant ce temps attendent, ou montrent une erreur.")
        return {
            "icon": "people",
            "title": _("Coupure de quelques secondes pour les visiteurs."),
            "text": text,
        }
    text = _("Les autres dynos du site répondent pendant ce temps.")
    return {"icon": "people", "title": _("Presque rien pour les visiteurs."), "text": text}


def useless_restart(*, target: Target, reading: Reading | None) -> str:
    """Return why restarting this would do nothing, "" as far as is known."""
    if reading is None or target.among(reading.dynos, formation=reading.formation):
        return ""
    return _("Rien de tel ne tourne en ce moment.")


def useless_stop(dyno: str, *, reading: Reading | None) -> str:
    """Return why stopping this would do nothing, "" as far as is known."""
    return reasons.sentence("only_restarts") if _comes_back(dyno, reading=reading) else ""


def _comes_back(dyno: str, *, reading: Reading | None) -> bool:
    found = next((each for each in reading.dynos if each.name == dyno), None) if reading else None
    return bool(reading and found and not is_one_off(found, formation=reading.formation))


def stop_title(dyno: str, *, reading: Reading | None) -> str:
    if _comes_back(dyno, reading=reading):
        return _("Arrêter %(name)s ?") % {"name": dyno}
    return _("Arrêter la copie temporaire %(name)s ?") % {"name": dyno}


def stopping(dyno: str, *, reading: Reading | None) -> list[Point]:
    """Return the points of a stop; a scaled dyno comes straight back, and that is said before anybody tries."""
    if _comes_back(dyno, reading=reading):
        return [
            {
                "icon": "alert",
                "title": _("Ce dyno reviendrait aussitôt."),
                "text": _(
                    "Heroku relance ce qui fait partie du site : l’arrêter ne ferait que le redémarrer."
                ),
            }
        ]
    return [
        {
            "icon": "alert",
            "title": _("Son travail s’arrête là où il en est."),
            "text": _("Ce qu’elle n’avait pas fini ne le sera pas ; elle ne repartira pas d’elle-même."),
        }
    ]

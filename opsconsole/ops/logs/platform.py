"""What Heroku itself writes into a log, in a sentence: the life of dynos, memory, what was asked by whom."""

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from opsconsole.ops.logs.records import Record
from opsconsole.ops.logs.voices import Voice
from opsconsole.ops.oneoffs.tag import without_mark
from opsconsole.ops.ui.dates import number

_STATE = re.compile(r"State changed from (\w+) to (\w+)", re.ASCII)
_EXIT = re.compile(r"Process exited with status (\d{1,3})", re.ASCII)
_START = re.compile(r"Starting process with command `(.*)`", re.DOTALL)
_MEMORY = re.compile(r"sample#memory_total=([\d.]{1,12})MB", re.ASCII)
_QUOTA = re.compile(r"sample#memory_quota=([\d.]{1,12})MB", re.ASCII)
_RUNNING = re.compile(r"Process running mem=(\d{1,9})MB?\(([\d.]{1,8})%\)", re.ASCII)
_LOAD = re.compile(r"sample#load_avg_1m=([\d.]{1,8})", re.ASCII)
_BY = r" by user (\S+)"
_SCALED = re.compile(rf"Scaled to (.{{1,300}}?){_BY}")
_RELEASED = re.compile(rf"Release v(\d{{1,9}}) created{_BY}")
_DEPLOYED = re.compile(rf"Deploy (\S{{1,60}}){_BY}")
_CONFIG = re.compile(rf"(?:Set|Remove|Unset) (.{{1,300}}?) config vars?{_BY}")
_BUILT = re.compile(r"Build (started|succeeded|failed)", re.ASCII)


def platform_sentence(record: Record, voice: Voice, mask: Callable[[str], str]) -> str | None:
    """Return what a line of Heroku's means, None where its own words are the best; `mask` is applied to what it quotes."""
    if record.source == "heroku" and record.dyno != "router":
        said = _of_a_dyno(record.text)
        names = {"name": voice.dyno(record.dyno), "value": said}
        return None if said is None else _("%(name)s : %(value)s") % names
    if record.source == "app" and record.dyno == "api":
        return _of_a_request(record.text, mask)
    return None


def _of_a_dyno(text: str) -> str | None:  # noqa: PLR0911 -- a sentence for each form
    if match := _STATE.match(text):
        return _state(match[1], match[2])
    if match := _EXIT.match(text):
        return _exit(match[1])
    if match := _START.match(text):
        return _("démarre avec la commande « %(command)s »") % {"command": without_mark(match[1])}
    if match := _MEMORY.search(text):
        quota = _QUOTA.search(text)
        used = {
            "used": number(round(float(match[1]))),
            "all": number(round(float(quota[1]))) if quota else "",
        }
        return _("%(used)s Mo de mémoire sur %(all)s") % used if quota else _("%(used)s Mo de mémoire") % used
    if match := _RUNNING.match(text):
        values = {"used": number(int(match[1])), "share": number(round(float(match[2])))}
        return _("%(used)s Mo de mémoire, %(share)s %% de ce que sa taille permet") % values
    if match := _LOAD.search(text):
        return _("charge de %(load)s sur une minute") % {"load": number(float(match[1]), places=2)}
    return _fixed().get(text)


def _fixed() -> dict[str, str]:
    return {
        "Restarting": _("redémarrage"),
        "Cycling": _("redémarrage quotidien normal"),
        "Idling": _("assoupissement, faute de visite"),
        "Unidling": _("réveil, un visiteur est là"),
        "Stopping all processes with SIGTERM": _("ordre de s’arrêter"),
        "Awaiting client": _("attend que quelqu’un s’y relie"),
        "Client connection closed. Sending SIGHUP to all processes": _("liaison fermée, fin demandée"),
        "Error R14 (Memory quota exceeded)": _("mémoire dépassée"),
        "Error R15 (Memory quota vastly exceeded)": _("mémoire très dépassée, arrêt par Heroku"),
    }


def _state(before: str, after: str) -> str:
    said = {
        "starting": _("démarrage en cours"),
        "up": _("en service"),
        "down": _("à l’arrêt"),
        "crashed": _("en panne"),
        "complete": _("terminé"),
        "idle": _("assoupi"),
    }.get(after)
    return said or _("passe de « %(before)s » à « %(after)s »") % {"before": before, "after": after}


def _exit(status: str) -> str:
    if status == "0":
        return _("fin normale")
    if status == "143":
        return _("s’arrête, comme demandé")
    return _("s’arrête sur une erreur (statut %(status)s)") % {"status": status}


def _of_a_request(text: str, mask: Callable[[str], str]) -> str | None:
    if match := _SCALED.match(text):
        return _("Nombre ou taille changés : %(what)s, par %(who)s") % {
            "what": match[1],
            "who": mask(match[2]),
        }
    if match := _RELEASED.match(text):
        return _("Version %(version)s mise en service par %(who)s") % {
            "version": match[1],
            "who": mask(match[2]),
        }
    if match := _DEPLOYED.match(text):
        return _("Nouvelle version déposée (%(what)s) par %(who)s") % {
            "what": match[1],
            "who": mask(match[2]),
        }
    if match := _CONFIG.match(text):
        return _("Réglages techniques changés (%(what)s) par %(who)s") % {
            "what": match[1],
            "who": mask(match[2]),
        }
    if match := _BUILT.match(text):
        return {
            "started": _("Préparation d’une nouvelle version"),
            "succeeded": _("Nouvelle version prête"),
            "failed": _("La préparation de la nouvelle version a échoué"),
        }[match[1]]
    return None

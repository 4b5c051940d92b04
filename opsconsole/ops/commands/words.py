"""A run and its command in words: what it is doing, how it ended, what to think of it."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.commands.models import Command, Risk
from opsconsole.ops.journal import reasons
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.ui.dates import duration

DISCS = {
    State.ASKED: "waking",
    State.STARTING: "waking",
    State.RUNNING: "waking",
    State.DONE: "awake",
    State.FAILED: "down",
    State.STOPPED: "maintenance",
    State.EXPIRED: "down",
    State.LOST: "unreachable",
    State.UNKNOWN: "unreachable",
    State.REFUSED: "maintenance",
}
TONES = {State.DONE: "ok", State.FAILED: "bad", State.EXPIRED: "bad"}
RUNNING = {State.ASKED, State.STARTING, State.RUNNING}
TERMINATED, KILLED, NOT_FOUND, NOT_EXECUTABLE = 143, 137, 127, 126


def said(command: Command, field: str) -> str:
    """Return what a command says of itself; what came with the console and nobody changed, in the reader's language."""
    text = str(getattr(command, field))
    return _(text) if text and command.key and command.version == 1 else text


def said_then(run: Run, field: str) -> str:
    """Return what the command of a run said of itself then."""
    kept = run.command
    text = str(kept.get(field, ""))
    return _(text) if text and kept.get("key") and kept.get("version") == 1 else text


def title_of(run: Run) -> str:
    return said_then(run, "title") or run.title


def word(run: Run) -> str:
    """« En cours », « Terminée »: never shown without its disc."""
    return str(State(run.state).label)


def disc_of(run: Run) -> str:
    return DISCS[State(run.state)]


def tone_of(run: Run) -> str:
    """Return the tone of `components/dyno.html`."""
    return "run" if run.state in RUNNING else TONES.get(State(run.state), "off")


def sentence(run: Run, *, now: datetime) -> str:
    """Return the run in one sentence, as its page begins."""
    if run.state == State.ASKED and run.reason in {"lost", "interrupted"}:
        return _("Heroku n’a pas répondu : la console cherche si la commande a été lancée.")
    if run.state == State.RUNNING:
        if run.stop_asked_at:
            return _("Arrêt demandé par %(name)s : la commande finit.") % {"name": run.stop_by}
        return _("En cours depuis %(time)s.") % {"time": duration(_since(run, now))}
    return {
        State.ASKED: _("Demande envoyée à Heroku."),
        State.STARTING: _(
            "Heroku prépare une copie temporaire du site : d’habitude, une dizaine de secondes."
        ),
        State.DONE: _("Terminée, en %(time)s.") % {"time": time_of(run)},
        State.FAILED: _("Échouée, après %(time)s.") % {"time": time_of(run)},
        State.STOPPED: _("Arrêtée par %(name)s, après %(time)s.")
        % {"name": run.stop_by, "time": time_of(run)},
        State.EXPIRED: _("Arrêtée par Heroku : elle durait plus de %(time)s.")
        % {"time": duration(run.time_to_live)},
        State.LOST: _("Finie, mais Heroku n’a pas dit comment."),
        State.UNKNOWN: _("Personne ne sait si cette commande a été lancée."),
        State.REFUSED: _("Non lancée : rien n’a été fait."),
    }[State(run.state)]


def explained(run: Run) -> str:
    """Return what that means and what to do, "" while it goes on."""
    status = run.exit_status
    match State(run.state):
        case State.DONE:
            return said_then(run, "success")
        case State.FAILED:
            by_status = str(run.command.get("failures", {}).get(str(status), ""))
            return by_status or said_then(run, "failure") or _status_in_words(status)
        case State.STOPPED:
            return _("Ce qu’elle avait déjà fait reste fait.")
        case State.EXPIRED:
            return _("Ce qu’elle avait déjà fait reste fait. Votre technicien peut lui donner plus de temps.")
        case State.LOST:
            return _(
                "La fin de ses journaux n’est pas arrivée jusqu’ici. Vérifiez son effet avant de la relancer."
            )
        case State.UNKNOWN:
            return _(
                "Heroku n’a pas répondu, et la commande n’est ni parmi ce qui tourne ni dans les journaux. "
                "La relancer pourrait la faire tourner deux fois : vérifiez d’abord son effet."
            )
        case State.REFUSED:
            return reasons.heroku_said(run.detail) or reasons.sentence(run.reason)
    return ""


def _status_in_words(status: int | None) -> str:
    return {
        NOT_EXECUTABLE: _("Le programme demandé existe, mais ne peut pas être exécuté."),
        NOT_FOUND: _("Le programme demandé n’existe pas dans ce site."),
        KILLED: _("La commande a été interrompue de force, souvent faute de mémoire."),
        TERMINATED: _("La commande a été interrompue."),
    }.get(
        status or 0, _("La commande s’est terminée par une erreur : sa dernière ligne dit souvent pourquoi.")
    )


def usual(seconds: float | None) -> str:
    """« d’habitude 40 s », "" when it never ended well."""
    return "" if seconds is None else _("d’habitude %(time)s") % {"time": duration(seconds)}


def seconds_of(run: Run) -> float:
    """Return how long it ran, in seconds."""
    began = run.up_at or run.launched_at or run.asked_at
    return max(0.0, ((run.ended_at or began) - began) / timedelta(seconds=1))


def time_of(run: Run) -> str:
    """« 41 s », « moins d’une seconde »."""
    seconds = seconds_of(run)
    return duration(seconds) if seconds >= 1 else _("moins d’une seconde")


def _since(run: Run, now: datetime) -> float:
    return max(0.0, (now - (run.up_at or run.asked_at)) / timedelta(seconds=1))


def risk_sentence(risk: str) -> str:
    return {
        Risk.SAFE: _("Sans danger : elle ne change rien, ou rien d’important."),
        Risk.SENSITIVE: _("Sensible : elle change des données du site."),
        Risk.DANGEROUS: _("Dangereuse : ce qu’elle fait ne se rattrape pas facilement."),
    }[Risk(risk)]


def headline(active: int) -> str:
    """« Une commande est en cours. »"""
    if not active:
        return _("Rien n’est en cours.")
    return ngettext("Une commande est en cours.", "%(count)d commandes sont en cours.", active) % {
        "count": active
    }

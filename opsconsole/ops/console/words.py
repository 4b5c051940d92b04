"""A console in words: what it is doing, how it ended, what that means."""

from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from opsconsole.ops.console.kinds import title_of_name
from opsconsole.ops.console.models import Console
from opsconsole.ops.journal import reasons
from opsconsole.ops.oneoffs.models import Run, State
from opsconsole.ops.ui.dates import duration

JUST_NOW: Final = 60  # seconds
PREPARING: Final = (State.ASKED, State.STARTING)
ENDED_WELL: Final = ("console_ended", "console_closed", "console_idle", "console_away", "console_over")
NO_WAY_IN: Final = ("console_refused", "console_timed_out", "console_unreachable")


def stage_of(run: Run) -> str:
    """Return "preparing", "connected", "ended" or "failed"."""
    is_over = run.reason.startswith("console_")
    if run.is_active and not is_over:
        return "connected" if run.state == State.RUNNING else "preparing"
    return "ended" if run.reason in ENDED_WELL else "failed"


def disc_of(run: Run) -> str:
    return {"preparing": "waking", "connected": "awake", "ended": "asleep", "failed": "down"}[stage_of(run)]


def tone_of(run: Run) -> str:
    """Return the tone of `components/dyno.html`."""
    return {"preparing": "run", "connected": "ok", "ended": "off", "failed": "bad"}[stage_of(run)]


def title(run: Run) -> str:
    return title_of_name(run.title)


def word(run: Run) -> str:
    """« Connectée », never shown without its disc."""
    return {
        "preparing": _("Préparation"),
        "connected": _("Connectée"),
        "ended": _("Terminée"),
        "failed": _("Pas ouverte") if run.up_at is None else _("Coupée"),
    }[stage_of(run)]


def sentence(run: Run, *, is_mine: bool, now: datetime) -> str:
    """Return the console in one sentence, as its page begins."""
    stage = stage_of(run)
    if stage == "preparing":
        if run.reason in {"lost", "interrupted"}:
            return _("Heroku n’a pas répondu : la console cherche la copie temporaire.")
        return _("Préparation : environ 10 secondes.")
    if stage == "connected":
        seconds = (now - (run.up_at or run.asked_at)) / timedelta(seconds=1)
        if seconds < JUST_NOW:
            return (
                _("Votre console est ouverte.")
                if is_mine
                else _("La console de %(name)s est ouverte.") % {"name": run.actor_name}
            )
        since = duration(seconds)
        if is_mine:
            return _("Votre console est ouverte depuis %(time)s.") % {"time": since}
        return _("La console de %(name)s est ouverte depuis %(time)s.") % {
            "name": run.actor_name,
            "time": since,
        }
    if stage == "ended":
        return _("Terminée : les fichiers créés ici sont effacés.")
    if run.reason in NO_WAY_IN:
        return _("Heroku ne nous laisse pas entrer (port 5000).")
    if run.state == State.UNKNOWN:
        return _("Personne ne sait si cette console a été ouverte.")
    return _("La console ne s’est pas ouverte.") if run.up_at is None else _("La console a été coupée.")


def lead(run: Run, *, is_production: bool) -> str:
    """Return what to know before one types, "" once it is over."""
    if stage_of(run) in {"ended", "failed"}:
        return ""
    if is_production:
        return _("Vous parlez à la production : ce que vous changez ici change pour tout le monde.")
    return _("Ce que vous changez dans les données reste changé ; les fichiers, eux, disparaissent à la fin.")


def explained(run: Run) -> str:
    """Return why it ended, and what to do, "" while it goes on."""
    if stage_of(run) not in {"ended", "failed"}:
        return ""
    if run.reason == "console_closed" and run.stop_by:
        return _("%(name)s l’a fermée.") % {"name": run.stop_by}
    if run.reason == "console_ended":
        return _("Le programme s’est terminé.")
    if run.reason == "console_idle":
        return _("Personne n’y a tapé pendant %(time)s : la console l’a fermée.") % {
            "time": duration(settings.CONSOLE_IDLE_SECONDS)
        }
    if run.reason == "console_away":
        return _("Aucun navigateur ne l’a regardée pendant %(time)s : la console l’a fermée.") % {
            "time": duration(settings.CONSOLE_AWAY_SECONDS)
        }
    return reasons.heroku_said(run.detail) or reasons.sentence(run.reason)


def facts(run: Run, console: Console) -> list[tuple[str, str]]:
    """Return what stands below the screen, as (what, its value)."""
    told = [
        (
            _("Si rien n’est tapé"),
            _("elle se ferme après %(time)s") % {"time": duration(settings.CONSOLE_IDLE_SECONDS)},
        ),
        (_("Durée au plus"), duration(run.time_to_live)),
        (
            _("Si vous fermez l’onglet"),
            _("elle vous attend %(time)s") % {"time": duration(settings.CONSOLE_AWAY_SECONDS)},
        ),
        (_("Enregistrement"), _("ce qui s’affiche est gardé, pas ce qui se tape")),
    ]
    if stage_of(run) in {"ended", "failed"}:
        told = [(_("Durée au plus"), duration(run.time_to_live)), told[-1]]
    if console.purpose:
        told.append((_("Pour quoi faire"), console.purpose))
    return told

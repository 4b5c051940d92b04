"""See whether consoles can be reached from here: the API, a log stream, the rendezvous; each in its own sentence."""

import asyncio
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.live import runtime
from opsconsole.ops.console.hosts import rendezvous_hosts
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.log_hosts import log_hosts
from opsconsole.ops.journal import reasons

SECONDS: Final = 8.0
Result = tuple[str, bool, str]
"""What was tried, whether it works, and a sentence."""


def try_connection(fleet: Fleet, *, app_id: str) -> list[Result]:
    """Try one after the other; takes up to half a minute where nothing answers. `app_id` is "" where no app is known."""
    tried: list[tuple[str, Callable[[], None]]] = [
        (_("Heroku lui-même (port 443)"), lambda: _ask(fleet)),
        (_("Les journaux en direct (port 443)"), lambda: _read_log(fleet, app_id)),
        (_("Les consoles (port 5000)"), _reach_rendezvous),
    ]
    return [_result(what, work) for what, work in tried]


def _result(what: str, work: Callable[[], None]) -> Result:
    try:
        work()
    except heroku.RendezvousError as error:
        return what, False, reasons.sentence(f"console_{error.kind}")
    except heroku.NotSentError as error:
        return what, False, _not_sent(error.reason)
    except heroku.HerokuError as error:
        said = reasons.heroku_said({"error": type(error).__name__})
        return what, False, said or _("Heroku n’a pas répondu comme attendu.")
    return what, True, _("La liaison passe.")


def _not_sent(reason: str) -> str:
    return {
        "refused": _("La connexion est refusée : votre technicien doit ouvrir ce port vers l’extérieur."),
        "timeout": _("Rien ne répond : votre technicien doit ouvrir ce port vers l’extérieur."),
        "untrusted": _(
            "Le certificat présenté n’est pas celui de Heroku : votre technicien doit regarder le réseau."
        ),
        "unresolved": _("Le nom de Heroku est introuvable : votre technicien doit regarder le réseau."),
    }.get(reason, _("Heroku est hors d’atteinte."))


def _ask(fleet: Fleet) -> None:
    fleet.client.account.get(total=SECONDS)


def _read_log(fleet: Fleet, app_id: str) -> None:
    if app_id:
        session = fleet.client.log_sessions.create(app_id, lines=1, tail=False, total=SECONDS)
        heroku.read_history(session, hosts=log_hosts(), seconds=SECONDS)


def _reach_rendezvous() -> None:
    host, _colon, port = settings.RENDEZVOUS_ADDRESS.rpartition(":")
    place = rendezvous_hosts().check(f"rendezvous://{host}:{port}/nothing")
    asyncio.run_coroutine_threadsafe(
        heroku.try_rendezvous(place, connect_seconds=SECONDS), runtime.loop()
    ).result(SECONDS + 2)

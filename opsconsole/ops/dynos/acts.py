"""The quiet buttons beside what runs: restart a dyno, stop a temporary copy; none where it would be refused."""

from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.changes import guards
from opsconsole.ops.dynos.judge import is_one_off
from opsconsole.ops.dynos.rows import Act, no_act
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Reading
from opsconsole.ops.fleet.words import name_inside, rank


def may_restart(request: HttpRequest, app: App, reading: Reading | None) -> bool:
    """Tell whether this person would be let through."""
    if reading is None or not may(request.user, Right.RESTART, str(app.heroku_id)):
        return False
    own = guards.own_identity(host=request.get_host())
    return not guards.refusal(app, web_url=reading.app.web_url, own=own)


def act_on(request: HttpRequest, app: App, reading: Reading | None) -> Act:
    """Return what gives each dyno its button, for this person."""
    if reading is None or not may_restart(request, app, reading):
        return no_act
    formation = reading.formation
    scaled = {entry.type for entry in formation if entry.quantity}
    restartable = scaled.difference(guards.protected_among(app, scaled))

    def act(dyno: heroku.Dyno) -> dict[str, str] | None:
        ends = is_one_off(dyno, formation=formation)
        if not ends and dyno.type not in restartable:
            return None  # it is going away, or nobody may touch it
        address = reverse("stop" if ends else "restart", args=[app.name])
        return {
            "label": _("Arrêter") if ends else _("Redémarrer"),
            "href": f"{address}?{urlencode({'dyno': dyno.name})}",
        }

    return act


def restart_links(request: HttpRequest, app: App, reading: Reading | None) -> list[dict[str, str]] | None:
    """Return a link for each process type where there are several; None where not everything may be restarted."""
    if reading is None or not reading.dynos or not may_restart(request, app, reading):
        return None
    names = app.process_names()
    scaled = [entry.type for entry in reading.formation if entry.quantity]
    if guards.protected_among(app, scaled):
        return None
    kinds = sorted(scaled, key=lambda kind: (rank(kind, names), kind)) if len(scaled) > 1 else []
    address = reverse("restart", args=[app.name])
    return [
        {
            "label": _("Redémarrer %(what)s") % {"what": name_inside(kind, names)},
            "href": f"{address}?{urlencode({'type': kind})}",
        }
        for kind in kinds
    ]

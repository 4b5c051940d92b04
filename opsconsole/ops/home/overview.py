"""One app as the pages show it: what is known of it, its state, and what this person may do about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.changes import guards
from opsconsole.ops.changes.answers import sheltered
from opsconsole.ops.fleet import words
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.readings import Known
from opsconsole.ops.fleet.state import State, derive
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.models import Action
from opsconsole.ops.scaling.presence import Presence, presences

RENEWED = frozenset({"denied", "no_token", "unreadable_token"})
PATIENCE = 2.2  # seconds that a page waits for a first reading; with everything else it stays below three


@dataclass(frozen=True, slots=True)
class Overview:
    """An app, what is known of it, and the state that follows from that."""

    app: App
    known: Known
    presence: Presence
    state: State
    now: datetime

    @property
    def zone(self) -> tzinfo:
        return timezone.get_current_timezone()

    @property
    def names(self) -> words.Names:
        """What the technician calls its process types."""
        return self.app.process_names()

    @property
    def sentence(self) -> str:
        return words.sentence(self.state, now=self.now, zone=self.zone, names=self.names)

    @property
    def visitors(self) -> str:
        return words.visitors(self.state, now=self.now, zone=self.zone, names=self.names)

    @property
    def rise(self) -> int | None:
        """The height of the disc over the horizon, 0 to 3, while it rises or sets."""
        if self.state.name == "waking":
            return 1 + round(self.state.ready / self.state.wanted) if self.state.wanted else 1
        return 1 if self.state.name == "falling" else None


def look_at(fleet: Fleet, apps: Sequence[App], *, patience: float = PATIENCE) -> list[Overview]:
    """Return the overview of each app, Heroku asked at most once for all of them."""
    known = fleet.look_at([app.heroku_id for app in apps], patience=patience)
    present = presences(known)
    now = fleet.now()
    return [_overview(app, known[app.heroku_id], present[app.heroku_id], now) for app in apps]


def _overview(app: App, known: Known, presence: Presence, now: datetime) -> Overview:
    state = derive(known, change=presence.change, asleep=presence.asleep, now=now)
    return Overview(app, known, presence, state, now)


def main_button(request: HttpRequest, overview: Overview) -> dict[str, str] | None:
    """Return the one button of a state for this person: a change posted, a page that asks first, or off and why."""
    app, button = overview.app, overview.state.button
    failure = overview.state.failure
    if failure and failure.kind in RENEWED and may(request.user, Right.TOKEN):
        return {"label": _("Renouveler le jeton"), "kind": "", "href": reverse("token")}
    rights = {"sleep": Right.SLEEP, "wake": Right.WAKE, "reopen": Right.WAKE, "restart": Right.RESTART}
    if button is None or not may(request.user, rights[button], str(app.heroku_id)):
        return None
    look = {
        "sleep": {"label": _("Mettre en veille"), "kind": "sleep", "href": reverse("sleep", args=[app.name])},
        "wake": {"label": _("Réveiller"), "kind": "wake", "url": reverse("wake", args=[app.name])},
        "reopen": {"label": _("Rouvrir le site"), "kind": "", "url": reverse("reopen", args=[app.name])},
        "restart": _restart(overview),
    }[button]
    reason = _refusal(request, overview)
    why = reasons.sentence(reason) if reason else _sheltered(overview)
    return {"label": look["label"], "kind": look["kind"], "why": why} if why else look


def _sheltered(overview: Overview) -> str:
    """Return why the app cannot sleep or restart though it is not protected itself: a part of it is."""
    reading, state = overview.known.reading, overview.state
    if state.button not in {"sleep", "restart"}:
        return ""
    running = [entry.type for entry in reading.formation if entry.quantity] if reading else []
    touched = state.broken_types if _restarts_one_type(state) else running
    return sheltered(overview.app, touched)


def _restarts_one_type(state: State) -> bool:
    return state.name == "partial" and len(state.broken_types) == 1


def _restart(overview: Overview) -> dict[str, str]:
    """What is broken, where that is one process type of several; else everything."""
    address, broken = reverse("restart", args=[overview.app.name]), overview.state.broken_types
    if _restarts_one_type(overview.state):
        what = words.name_inside(broken[0], overview.names)
        return {
            "label": _("Redémarrer %(what)s") % {"what": what},
            "kind": "restart",
            "href": f"{address}?{urlencode({'type': broken[0]})}",
        }
    return {"label": _("Redémarrer"), "kind": "restart", "href": address}


def _refusal(request: HttpRequest, overview: Overview) -> str:
    """Return why the console leaves this app alone, whoever asks; "" where it does not."""
    reading = overview.known.reading
    web_url = reading.app.web_url if reading else None
    return guards.refusal(overview.app, web_url=web_url, own=guards.own_identity(host=request.get_host()))


def other_button(request: HttpRequest, overview: Overview) -> dict[str, str] | None:
    """Return the quieter way out of a failure: to put the site to sleep; None in any other state."""
    app = overview.app
    if overview.state.button != "restart" or not may(request.user, Right.SLEEP, str(app.heroku_id)):
        return None
    if _refusal(request, overview):
        return None
    return {"label": _("Mettre en veille"), "href": reverse("sleep", args=[app.name])}


def still_true(proof: dict[str, Any] | None, *, state: State) -> dict[str, Any] | None:
    """Return how the last change ended, unless something else has become true since, or is about to."""
    if proof is None or state.change:
        return None
    if proof["kind"] != "ok":
        return proof
    agrees = {
        Action.SLEEP: state.name == "asleep",
        Action.WAKE: state.name in {"awake", "dozing"},
        Action.REOPEN: state.is_certain and not state.page_is_on,
        Action.RESTART: state.name in {"awake", "dozing", "maintenance"},
        Action.STOP: state.is_certain,
        Action.SCALE: state.is_certain and state.name not in {"down", "partial"},
    }
    return proof if agrees[Action(proof["action"])] else None

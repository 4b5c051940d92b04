"""The values of the components that draw an app: its card on the home page, the frame of its own page."""

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet import words
from opsconsole.ops.home.overview import Overview, main_button

LARGE_UP_TO = 6  # sites; beyond, cards are small and stand in a grid


def site_of(request: HttpRequest, overview: Overview) -> dict[str, object]:
    """Return what `components/app_page.html` needs."""
    app = overview.app
    return {
        "name": app.title,
        "label": app.name,
        "url": reverse("app", args=[app.name]),
        "state": overview.state.name,
        "word": words.badge(overview.state),
        "kind": app.get_environment_display(),
        "sentence": overview.sentence,
        "rise": overview.rise,
        "topic": app.topic,
        "may_scale": may(request.user, Right.SCALE, str(app.heroku_id)),
        "may_console": may(request.user, Right.CONSOLE, str(app.heroku_id)),
    }


def card_of(request: HttpRequest, overview: Overview) -> dict[str, object]:
    """Return what `components/app_card.html` needs."""
    app, state = overview.app, overview.state
    change = state.change
    return {
        "id": f"site-{app.name}",
        "app_id": str(app.heroku_id),
        "name": app.title,
        "url": reverse("app", args=[app.name]),
        "state": state.name,
        "kind": app.get_environment_display(),
        "sentence": overview.sentence,
        "see": overview.visitors,
        "age": state.read_at,
        "act": main_button(request, overview),
        "more": {"label": _("Comprendre"), "url": reverse("app", args=[app.name])}
        if state.name in {"down", "partial"}
        else None,
        "aside": _("Demandé par %(name)s") % {"name": change.by} if change else "",
        "aside_at": change.at if change else None,
    }

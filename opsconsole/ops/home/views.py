"""The first page, and an app's page: one sentence, what a visitor sees, one main button."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from opsconsole.ops.access.rights import Right, may, require
from opsconsole.ops.dynos.quota import quota_words
from opsconsole.ops.dynos.rows import dyno_rows
from opsconsole.ops.fleet import roster
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.home import cards, greeting
from opsconsole.ops.home.overview import PATIENCE, look_at, main_button, still_true
from opsconsole.ops.journal.lines import lines_of
from opsconsole.ops.journal.proof import proof_of
from opsconsole.ops.journal.search import latest
from opsconsole.ops.scaling.story import progress

LAST_ENTRIES = 4


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Every app that this person may see, the broken ones first."""
    require(request, Right.SEE)
    apps, patience = roster.listed(), PATIENCE
    if not apps:
        asked_at = time.monotonic()
        note_apps(fleet(), total=PATIENCE)
        apps, patience = roster.listed(), PATIENCE - (time.monotonic() - asked_at)
    visible = [app for app in apps if may(request.user, Right.SEE, str(app.heroku_id))]
    overviews = sorted(look_at(fleet(), visible, patience=max(0.0, patience)), key=greeting.urgency)
    context = {
        "greeting": greeting.greet(overviews, name=str(request.user), outage=fleet().outage),
        "cards": [cards.card_of(request, overview) for overview in overviews],
        "small": len(overviews) > cards.LARGE_UP_TO,
        "topics": "fleet",
    }
    return render(request, "ops/home/home.html", context)


@require_safe
def dynos_page(request: HttpRequest, name: str) -> HttpResponse:
    """What runs in one app, with each dyno's command line."""
    app = app_or_404(request, name)
    [overview] = look_at(fleet(), [app])
    reading = overview.known.reading
    context = {
        "site": cards.site_of(overview),
        "overview": overview,
        "dynos": dyno_rows(reading, names=overview.names) if reading else [],
        "quota": quota_words(reading, now=overview.now, zone=overview.zone) if reading else None,
    }
    return render(request, "ops/dynos/dynos.html", context)


@require_safe
def app_page(request: HttpRequest, name: str) -> HttpResponse:
    """One app: its state, what runs in it, its Eco hours, what was last done to it."""
    app = app_or_404(request, name)
    [overview] = look_at(fleet(), [app])
    reading = overview.known.reading
    state = overview.state
    context = {
        "site": cards.site_of(overview),
        "overview": overview,
        "act": main_button(request, overview),
        "progress": progress(app, reading=reading),
        "proof": still_true(proof_of(str(app.heroku_id), now=overview.now, zone=overview.zone), state=state),
        "dynos": dyno_rows(reading, names=overview.names) if reading else [],
        "quota": quota_words(reading, now=overview.now, zone=overview.zone) if reading else None,
        "entries": lines_of(latest(app_id=str(app.heroku_id), count=LAST_ENTRIES), dated=True),
        "web_url": reading.app.web_url if reading and state.site_answers else "",
    }
    return render(request, "ops/home/app.html", context)

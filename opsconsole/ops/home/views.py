"""The first page, and an app's page: one sentence, what a visitor sees, one main button."""

import time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from opsconsole.ops.access.rights import Right, may, only_apps, only_with, require
from opsconsole.ops.dynos import story as dynos_story
from opsconsole.ops.dynos.acts import act_on, restart_links
from opsconsole.ops.dynos.birth import BY_A_CHANGE, RECENT
from opsconsole.ops.dynos.quota import account_words, back_on, quota_words
from opsconsole.ops.dynos.rows import dyno_rows, no_act
from opsconsole.ops.fleet import roster
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.pumps import note_apps
from opsconsole.ops.home import cards, greeting, hours
from opsconsole.ops.home.overview import PATIENCE, Overview, look_at, main_button, other_button, still_true
from opsconsole.ops.home.settings_index import doors_of
from opsconsole.ops.journal.lines import lines_of
from opsconsole.ops.journal.models import Action
from opsconsole.ops.journal.proof import proof_of
from opsconsole.ops.journal.search import changes_since, latest
from opsconsole.ops.logs import trouble
from opsconsole.ops.logs.sentences import lately
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
@only_with(Right.PROTECT)
def settings_page(request: HttpRequest) -> HttpResponse:
    """Where settings begin."""
    return render(request, "ops/home/settings.html", {"doors": doors_of(request.user)})


@require_safe
def quota_page(request: HttpRequest) -> HttpResponse:
    """The account's Eco hours: who uses them, when they end, what happens then."""
    require(request, Right.SEE)
    quota, read_at = hours.ask(fleet(), patience=PATIENCE)
    apps = [app for app in roster.listed() if may(request.user, Right.SEE, str(app.heroku_id))]
    now, zone = fleet().now(), timezone.get_current_timezone()
    is_limited = only_apps(request.user) is not None
    context = {
        "quota": account_words(quota, now=now, zone=zone) if quota else None,
        "shares": hours.shares(quota, apps=apps, is_limited=is_limited) if quota else [],
        "read_at": read_at,
        "back_on": back_on(now, zone=zone),
        "is_exhausted": quota is not None and quota.remaining <= 0,
    }
    return render(request, "ops/home/quota.html", context)


def running(request: HttpRequest, overview: Overview) -> dict[str, object]:
    """Return what `ops/dynos/_running.html` draws: a row for each dyno, with what this person may do to it."""
    app, reading = overview.app, overview.known.reading
    if reading is None:
        return {"dynos": [], "restarts": None}
    is_free = overview.state.change is None and overview.state.is_certain
    is_young = any(overview.now - dyno.created_at <= RECENT for dyno in reading.dynos)
    since = overview.now - RECENT - BY_A_CHANGE
    asked_at = changes_since(since, app_id=str(app.heroku_id)) if is_young else []
    rows = dyno_rows(
        reading,
        now=overview.now,
        names=overview.names,
        asked_at=asked_at,
        act=act_on(request, app, reading) if is_free else no_act,
    )
    return {"dynos": rows, "restarts": restart_links(request, app, reading) if is_free else None}


def progress_of(overview: Overview) -> dict[str, object] | None:
    """Return the story of a change under way, told by the room that follows it; None when there is none."""
    app, change, reading = overview.app, overview.state.change, overview.known.reading
    if change and change.action in {Action.RESTART, Action.STOP}:
        return dynos_story.progress(app, reading=reading)
    return progress(app, reading=reading)


@require_safe
def dynos_page(request: HttpRequest, name: str) -> HttpResponse:
    """What runs in one app, with each dyno's command line."""
    app = app_or_404(request, name)
    [overview] = look_at(fleet(), [app])
    reading = overview.known.reading
    context = {
        "site": cards.site_of(request, overview),
        "overview": overview,
        **running(request, overview),
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
        "site": cards.site_of(request, overview),
        "overview": overview,
        "act": main_button(request, overview),
        "also": other_button(request, overview),
        "progress": progress_of(overview),
        "proof": still_true(proof_of(str(app.heroku_id), now=overview.now, zone=overview.zone), state=state),
        **running(request, overview),
        "quota": quota_words(reading, now=overview.now, zone=overview.zone) if reading else None,
        "entries": lines_of(latest(app_id=str(app.heroku_id), count=LAST_ENTRIES), dated=True),
        "renamed": bool(app.former_name) and may(request.user, Right.APPS, str(app.heroku_id)),
        "web_url": reading.app.web_url if reading and state.site_answers else "",
        "trouble_topic": f"{trouble.PREFIX}:{app.pk}",
        "lately": lately(
            trouble.recent(app.heroku_id, now=overview.now), now=overview.now, zone=overview.zone
        ),
    }
    return render(request, "ops/home/app.html", context)

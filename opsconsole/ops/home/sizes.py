"""« Taille et prix »: how many dynos an app has, of which size, what that costs, and the form that changes it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from opsconsole.ops.access.rights import Right, actor_of, may, require
from opsconsole.ops.changes import guards
from opsconsole.ops.changes.answers import attempt, own, refused, why_not
from opsconsole.ops.changes.ask import NotReadError
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.find import app_or_404
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.words import rank
from opsconsole.ops.home import cards
from opsconsole.ops.home.overview import PATIENCE, Overview, look_at
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.scaling.bill import bill, headline
from opsconsole.ops.scaling.failed import Failed, last_failed
from opsconsole.ops.scaling.formation_form import FormationForm, data_of, retold, seen_in
from opsconsole.ops.scaling.offer import Asked, Offer, warnings
from opsconsole.ops.scaling.plan import Scaled, formation_of
from opsconsole.ops.scaling.rate import euros_per_dollar
from opsconsole.ops.scaling.resize import ChangedMeanwhileError, resize
from opsconsole.ops.scaling.undo import left, now_of, put_back
from opsconsole.ops.scaling.units import meanwhile, units_of

QUICK = 0.5  # seconds that a click waits for sizes that the page has mostly asked for already; Heroku is read after them


@require_http_methods(["GET", "HEAD", "POST"])
def scaling_page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the form; apply it, or only tell what it would change."""
    app = app_or_404(request, name)
    if request.method != "POST":
        require(request, Right.SCALE, str(app.heroku_id))
        return _show(request, app)
    if not may(request.user, Right.SCALE, str(app.heroku_id)):
        return _apply(request, app, wanted=(), seen=())  # which writes the refusal down
    offer = Asked(fleet(), app=app, patience=QUICK).take()
    form = _form(app, offer, seen=seen_in(request.POST), data=request.POST)
    if not form.is_valid() or "preview" in request.POST or not form.formation:
        return _show(request, app, form=form, offer=offer)
    return _try(request, app, form=form, offer=offer)


def _try(request: HttpRequest, app: App, *, form: FormationForm, offer: Offer) -> HttpResponse:
    """Apply what was typed; come back to it, nothing lost, with what has changed meanwhile or what is protected."""
    try:
        return _apply(request, app, wanted=form.wanted, seen=form.formation)
    except ChangedMeanwhileError as other:
        again = _form(
            app,
            offer,
            seen=other.present,
            data=retold(request.POST, seen=form.formation, present=other.present),
        )
        differences = meanwhile(form.formation, other.present, names=app.process_names())
        return _show(request, app, form=again, offer=offer, meanwhile=differences)
    except RefusedError as refusal:
        for kind in refusal.types:
            form.refuse(kind, refused(app, RefusedError(refusal.reason, types=[kind])))
        return _show(request, app, form=form, offer=offer)
    except NotReadError:
        form.add_error(None, reasons.sentence("not_read"))
        return _show(request, app, form=form, offer=offer)


def _apply(
    request: HttpRequest, app: App, *, wanted: tuple[Scaled, ...], seen: tuple[Scaled, ...]
) -> HttpResponse:
    def use_case() -> None:
        resize(fleet(), actor=actor_of(request), app=app, wanted=wanted, seen=seen, own=own(request))

    return attempt(
        request,
        app,
        use_case,
        nothing_to_do=_("Tout est déjà ainsi : rien n’a été demandé."),
        beside=("protected_type", "not_read"),
    )


@require_POST
def scaling_preview(request: HttpRequest, name: str) -> HttpResponse:
    """Tell what the form would change and cost, as a part of the page; Heroku is asked for nothing that is not known."""
    app = app_or_404(request, name)
    require(request, Right.SCALE, str(app.heroku_id))
    sizes = fleet().available_sizes(app.heroku_id)
    form = _form(app, Offer(sizes, None), seen=seen_in(request.POST), data=request.POST)
    context = {**_costs(app, form, Offer(sizes, None)), "app": app, "out_of_band": True}
    return render(request, "ops/scaling/_preview.html", context)


# ── what the page shows ──
def _show(
    request: HttpRequest,
    app: App,
    *,
    form: FormationForm | None = None,
    offer: Offer | None = None,
    meanwhile: list[str] | None = None,
) -> HttpResponse:
    asked = Asked(fleet(), app=app, patience=PATIENCE) if offer is None else None
    [overview] = look_at(fleet(), [app], patience=PATIENCE if asked else 0)
    offer = offer or (asked.take() if asked else Offer(None, None))
    present = formation_of(overview.known.reading.formation) if overview.known.reading else ()
    undone = _undone(request, app)
    failed = last_failed(str(app.heroku_id), now=overview.now) if form is None and undone is None else None
    form = form or _first_form(app, offer, present=present, undone=undone, failed=failed)
    context = {
        "site": cards.site_of(request, overview),
        "overview": overview,
        "app": app,
        "form": form,
        "headline": headline(present, sizes=offer.sizes),
        "warnings": warnings(offer, present) if present else [],
        "meanwhile": meanwhile or [],
        "failed": failed,
        "undone": undone,
        "since": _since(app, undone, present),
        "why_not": _why_not(request, overview),
        **_costs(app, form, offer),
    }
    return render(request, "ops/scaling/scaling.html", context)


def _costs(app: App, form: FormationForm, offer: Offer) -> dict[str, Any]:
    names = app.process_names()
    protected = guards.protected_among(app, [entry.type for entry in form.formation])
    return {
        "units": units_of(form, sizes=offer.sizes, names=names, protected=protected),
        "bill": bill(form.formation, form.wanted, sizes=offer.sizes, rate=euros_per_dollar(), names=names),
    }


def _form(
    app: App,
    offer: Offer,
    *,
    seen: tuple[Scaled, ...],
    wanted: tuple[Scaled, ...] = (),
    data: Mapping[str, str] | None = None,
) -> FormationForm:
    names = app.process_names()
    ordered = sorted(seen, key=lambda entry: rank(entry.type, names))
    return FormationForm(data, seen=ordered, wanted=wanted, sizes=offer.sizes, names=names)


def _first_form(
    app: App, offer: Offer, *, present: tuple[Scaled, ...], undone: Entry | None, failed: Failed | None
) -> FormationForm:
    """As it is; as it was, for an undo; or what was asked in vain a moment ago, with Heroku's refusal beside it."""
    if undone is not None:
        return _form(app, offer, seen=present, wanted=put_back(undone))
    if failed is None:
        return _form(app, offer, seen=present)
    form = _form(app, offer, seen=present, data=data_of(present, (*present, *failed.wanted)))
    there = {entry.type for entry in present}
    for entry in failed.wanted if failed.by_heroku else ():
        if entry.type in there:
            form.refuse(entry.type, failed.sentence, field=failed.concerned(entry))
    return form


def _undone(request: HttpRequest, app: App) -> Entry | None:
    """Return the change that somebody wants undone; an address that names none is a 404."""
    if request.method == "POST" or "undo" not in request.GET:
        return None
    try:
        wanted = UUID(request.GET["undo"])
    except ValueError:
        raise Http404 from None
    found = Entry.objects.filter(id=wanted, app_id=str(app.heroku_id), action=Action.SCALE).first()
    if not isinstance(found, Entry):
        raise Http404
    return found


def _since(app: App, undone: Entry | None, present: tuple[Scaled, ...]) -> list[str]:
    """Return how what would be undone is no longer as that change left it; nothing where nobody knows what is there."""
    if undone is None or not present:
        return []
    return meanwhile(left(undone), now_of(undone, present), names=app.process_names())


def _why_not(request: HttpRequest, overview: Overview) -> str:
    """Return why nothing can be applied now, "" when it can."""
    reading = overview.known.reading
    reason = guards.refusal(overview.app, web_url=reading.app.web_url if reading else None, own=own(request))
    if reason:
        return reasons.sentence(reason)
    change = overview.state.change
    if change:
        return _("Un changement demandé par %(name)s est en cours : possible dès qu’il est fini.") % {
            "name": change.by
        }
    return why_not(overview.app, is_read=reading is not None)

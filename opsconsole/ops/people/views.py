"""The pages of people: who is here, inviting, changing what somebody may do, and what that is in words."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opsconsole.ops.access import invitations
from opsconsole.ops.access.models import Invitation, User
from opsconsole.ops.access.recent import recently_signed_in
from opsconsole.ops.access.rights import Right, actor_of, only_with
from opsconsole.ops.fleet import roster
from opsconsole.ops.journal import reasons
from opsconsole.ops.journal.change import RefusedError
from opsconsole.ops.people import accounts, can, inviting, lines
from opsconsole.ops.people.forms import InviteForm, RightsForm, offered_to, rights_of

for_administrators = only_with(Right.PEOPLE)


@require_safe
@for_administrators
def people(request: HttpRequest) -> HttpResponse:
    """Everybody who has an account, and who was invited but has not come yet."""
    context = {
        "people": lines.people_lines(User.objects.prefetch_related("grants")),
        "pending": lines.invitation_lines(invitations.pending(now=timezone.now())),
    }
    return render(request, "ops/people/people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@recently_signed_in
def invite(request: HttpRequest) -> HttpResponse:
    """Ask whom, then show the link, this once."""
    form = InviteForm(
        request.POST if request.method == "POST" else None,
        offered=offered_to(),
        initial={"profile": "reader", "reach": "all"},
    )
    if not form.is_valid():
        return render(request, "ops/people/invite.html", {"form": form})
    values = form.cleaned_data
    try:
        token = inviting.invite(
            actor_of(request),
            name=values["name"],
            profile=values["profile"],
            apps=form.chosen_apps,
            now=timezone.now(),
        )
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    link = request.build_absolute_uri(reverse("invitation", args=[token]))
    return render(request, "ops/people/invited.html", {"name": values["name"], "link": link})


@require_POST
@for_administrators
@recently_signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    invitation = get_object_or_404(Invitation, pk=pk)
    try:
        ended = inviting.withdraw(invitation, actor=actor_of(request), now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    if ended:
        messages.success(request, _("L’invitation est annulée : son lien n’ouvre plus rien."))
    else:
        messages.info(request, _("Ce lien avait déjà servi ou n’était plus valable : rien n’a changé."))
    return redirect("people")


@require_http_methods(["GET", "HEAD", "POST"])
@for_administrators
@recently_signed_in
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: their profile and sites, their account, their sessions."""
    found = get_object_or_404(User, pk=pk)
    form = RightsForm(
        request.POST if request.method == "POST" else None,
        offered=offered_to(found),
        initial=rights_of(found),
    )
    if form.is_valid():
        values, apps = form.cleaned_data, form.chosen_apps
        return _attempt(
            request,
            found,
            lambda: accounts.change_rights(
                found, actor=actor_of(request), profile=values["profile"], apps=apps, now=timezone.now()
            ),
            done=_("C’est changé. %(name)s devra se connecter de nouveau."),
        )
    context = {
        "person": found,
        "line": lines.person_line(found),
        "form": form,
        "is_oneself": found == request.user,
    }
    return render(request, "ops/people/person.html", context)


@require_safe
@for_administrators
def rights(request: HttpRequest, pk: int) -> HttpResponse:
    """« Que peut faire … ? »: everything that somebody may and may not do, in words."""
    found = get_object_or_404(User, pk=pk)
    apps = roster.listed()
    context = {
        "person": found,
        "line": lines.person_line(found),
        "console": can.of_the_console(found),
        "apps": can.of_the_apps(found, (app for app in apps if _is_visible(found, app.heroku_id))),
        "hidden": [app.title for app in apps if not _is_visible(found, app.heroku_id)],
    }
    return render(request, "ops/people/rights.html", context)


def _is_visible(person: User, app_id: object) -> bool:
    return person.granted_apps is None or str(app_id) in person.granted_apps


@require_POST
@for_administrators
@recently_signed_in
def disable(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    return _attempt(
        request,
        found,
        lambda: accounts.disable(found, actor=actor_of(request), now=timezone.now()),
        done=_("Le compte de %(name)s est fermé, ses sessions sont terminées."),
    )


@require_POST
@for_administrators
@recently_signed_in
def enable(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    return _attempt(
        request,
        found,
        lambda: accounts.enable(found, actor=actor_of(request), now=timezone.now()),
        done=_("Le compte de %(name)s est rouvert, avec le même mot de passe."),
    )


@require_POST
@for_administrators
@recently_signed_in
def end_sessions(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(User, pk=pk)
    return _attempt(
        request,
        found,
        lambda: accounts.end_sessions(found, actor=actor_of(request), now=timezone.now()),
        done=_("Les sessions de %(name)s sont terminées."),
    )


def _attempt(request: HttpRequest, person: User, use_case: Callable[[], bool], *, done: str) -> HttpResponse:
    """Call a use case and return to the person's page, with a sentence for what became of it."""
    try:
        if use_case():
            messages.success(request, done % {"name": person})
        else:
            messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
    except RefusedError as refusal:
        if refusal.reason == "right":
            raise PermissionDenied from refusal
        messages.error(request, reasons.sentence(refusal.reason))
    return redirect("person", pk=person.pk)

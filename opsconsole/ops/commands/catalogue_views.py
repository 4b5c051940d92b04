"""The pages where ready commands are written, tried without being run, switched off."""

import uuid
from contextlib import suppress
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from opsconsole.ops.access.rights import Right, actor_of, only_with
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.commands import catalogue, help_text, words
from opsconsole.ops.commands.catalogue_forms import (
    MOST_PARAMETERS,
    CommandForm,
    ParameterFormSet,
    parameter_values,
    parameters_of,
)
from opsconsole.ops.commands.models import Command
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.oneoffs.models import Run
from opsconsole.ops.oneoffs.output import lines_of

LONGEST_HELP = 20_000
LAST_PLACE = 100
VALUES = "parameters"


@require_safe
@only_with(Right.COMMANDS)
def catalogue_page(request: HttpRequest) -> HttpResponse:
    """Every command, those that are switched off too."""
    titles = {str(app.pk): app.title for app in App.objects.all()}
    rows = [
        {
            "command": each,
            "title": words.said(each, "title"),
            "purpose": words.said(each, "purpose"),
            "apps": [titles.get(app_id, app_id) for app_id in each.apps or ()],
            "url": reverse("catalogue_command", args=[each.id]),
        }
        for each in Command.objects.all()
    ]
    return render(request, "ops/commands/catalogue.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.COMMANDS)
def catalogue_new(request: HttpRequest) -> HttpResponse:
    """Write a command, from nothing or from what `--help` says of it."""
    if request.method == "POST":
        return _write(request, None)
    return _show_draft(request, _printed_help(request))


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.COMMANDS)
def catalogue_import(request: HttpRequest) -> HttpResponse:
    """Paste what `--help` prints, or have it printed by the site itself."""
    text = str(request.POST.get("help", ""))[:LONGEST_HELP]
    if help_text.draft_of(text).template:
        return _show_draft(request, text)
    context = {
        "apps": App.objects.filter(listed=True, shown=True),
        "text": text,
        "is_wrong": request.method == "POST",
    }
    return render(request, "ops/commands/import.html", context)


def _show_draft(request: HttpRequest, text: str) -> HttpResponse:
    draft = help_text.draft_of(text)
    initial = {
        "position": LAST_PLACE,
        "title": draft.title,
        "purpose": draft.purpose,
        "template": draft.template,
    }
    form = CommandForm(None, sizes=_sizes(), initial=initial)
    formset = ParameterFormSet(
        None, initial=[parameter_values(each) for each in draft.parameters], prefix=VALUES
    )
    return _page(request, None, form, formset, left_out=draft.left_out)


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.COMMANDS)
def catalogue_command(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """Change a command."""
    command = _found(command_id)
    if request.method == "POST":
        return _write(request, command)
    shown = [parameter_values(each) for each in parameters_of(command)]
    form = CommandForm(None, sizes=_sizes(), instance=command)
    return _page(request, command, form, ParameterFormSet(None, initial=shown, prefix=VALUES))


@require_POST
@only_with(Right.COMMANDS)
def catalogue_delete(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """Remove a command."""
    command = _found(command_id)
    catalogue.delete(actor=actor_of(request), command=command, now=timezone.now())
    messages.success(request, _("La commande est supprimée. Ce qui a été lancé reste dans l’historique."))
    return redirect("catalogue")


@require_POST
@only_with(Right.COMMANDS)
def catalogue_switch(request: HttpRequest, command_id: uuid.UUID) -> HttpResponse:
    """Offer a command, or offer it no more."""
    command = _found(command_id)
    wanted = request.POST.get("enabled") == "1"
    with suppress(NothingToDoError):
        catalogue.write(
            actor=actor_of(request), command=command, values={"enabled": wanted}, now=timezone.now()
        )
    said = _("La commande est de nouveau proposée.") if wanted else _("La commande n’est plus proposée.")
    messages.success(request, said)
    return redirect("catalogue")


def _sizes() -> list[str]:
    """Return the sizes that Heroku has, the smallest first; none where it does not say."""
    sizes = (fleet().sizes() or {}).values()
    return [size.name for size in sorted(sizes, key=lambda size: (size.cost_cents or 10**9, size.name))]


def _found(command_id: uuid.UUID) -> Command:
    command = Command.objects.filter(id=command_id).first()
    if command is None:
        raise Http404
    return command


def _printed_help(request: HttpRequest) -> str:
    """Return the help text that a run has just printed, "" where the address names none."""
    try:
        run = Run.objects.filter(id=uuid.UUID(str(request.GET.get("run", "")))).first()
    except ValueError:
        return ""
    lines = (text for _at, text in lines_of(run) if text is not None) if run is not None else ()
    return "\n".join(lines)[:LONGEST_HELP]


def _write(request: HttpRequest, command: Command | None) -> HttpResponse:
    posted = _with_one_more(request.POST)
    form = CommandForm(posted, sizes=_sizes(), instance=command)
    formset = ParameterFormSet(posted, prefix=VALUES)
    if "more" in request.POST:  # nothing is judged yet
        return _page(request, command, form, formset, is_judged=False)
    are_valid = all([form.is_valid(), formset.is_valid()])
    asked = [each.parameter for each in formset if each.parameter is not None]
    if are_valid:
        form.hold_against(asked)
    if not (are_valid and form.is_valid()):
        return _page(request, command, form, formset)
    if "try" in request.POST:
        return _page(request, command, form, formset, tried=form.line)
    return _save(request, command, form.values(asked))


def _with_one_more(posted: QueryDict) -> QueryDict:
    """Return what was posted, with room for another value where « Ajouter une valeur » was pressed."""
    count = str(posted.get(f"{VALUES}-TOTAL_FORMS", ""))
    if "more" not in posted or not count.isdecimal() or int(count) >= MOST_PARAMETERS:
        return posted
    grown = posted.copy()
    grown[f"{VALUES}-TOTAL_FORMS"] = str(int(count) + 1)
    grown[f"{VALUES}-{count}-kind"] = "text"
    return grown


def _page(
    request: HttpRequest,
    command: Command | None,
    form: CommandForm,
    formset: Any,  # noqa: ANN401 -- a formset, which Django makes
    *,
    tried: str = "",
    left_out: tuple[str, ...] = (),
    is_judged: bool = True,
) -> HttpResponse:
    if not is_judged:
        form.full_clean()
        form.errors.clear()
        for each in formset:
            each.errors.clear()
    context = {
        "command": Command.objects.get(id=command.id) if command else None,  # as it is kept
        "form": form,
        "formset": formset,
        "tried": tried,
        "left_out": left_out,
        "url": reverse("catalogue_command", args=[command.id]) if command else reverse("catalogue_new"),
    }
    return render(request, "ops/commands/command.html", context)


def _save(request: HttpRequest, command: Command | None, values: dict[str, Any]) -> HttpResponse:
    before = (
        Command.objects.get(id=command.id) if command is not None else None
    )  # the form has changed its own
    try:
        catalogue.write(actor=actor_of(request), command=before, values=values, now=timezone.now())
    except NothingToDoError:
        messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
    else:
        messages.success(request, _("La commande est enregistrée."))
    return redirect("catalogue")

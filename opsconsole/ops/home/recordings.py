"""What consoles printed, to be seen again; and the phrases kept ready for those who type in one."""

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from opsconsole.ops.access.rights import Right, actor_of, only_with, require
from opsconsole.ops.changes.ask import NothingToDoError
from opsconsole.ops.console import phrases, words
from opsconsole.ops.console.kinds import KINDS, title_of_name
from opsconsole.ops.console.recording import read_recording
from opsconsole.ops.fleet.current import fleet
from opsconsole.ops.home import cards
from opsconsole.ops.home.consoles import found
from opsconsole.ops.home.overview import look_at
from opsconsole.ops.journal.change import RefusedError


@require_safe
def recording_page(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponse:
    """Where a recording is played; what it holds is fetched, and that is noted in the journal."""
    app, run, console = found(request, name, run_id)
    require(request, Right.RECORDINGS, str(app.pk))
    [overview] = look_at(fleet(), [app])
    context = {
        "site": cards.site_of(request, overview),
        "run": run,
        "console": console,
        "title": words.title(run),
        "cast": reverse("recording_cast", args=[app.name, run.pk]),
        "back": reverse("console", args=[app.name, run.pk]),
    }
    return render(request, "ops/console/recording.html", context)


@require_safe
def recording_cast(request: HttpRequest, name: str, run_id: uuid.UUID) -> HttpResponseBase:
    """The recording as an asciicast; whoever fetches it is in the journal."""
    app, run, console = found(request, name, run_id)
    try:
        lines = read_recording(fleet(), actor=actor_of(request), console=console)
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    response = StreamingHttpResponse(
        (line.encode() for line in lines), content_type="application/x-asciicast"
    )
    moment = timezone.localtime(run.asked_at)
    response["Content-Disposition"] = f'attachment; filename="{app.name}-{moment:%Y%m%d-%H%M%S}.cast"'
    response["Cache-Control"] = "no-store"
    return response


class PhrasesForm(forms.Form):
    """A text for each kind of console, « name : line », a line each."""

    def __init__(self, data: Any, *, kept: dict[str, str]) -> None:  # noqa: ANN401 -- a QueryDict or None
        super().__init__(data, initial=kept)
        for kind in KINDS:
            self.fields[kind] = forms.CharField(
                label=title_of_name(kind),
                help_text=_("Une par ligne : le nom, espace, deux-points, espace, puis la ligne à taper."),
                required=False,
                max_length=20_000,
                widget=forms.Textarea(attrs={"rows": 6, "class": "mono", "spellcheck": "false"}),
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for kind in KINDS:
            text = str(cleaned.get(kind, "")).replace("\r\n", "\n").strip()
            cleaned[kind] = text
            try:
                phrases.read(text)
            except phrases.PhraseError as error:
                said = _(
                    "Ligne %(number)d : il faut un nom, « : » entre deux espaces, puis la ligne à taper."
                )
                self.add_error(kind, said % {"number": error.number})
        return cleaned


@require_http_methods(["GET", "HEAD", "POST"])
@only_with(Right.COMMANDS)
def phrases_page(request: HttpRequest) -> HttpResponse:
    """Show the phrases; keep others."""
    form = PhrasesForm(request.POST or None, kept=phrases.kept())
    if not form.is_valid():
        return render(
            request, "ops/console/phrases.html", {"form": form, "fields": [form[kind] for kind in KINDS]}
        )
    texts = {kind: form.cleaned_data[kind] for kind in KINDS}
    try:
        phrases.write(actor_of(request), texts=texts, now=timezone.now())
    except RefusedError as refusal:
        raise PermissionDenied from refusal
    except NothingToDoError:
        messages.info(request, _("C’était déjà ainsi : rien n’a changé."))
    else:
        messages.success(request, _("C’est enregistré : elles sont proposées dès la prochaine page."))
    return redirect("phrases")

"""Find an app by the name in a URL and check the right to it at once; no view does either by hand."""

from django.http import Http404, HttpRequest

from opsconsole.ops.access.rights import Right, may
from opsconsole.ops.fleet.models import App


def app_or_404(request: HttpRequest, name: str) -> App:
    """Return a listed app that this person may see; any other is a 404, as if it were not there."""
    shown = App.objects.filter(name=name, listed=True, shown=True)
    app = shown.prefetch_related("process_types").first()
    if app is None or not may(request.user, Right.SEE, str(app.heroku_id)):
        raise Http404(name)
    return app

"""The one fleet of this process, made from the settings when it is first asked for."""

from functools import cache

from django.conf import settings
from django.utils import timezone

from opsconsole import heroku
from opsconsole.live import runtime
from opsconsole.ops.fleet.fleet import Fleet


@cache
def fleet() -> Fleet:
    """Return the fleet that pages, pumps and followers share."""
    token = settings.HEROKU_API_KEY
    client = heroku.Client(token, base_url=settings.PLATFORM_API_URL) if token else None
    return Fleet(
        client, announce=runtime.hub().publish, now=timezone.now, more_calls=settings.MORE_CALLS_A_MINUTE
    )

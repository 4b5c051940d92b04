"""The Eco hours of the account, told in full: who uses them, when they end, what happens then, what to do about it."""

from collections.abc import Sequence
from concurrent.futures import wait
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from opsconsole import heroku
from opsconsole.ops.dynos.quota import HOUR
from opsconsole.ops.fleet.fleet import Fleet
from opsconsole.ops.fleet.models import App
from opsconsole.ops.fleet.threads import run_aside
from opsconsole.ops.ui.dates import number


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """What one site, or all those that have no line of their own, has used of this month's hours."""

    app: App | None
    title: str
    hours: str
    part: str


def ask(fleet: Fleet, *, patience: float) -> tuple[heroku.EcoQuota | None, datetime | None]:
    """Return the account's hours and when they were read; without a moment nothing is known, without hours there are none."""
    wait([run_aside(fleet.quota, name="quota")], timeout=patience)
    return fleet.known_quota


def shares(quota: heroku.EcoQuota, *, apps: Sequence[App], is_limited: bool) -> list[Share]:
    """Return who uses the hours, the hungriest first; the sites that somebody does not see are summed as one line."""
    used = {app: quota.apps.get(str(app.heroku_id), 0) for app in apps}
    hungry = sorted((app for app in apps if used[app]), key=lambda app: (-used[app], app.title))
    lines = [_share(app.title, used[app], quota, app=app) for app in hungry]
    rest = quota.used - sum(used.values())
    if rest >= HOUR:
        others = _("Les autres sites") if is_limited else _("Des sites que la console ne montre pas")
        lines.append(_share(others, rest, quota, app=None))
    return lines


def _share(title: str, seconds: int, quota: heroku.EcoQuota, *, app: App | None) -> Share:
    part = round(100 * seconds / quota.used) if quota.used else 0
    return Share(
        app=app,
        title=title,
        hours=_("%(hours)s h") % {"hours": number(seconds // HOUR)},
        part=_("%(part)s %% de ce qui est utilisé") % {"part": part},
    )

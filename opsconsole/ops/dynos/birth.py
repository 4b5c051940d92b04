"""Why a dyno started not long ago: somebody asked for it, a new version came, or Heroku's daily restart."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Literal

from opsconsole import heroku

RECENT = timedelta(hours=2)
# A restart that somebody asked for, or a release, brings its dynos within this time.
BY_A_CHANGE = timedelta(minutes=5)
CLOCKS_DIFFER = timedelta(seconds=30)  # Heroku's clock is not ours, and tells whole seconds

Cause = Literal["release", "asked", "by_itself", ""]


def cause_of(
    dyno: heroku.Dyno, *, released_at: datetime | None, asked_at: Iterable[datetime], now: datetime
) -> Cause:
    """Return what started a dyno, "" when that was too long ago to matter, or when it is not up.

    `asked_at`: when somebody asked the console for a change of this app.
    """
    born = dyno.created_at
    if dyno.state != "up" or now - born > RECENT:
        return ""
    if any(-CLOCKS_DIFFER <= born - moment <= BY_A_CHANGE for moment in asked_at):
        return "asked"
    if released_at and timedelta() <= born - released_at <= BY_A_CHANGE:
        return "release"
    return "by_itself"

"""Readings as a test wants them: `reading(formation={"web": 1}, dynos=[dyno("web.1")])`."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from opsconsole import heroku
from opsconsole.ops.fleet.readings import Failure, FailureKind, Known, Reading
from opsconsole.ops.fleet.state import Asleep, Change, State, derive

NOW = datetime(2026, 11, 23, 14, 40, tzinfo=UTC)
LONG_AGO = datetime(2024, 3, 1, 9, 0, tzinfo=UTC)
OWNER = "0a0a0a0a-0000-4000-8000-000000000001"
APP = "0b0b0b0b-0000-4000-8000-000000000002"


def minutes_ago(minutes: float) -> datetime:
    return NOW - timedelta(minutes=minutes)


def heroku_app(
    *, maintenance: bool = False, tier: str | None = "production", name: str = "inscriptions"
) -> heroku.App:
    return heroku.App(
        id=APP,
        name=name,
        web_url=f"https://{name}-0123456789ab.herokuapp.com/",
        maintenance=maintenance,
        process_tier=tier,
        generation="cedar",
        owner_id=OWNER,
        owner_email="direction@ecole.example",
        team=None,
        space=None,
        region="eu",
        stack="heroku-24",
        released_at=LONG_AGO,
        archived_at=None,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


def dyno(
    name: str, state: str = "up", *, kind: str = "", at: datetime = LONG_AGO, size: str | None = "Standard-1X"
) -> heroku.Dyno:
    """`kind`: the process type, by default what stands before the dot; `at`: its last change of state."""
    return heroku.Dyno(
        id=f"id of {name}",
        name=name,
        type=kind or name.partition(".")[0],
        state=state,
        size=size,
        command="gunicorn ecole.wsgi",
        release_version=12,
        attach_url=None,
        created_at=LONG_AGO,
        updated_at=at,
    )


def entry(process_type: str, quantity: int, *, at: datetime | None = LONG_AGO) -> heroku.Formation:
    return heroku.Formation(
        id=f"id of {process_type}",
        type=process_type,
        command="gunicorn ecole.wsgi",
        quantity=quantity,
        size="Standard-1X",
        updated_at=at,
    )


def reading(
    *,
    formation: Mapping[str, int] | Iterable[heroku.Formation],
    dynos: Iterable[heroku.Dyno] = (),
    quota: heroku.EcoQuota | None = None,
    app: heroku.App | None = None,
    read_at: datetime = NOW,
) -> Reading:
    entries = (
        [entry(kind, quantity) for kind, quantity in formation.items()]
        if isinstance(formation, Mapping)
        else formation
    )
    return Reading(
        app=app or heroku_app(),
        formation=tuple(entries),
        dynos=tuple(dynos),
        quota=quota,
        read_at=read_at,
    )


def failure(kind: FailureKind, *, since: datetime = NOW, attempts: int = 1) -> Failure:
    return Failure(kind=kind, since=since, retry_at=NOW + timedelta(seconds=2), attempts=attempts)


def change(action: str, **target: int) -> Change:
    return Change(action=action, by="Claire Morel", at=minutes_ago(1), target=target)


def state_of(
    read: Reading | None,
    *,
    failed: Failure | None = None,
    change: Change | None = None,
    asleep: Asleep | None = None,
) -> State:
    return derive(Known(reading=read, failure=failed), change=change, asleep=asleep, now=NOW)

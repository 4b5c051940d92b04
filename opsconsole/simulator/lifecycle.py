"""The life of dynos, computed from the clock: nothing runs in the background, a timeline says what is true
when.

Delays are believable at speed 1 (a start takes 8 to 20 s, a SIGTERM is obeyed in 2 to 10 s), differ from
dyno to dyno,
and are divided by the speed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from zlib import crc32

from .clock import month_of
from .world import Dyno, Step, new_id

if TYPE_CHECKING:
    from .world import App, ProcessType, World

START = (8.0, 20.0)
ONE_OFF_START = (3.0, 8.0)
STOP = (2.0, 10.0)
EXIT_SHARE = 0.8
"""Share of the stopping time after which the process has exited: `up` until then, `down` until the row
goes.
"""
RUNNING = ("starting", "up", "down")


def choose_delay(bounds: tuple[float, float], *, key: str, speed: float) -> float:
    """Seconds; the same key always gives the same delay, so that a run can be repeated."""
    low, high = bounds
    return (low + (high - low) * crc32(key.encode()) / 0xFFFFFFFF) / speed


def current_step(dyno: Dyno, *, now: float) -> Step:
    reached = [step for step in dyno.timeline if step.at <= now]
    return reached[-1] if reached else dyno.timeline[0]


def is_leaving(dyno: Dyno) -> bool:
    """Told to stop, so no longer counted among the dynos of its process type."""
    return not dyno.one_off and dyno.timeline[-1].state == "gone"


def start_dynos(app: App, process_type: ProcessType, *, now: float, speed: float) -> None:
    """Bring the dynos of a process type to its quantity: the missing ones start, those in excess get
    SIGTERM.
    """
    staying = [dyno for dyno in _dynos_of(app, process_type) if not is_leaving(dyno)]
    staying.sort(key=lambda dyno: (_number_of(dyno), dyno.created_at))
    for dyno in staying[process_type.quantity :]:
        stop_dyno(dyno, now=now, speed=speed)
    names = {dyno.name for dyno in staying}
    for number in range(1, process_type.quantity + 1):
        if len(names) >= process_type.quantity:
            break
        name = _name_dyno(app, process_type, number)
        if name not in names:
            names.add(name)
            start_dyno(app, process_type, name=name, now=now, speed=speed)


def start_dyno(app: App, process_type: ProcessType, *, name: str, now: float, speed: float) -> Dyno:
    """Start one dyno under this name; a row of the same name that is still going away is replaced."""
    process_type.started += 1
    key = f"{app.name}/{name}/{process_type.started}"
    ready = now + choose_delay(START, key=key, speed=speed)
    outcome = "crashed" if process_type.broken else "up"
    release = app.current_release
    dyno = Dyno(
        name=name,
        type=process_type.type,
        command=process_type.command,
        size=process_type.size,
        created_at=now,
        timeline=[Step(now, "starting"), Step(ready, outcome)],
        release_id=release.id,
        release_version=release.version,
        billed_until=now,
    )
    app.dynos = [each for each in app.dynos if each.name != name]
    app.dynos.append(dyno)
    return dyno


def restart_dyno(app: App, dyno: Dyno, *, now: float, speed: float) -> None:
    """A dyno of the formation starts again under its name; what is going away or is a one-off is left
    alone.
    """
    process_type = app.find_process_type(dyno.type)
    if process_type is not None and not dyno.one_off and not is_leaving(dyno):
        start_dyno(app, process_type, name=dyno.name, now=now, speed=speed)


def stop_dyno(dyno: Dyno, *, now: float, speed: float) -> None:
    """SIGTERM: the process lives on a little, then the row shows `down`, then it goes. Telling it twice
    changes nothing.
    """
    if any(step.state == "down" for step in dyno.timeline):
        return
    delay = choose_delay(STOP, key=dyno.id, speed=speed)
    replace_future(dyno, Step(now + delay * EXIT_SHARE, "down"), Step(now + delay, "gone"), now=now)


def replace_future(dyno: Dyno, *steps: Step, now: float) -> None:
    dyno.timeline = [step for step in dyno.timeline if step.at <= now] or dyno.timeline[:1]
    dyno.timeline.extend(steps)


def settle(world: World, *, now: float) -> None:
    """Bring the world to `now`: bill the Eco seconds that ran, put to sleep what has no hours left, then let the
    finished dynos go.
    """
    _begin_month(world, now=now)
    for app in world.apps:
        for dyno in app.dynos:
            _bill(world, app, dyno, now=now)
        for dyno in app.dynos if _has_no_hours(world, app) else ():
            _put_to_sleep(dyno, now=now)
        app.dynos = [dyno for dyno in app.dynos if current_step(dyno, now=now).state != "gone"]


def _begin_month(world: World, *, now: float) -> None:
    month = month_of(now)
    for account in world.accounts:
        if account.quota is not None and account.quota.month != month:
            account.quota.month, account.quota.used, account.quota.apps = month, 0.0, {}


def _bill(world: World, app: App, dyno: Dyno, *, now: float) -> None:
    """Add to the owner's Eco quota what this dyno ran since it was last billed."""
    owner = world.find_account(app.owner_id)
    since, dyno.billed_until = dyno.billed_until, now
    if owner is None or owner.quota is None or dyno.size != "Eco":
        return
    left = owner.quota.total - owner.quota.used
    seconds = min(left, _seconds_run(dyno, since=since, until=now))
    owner.quota.used += seconds
    owner.quota.apps[app.id] = owner.quota.apps.get(app.id, 0.0) + seconds


def _has_no_hours(world: World, app: App) -> bool:
    owner = world.find_account(app.owner_id)
    return owner is not None and owner.quota is not None and owner.quota.used >= owner.quota.total


def _put_to_sleep(dyno: Dyno, *, now: float) -> None:
    """At the end of the hours an Eco dyno sleeps until the month ends (H82)."""
    if dyno.size == "Eco" and not (dyno.one_off or is_leaving(dyno) or dyno.timeline[-1].state == "idle"):
        replace_future(dyno, Step(now, "idle"), now=now)


def _seconds_run(dyno: Dyno, *, since: float, until: float) -> float:
    ends = [step.at for step in dyno.timeline[1:]] + [until]
    return sum(
        max(0.0, min(end, until) - max(step.at, since))
        for step, end in zip(dyno.timeline, ends, strict=True)
        if step.state in RUNNING
    )


def _dynos_of(app: App, process_type: ProcessType) -> list[Dyno]:
    return [dyno for dyno in app.dynos if dyno.type == process_type.type and not dyno.one_off]


def _number_of(dyno: Dyno) -> int:
    number = dyno.name.rpartition(".")[2]
    return int(number) if number.isdecimal() else 0


def _name_dyno(app: App, process_type: ProcessType, number: int) -> str:
    """`web.1`; on Fir a name that is never used twice."""
    if app.generation == "fir":
        unique = new_id().replace("-", "")
        return f"{process_type.type}-{unique[:10]}-{unique[10:15]}"
    return f"{process_type.type}.{number}"

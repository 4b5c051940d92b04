"""Follow a sleep, a wake, a reopening or another size: send it once, watch Heroku, say what became of it."""

from typing import NoReturn

from django.conf import settings

from opsconsole import heroku
from opsconsole.ops.changes import watch
from opsconsole.ops.changes.following import Following, why_not
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.journal.models import Action, Kind
from opsconsole.ops.scaling import maintenance, memory
from opsconsole.ops.scaling.plan import Scaled, applied, applied_in_size, from_json
from opsconsole.ops.scaling.resized import see_resized


def follow(following: Following, change: ChangeInProgress, *, resumed: bool) -> None:
    """Follow a sleep, a wake, a reopening or another size to its end."""
    target = from_json(change.target["updates"])
    if change.action == Action.REOPEN:
        maintenance.reopen(following, change, resumed=resumed)
    elif resumed:
        _resume(following, change, target)
    else:
        if change.action == Action.SLEEP and change.target["page"]:
            maintenance.set_page(following, on=True)
        _send(following, change, target)
    if change.action == Action.SLEEP:
        _see_asleep(following, change, target)
    elif change.action == Action.SCALE:
        see_resized(following, change, target)
    else:
        _see_awake(following, change, target)


# ── sending, once ──
def _send(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    leaves_size = change.action == Action.SLEEP
    updates = [
        heroku.FormationUpdate(
            type=entry.type, quantity=entry.quantity, size=None if leaves_size else entry.size
        )
        for entry in target
    ]
    now = following.fleet.now()
    following.lease.renew(now=now, sent_at=now)
    try:
        answer = following.client.formation.update(
            following.name, updates=updates, total=settings.SCALING_CALL_SECONDS
        )
    except heroku.HerokuError as error:
        _weigh(following, error, change, target)
    else:
        following.fleet.learn(following.lease.app_id, formation=answer.value)
        following.step("accepted", request_id=answer.request_id or "")


def _weigh(
    following: Following, error: heroku.HerokuError, change: ChangeInProgress, target: tuple[Scaled, ...]
) -> None:
    if error.outcome != "unknown":
        _give_up(following, change, reason=why_not(error), error=error)
    following.note(Kind.UNKNOWN, "lost", error=error)
    following.step("lost")
    _judge(following, change, target)


def _give_up(
    following: Following, change: ChangeInProgress, *, reason: str, error: heroku.HerokuError | None = None
) -> NoReturn:
    """End a change that did not happen; a sleep takes its maintenance page and its memory back."""
    lifts = change.action == Action.SLEEP and change.target["page"]
    was_on = any(step["code"] == "page_on" for step in following.change().steps)
    lifted = lifts and maintenance.set_page(following, on=False)

    def forget() -> None:
        if change.action == Action.SLEEP:
            memory.forget_sleep(change.app_id, entry_id=change.entry_id)
        if lifted:
            memory.forget_page(change.app_id)

    detail = {"page_lifted": False} if lifts and was_on and not lifted else {}
    following.end(Kind.FAILED, reason, error=error, detail=detail, also=forget)


# ── judging what is not known ──
def _resume(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    if any(step["code"] in {"accepted", "found"} for step in change.steps):
        return
    following.note_interruption()
    _judge(following, change, target)


def _judge(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    def read() -> tuple[heroku.Formation, ...]:
        formation = following.client.formation.list(following.name)
        following.fleet.learn(following.lease.app_id, formation=formation)
        return formation

    is_applied = applied_in_size if change.action == Action.SCALE else applied
    if not following.comes_true(read, lambda formation: is_applied(formation, target)):
        _give_up(following, change, reason="not_applied")
    following.step("found")


# ── watching until Heroku has done it ──
def _see_asleep(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    types = {entry.type for entry in target}
    for dynos in following.dynos(within=watch.SLEEP_LIMIT):
        if any(dyno.type in types for dyno in dynos):
            continue
        _finish_sleep(following, change)
    following.end(Kind.UNKNOWN, "still_running")


def _finish_sleep(following: Following, change: ChangeInProgress) -> None:
    now = following.fleet.now()
    following.end(
        Kind.DONE,
        detail=following.proof(),
        also=lambda: memory.confirm_sleep(change.app_id, now=now),
    )


def _see_awake(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    rising = watch.Rising(
        {entry.type: entry.quantity for entry in target},
        told=[step["dyno"] for step in change.steps if step["code"] == "up"],
    )
    for dynos in following.dynos(within=watch.WAKE_LIMIT):
        for dyno in rising.newly_up(dynos):
            following.step("up", dyno=dyno.name, type=dyno.type)
        if rising.is_up(dynos):
            _finish_wake(following, change)
        if rising.is_broken(dynos, now=following.fleet.now()):
            following.end(
                Kind.FAILED,
                "crashed",
                detail={"types": rising.broken_types(dynos)},
                also=lambda: memory.forget_types(change.app_id),
            )
    following.end(Kind.FAILED, "not_up", also=lambda: memory.forget_types(change.app_id))


def _finish_wake(following: Following, change: ChangeInProgress) -> None:
    detail = following.proof()
    if change.target["page"]:
        detail["page_lifted"] = maintenance.set_page(following, on=False)
    following.end(Kind.DONE, detail=detail, also=lambda: memory.forget_sleep_entirely(change.app_id))

"""Follow a restart or a stop: send it once, see that the dynos have moved, watch until they stand again or are gone."""

from datetime import timedelta
from typing import NoReturn

from django.conf import settings

from opsconsole import heroku
from opsconsole.ops.changes import watch
from opsconsole.ops.changes.following import Following, why_not
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.dynos.judge import newcomers, unmoved, wanted
from opsconsole.ops.journal.models import Action, Kind

KILLED_WITHIN = timedelta(minutes=1)  # Heroku kills what ignores SIGTERM after 30 s


def follow(following: Following, change: ChangeInProgress, *, resumed: bool) -> None:
    """Follow a restart or a stop to its end."""
    if not resumed:
        _send(following, change)
    elif not _is_asked(change):
        following.note_interruption()
        _judge(following, change)
    if change.action == Action.STOP:
        _see_gone(following, change)
    else:
        _see_standing(following, change)


def _is_asked(change: ChangeInProgress) -> bool:
    """Tell whether Heroku is known to have taken the order."""
    return any(step["code"] in {"accepted", "found"} for step in change.steps)


def _send(following: Following, change: ChangeInProgress) -> None:
    now = following.fleet.now()
    following.lease.renew(now=now, sent_at=now)
    try:
        answer = _order(following, change)
    except heroku.NotFoundError as error:
        _not_found(following, change, error)
    except heroku.HerokuError as error:
        if error.outcome != "unknown":
            following.end(Kind.FAILED, why_not(error), error=error)
        following.note(Kind.UNKNOWN, "lost", error=error)
        following.step("lost")
        _judge(following, change)
    else:
        following.step("accepted", request_id=answer.request_id or "")


def _order(following: Following, change: ChangeInProgress) -> "heroku.Answer[None]":
    dynos, name, total = following.client.dynos, following.name, settings.SCALING_CALL_SECONDS
    what = change.target["name"]
    if change.action == Action.STOP:
        return dynos.stop(name, what, total=total)
    if change.target["scope"] == "app":
        return dynos.restart_all(name, total=total)
    if change.target["scope"] == "type":
        return dynos.restart_type(name, what, total=total)
    return dynos.restart(name, what, total=total)


def _not_found(following: Following, change: ChangeInProgress, error: heroku.HerokuError) -> None:
    """The dyno went by itself before we asked: what a stop wanted, and what a restart can no longer do."""
    if change.action == Action.RESTART:
        following.end(Kind.FAILED, "dyno_gone", error=error)
    following.step("found")


def _judge(following: Following, change: ChangeInProgress) -> None:
    """Read back what was sent into the unknown: a dyno that has moved was restarted."""
    if change.action == Action.STOP:
        return  # a process has 30 s to end: that it still runs says nothing yet, its watch will tell

    def read() -> tuple[heroku.Dyno, ...]:
        dynos = following.client.dynos.list(following.name)
        following.fleet.learn(following.lease.app_id, dynos=dynos)
        return dynos

    if not following.comes_true(read, lambda dynos: not unmoved(dynos, marks=change.target["dynos"])):
        following.end(Kind.FAILED, "not_applied")
    following.step("found")


def _see_gone(following: Following, change: ChangeInProgress) -> NoReturn:
    name = change.target["name"]
    is_asked = _is_asked(following.change())
    for dynos in following.dynos(within=watch.SLEEP_LIMIT if is_asked else KILLED_WITHIN):
        if not any(dyno.name == name for dyno in dynos):
            following.end(Kind.DONE, detail=following.proof())
    if is_asked:
        following.end(Kind.UNKNOWN, "still_running")
    following.end(Kind.FAILED, "not_applied")


def _see_standing(following: Following, change: ChangeInProgress) -> NoReturn:
    marks, others = change.target["dynos"], change.target["others"]
    told = [step["dyno"] for step in change.steps if step["code"] == "up"]
    rising = watch.Rising(wanted(marks), told=told)
    for dynos in following.dynos(within=watch.WAKE_LIMIT):
        ours = newcomers(dynos, marks=marks, others=others)
        for dyno in rising.newly_up(ours):
            following.step("up", dyno=dyno.name, type=dyno.type)
        if unmoved(dynos, marks=marks):
            continue
        if rising.is_up(ours):
            following.end(Kind.DONE, detail=following.proof())
        if rising.is_broken(ours, now=following.fleet.now()):
            following.end(Kind.FAILED, "crashed", detail={"types": rising.broken_types(ours)})
    following.end(Kind.FAILED, "not_up")

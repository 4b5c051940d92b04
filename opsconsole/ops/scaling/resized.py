"""Watch dynos after a change of quantity or size, until Heroku has done it."""

from collections.abc import Iterable, Sequence

from opsconsole import heroku
from opsconsole.ops.changes import watch
from opsconsole.ops.changes.following import Following
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.fleet.state import STANDING
from opsconsole.ops.journal.models import Kind
from opsconsole.ops.scaling import memory
from opsconsole.ops.scaling.plan import Scaled


def see_resized(following: Following, change: ChangeInProgress, target: tuple[Scaled, ...]) -> None:
    """Watch until every type has the dynos that were asked for, no more of them, and in their size."""
    rising = watch.Rising(
        {entry.type: entry.quantity for entry in target if entry.quantity},
        told=[step["dyno"] for step in change.steps if step["code"] == "up"],
    )

    def forget() -> None:
        memory.scaled_by_hand(change.app_id, target)

    dynos: tuple[heroku.Dyno, ...] = ()
    for dynos in following.dynos(within=watch.WAKE_LIMIT):
        for dyno in rising.newly_up(_in_size(dynos, target)):
            following.step("up", dyno=dyno.name, type=dyno.type)
        if is_as_asked(dynos, target):
            following.end(Kind.DONE, detail=following.proof(), also=forget)
        if rising.is_broken(dynos, now=following.fleet.now()):
            broken = {"types": rising.broken_types(dynos)}
            following.end(Kind.FAILED, "resized_crashed", detail=broken, also=forget)
    following.end(Kind.FAILED, _why_not_yet(dynos, target), also=forget)


def is_as_asked(dynos: Iterable[heroku.Dyno], target: Iterable[Scaled]) -> bool:
    """Tell whether Heroku runs what was asked for: the number, the size, all standing, and none that should be gone."""
    there = tuple(dynos)
    return all(_is_done([dyno for dyno in there if dyno.type == entry.type], entry) for entry in target)


def _is_done(dynos: Sequence[heroku.Dyno], entry: Scaled) -> bool:
    standing = all(dyno.state in STANDING for dyno in dynos)
    return len(dynos) == entry.quantity and standing and len(_in_size(dynos, [entry])) == len(dynos)


def _in_size(dynos: Iterable[heroku.Dyno], target: Iterable[Scaled]) -> list[heroku.Dyno]:
    """Return the dynos that already have the size asked for; where Heroku names none, it cannot be held against them."""
    sizes = {entry.type: entry.size.lower() for entry in target}
    return [dyno for dyno in dynos if dyno.size is None or dyno.size.lower() == sizes.get(dyno.type)]


def _why_not_yet(dynos: Iterable[heroku.Dyno], target: Iterable[Scaled]) -> str:
    quantities = {entry.type: entry.quantity for entry in target}
    counts = [dyno.type for dyno in dynos if dyno.type in quantities]
    too_many = any(counts.count(kind) > quantity for kind, quantity in quantities.items())
    return "resized_still_running" if too_many else "resized_not_up"

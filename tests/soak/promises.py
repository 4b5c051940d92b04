"""What must hold after a round, whatever happened in it."""

from collections.abc import Iterable, Mapping, Sequence

from tests.soak.ledger import Written
from tests.soak.person import Answered
from tests.soak.platform import AppAtHeroku

PAGE_SECONDS = 3.0


class BrokenPromiseError(Exception):
    """The console did something that it promises never to do."""


def hold_answers(answers: Iterable[Answered]) -> None:
    for each in answers:
        _hold(each.status < 500, f"{each.path} answered {each.status}")
        _hold(not each.has_traceback, f"{each.path} showed a stack trace")
        _hold(each.seconds <= PAGE_SECONDS, f"{each.path} took {each.seconds:.1f} s")


def hold_log(text: str) -> None:
    # A traceback is folded into its line.
    lines = [line for line in text.splitlines() if "Traceback" in line]
    _hold(not lines, f"a stack trace in a log: {lines[:1]}")


def hold_count(*, sent: int, entries: Sequence[Written], clicks: int) -> None:
    _hold(sent <= len(entries), f"{sent} changes sent for {_tell(entries)}")
    _hold(len(entries) <= clicks, f"{clicks} clicks made {_tell(entries)}")
    _hold(sum(each.kind == "done" for each in entries) <= 1, f"changed twice: {_tell(entries)}")


def hold_outcomes(
    entries: Sequence[Written],
    *,
    before: AppAtHeroku,
    after: AppAtHeroku,
    owed: Mapping[str, int],
    remembered: Mapping[str, int],
    scaled_elsewhere: bool,
) -> None:
    """The journal's last words against what Heroku has; `owed` is what was remembered before, for a wake to give back."""
    known = all(each.kind in ("done", "refused", "failed") for each in entries)
    _hold(known, f"not known in the end: {_tell(entries)}")
    if scaled_elsewhere:
        return
    done = next((each for each in entries if each.kind == "done"), None)
    if done is None:
        _hold(before.quantities == after.quantities, f"{_tell(entries)}, but {before} became {after}")
    elif done.action == "sleep":
        _hold(after.is_asleep, f"{done}, but {after}")
        _hold(remembered == before.awake_types, f"{done}, but of {before} it remembers {remembered}")
    else:
        _hold(after.awake_types == owed, f"{done} of {owed}, but {after}")
        _hold(not remembered, f"{done}, but it still remembers {remembered}")


def _tell(entries: Sequence[Written]) -> str:
    return ", ".join(map(str, entries)) or "no entry"


def _hold(holds: bool, sentence: str) -> None:  # noqa: FBT001 - a condition is what it is about
    if not holds:
        raise BrokenPromiseError(sentence)

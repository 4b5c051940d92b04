"""What Heroku is known to refuse of a formation, told before it is asked (Dev Center: dyno scaling and process limits).

Only what is certain: limits that Heroku raises for some accounts, or has changed of late, are left for it to say.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from opsconsole.ops.scaling.plan import Scaled

ONE_PER_TYPE = frozenset({"eco", "basic"})
ALONE = frozenset({"eco", "basic"})  # tiers whose apps have no dyno of another tier; the others mix
DYNOS_PER_APP = 100  # on the Common Runtime
DYNOS_PER_FIR_APP = 255

Code = Literal["one_per_type", "mixed", "too_many"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """What Heroku would refuse: the field it concerns, and the tier that does not allow it."""

    type: str
    field: Literal["quantity", "size"]
    code: Code
    tier: str


def tier_of(size: str) -> str:
    """« eco », « standard »: what limits are written for; Fir's sizes are all called « dyno-… »."""
    return size.lower().partition("-")[0]


def refusals(present: Sequence[Scaled], wanted: Sequence[Scaled]) -> tuple[Refusal, ...]:
    """Return what Heroku would refuse of a whole formation; `present` tells which tier the app would leave or break."""
    return (*_mixed(present, wanted), *_more_than_one(wanted), *_too_many(wanted))


def _more_than_one(wanted: Iterable[Scaled]) -> Iterable[Refusal]:
    return (
        Refusal(type=entry.type, field="quantity", code="one_per_type", tier=tier_of(entry.size))
        for entry in wanted
        if tier_of(entry.size) in ONE_PER_TYPE and entry.quantity > 1
    )


def _mixed(present: Sequence[Scaled], wanted: Sequence[Scaled]) -> Iterable[Refusal]:
    """Name the types that stand alone in their tier: those that did not leave it with the others, or entered it first."""
    tiers = {tier_of(entry.size) for entry in wanted}
    lonely = sorted(tiers & ALONE)
    if not lonely or len(tiers) == 1:
        return ()
    before = {tier_of(entry.size) for entry in present}
    tier = next((tier for tier in lonely if before == {tier}), lonely[0])
    return (
        Refusal(type=entry.type, field="size", code="mixed", tier=tier)
        for entry in wanted
        if tier_of(entry.size) == tier
    )


def _too_many(wanted: Sequence[Scaled]) -> Iterable[Refusal]:
    is_fir = any(tier_of(entry.size) == "dyno" for entry in wanted)
    if sum(entry.quantity for entry in wanted) <= (DYNOS_PER_FIR_APP if is_fir else DYNOS_PER_APP):
        return ()
    largest = max(wanted, key=lambda entry: entry.quantity)
    return (Refusal(type=largest.type, field="quantity", code="too_many", tier=tier_of(largest.size)),)


def leaves(present: Sequence[Scaled], wanted: Sequence[Scaled], *, tier: str) -> bool:
    """Tell whether a whole app leaves a tier: every type changes at once, in one request."""
    return (
        bool(present) and _is_all(present, tier) and not any(tier_of(entry.size) == tier for entry in wanted)
    )


def _is_all(formation: Sequence[Scaled], tier: str) -> bool:
    return all(tier_of(entry.size) == tier for entry in formation)


def changes(present: Iterable[Scaled], wanted: Iterable[Scaled]) -> tuple[Scaled, ...]:
    """Return the types that are to be otherwise than they are."""
    there = {entry.type: entry for entry in present}
    return tuple(entry for entry in wanted if entry.type in there and not _same(there[entry.type], entry))


def _same(one: Scaled, other: Scaled) -> bool:
    return one.quantity == other.quantity and one.size.lower() == other.size.lower()


def resized(present: Iterable[Scaled], wanted: Iterable[Scaled]) -> tuple[Scaled, ...]:
    """Return the types that run and get another size: Heroku restarts them."""
    there = {entry.type: entry for entry in present}
    return tuple(
        entry
        for entry in changes(there.values(), wanted)
        if entry.quantity
        and there[entry.type].quantity
        and entry.size.lower() != there[entry.type].size.lower()
    )

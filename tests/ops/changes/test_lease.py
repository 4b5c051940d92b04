"""Who may change an app now: one at a time, taken over by exactly one, and never written by who lost it."""

import threading
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

import pytest
from django.db import connection, transaction
from django.utils import timezone

from opsconsole.ops.changes.lease import (
    LEASE,
    AlreadyRequestedError,
    Lease,
    LeaseLostError,
    claim,
    ended_since,
    lapsed,
    take_over,
    under_way,
)
from opsconsole.ops.changes.models import ChangeInProgress
from opsconsole.ops.journal.models import Action, Entry, Kind, Outcome
from tests.ops.journal.entries import SCHOOL, SLEEP, intend, write

pytestmark = pytest.mark.django_db(transaction=True)

Answer = TypeVar("Answer")
APP = uuid.UUID(SCHOOL.app_id)
AT_ONCE = 8


def take(*, now: datetime | None = None, by: str = "Claire Morel", app_id: uuid.UUID = APP) -> Lease:
    with transaction.atomic():
        return claim(
            app_id=app_id,
            entry_id=uuid.uuid4(),
            now=now or timezone.now(),
            action=Action.SLEEP,
            actor_id="1",
            actor_name=by,
            app_name="inscriptions",
            target={"updates": [], "page": False},
        )


def all_at_once(acts: list[Callable[[], Answer]]) -> list[Answer | Exception]:
    """Start every act at the same moment, each in a thread with its own connection."""
    gate, results = threading.Barrier(len(acts)), list[Answer | Exception]()

    def run(act: Callable[[], Answer]) -> None:
        gate.wait()
        try:
            results.append(act())
        except Exception as error:  # noqa: BLE001 -- the test judges it
            results.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_many_claims_at_once_one_wins_and_the_others_read_who() -> None:
    results = all_at_once([take] * AT_ONCE)
    lost = [result for result in results if isinstance(result, AlreadyRequestedError)]
    assert len([result for result in results if isinstance(result, Lease)]) == 1
    assert len(lost) == AT_ONCE - 1
    assert {error.change.actor_name for error in lost} == {"Claire Morel"}


def test_another_app_is_another_claim() -> None:
    take()
    take(app_id=uuid.uuid4())
    assert ChangeInProgress.objects.count() == 2


def test_a_claim_that_is_rolled_back_leaves_the_app_free() -> None:
    with transaction.atomic():
        take()
        transaction.set_rollback(True)
    assert under_way(APP) is None


def test_a_lease_lasts_a_minute_and_is_prolonged_by_renewing() -> None:
    now = timezone.now()
    lease = take(now=now)
    assert lapsed(now=now + LEASE - timedelta(seconds=1)) == []
    lease.renew(now=now + timedelta(seconds=30))
    assert lapsed(now=now + LEASE) == []
    assert len(lapsed(now=now + timedelta(seconds=90))) == 1


def test_a_lease_that_lives_is_not_taken_over() -> None:
    now = timezone.now()
    take(now=now)
    assert take_over(ChangeInProgress.objects.get(), now=now) is None


def test_a_lapsed_lease_is_taken_over_by_exactly_one() -> None:
    long_ago = timezone.now() - 2 * LEASE
    take(now=long_ago)
    change = ChangeInProgress.objects.get()
    results = all_at_once([lambda: take_over(change, now=timezone.now())] * AT_ONCE)
    assert len([result for result in results if isinstance(result, Lease)]) == 1
    assert results.count(None) == AT_ONCE - 1


def test_a_follower_that_comes_back_in_time_keeps_its_lease_from_who_saw_it_lapsed() -> None:
    now = timezone.now()
    lease = take(now=now - 2 * LEASE)
    [seen] = lapsed(now=now)
    lease.renew(now=now)
    assert take_over(seen, now=now) is None


@pytest.mark.parametrize(
    "write_something",
    [
        lambda lease: lease.renew(now=timezone.now()),
        lambda lease: lease.renew(now=timezone.now(), steps=[{"code": "accepted"}]),
        lambda lease: lease.change(),
        lambda lease: lease.end(),
    ],
    ids=["renew", "step", "read", "end"],
)
def test_who_lost_the_lease_writes_nothing_more(write_something: Callable[[Lease], object]) -> None:
    paused = take(now=timezone.now() - 2 * LEASE)
    taken = take_over(ChangeInProgress.objects.get(), now=timezone.now())
    assert taken
    before = ChangeInProgress.objects.values().get()
    with pytest.raises(LeaseLostError):
        write_something(paused)
    assert ChangeInProgress.objects.values().get() == before


def test_giving_back_what_is_lost_takes_nothing_from_its_new_owner() -> None:
    paused = take(now=timezone.now() - 2 * LEASE)
    take_over(ChangeInProgress.objects.get(), now=timezone.now())
    paused.give_back(now=timezone.now())
    assert lapsed(now=timezone.now()) == []


def test_a_lease_given_back_is_taken_over_at_once() -> None:
    lease = take()
    lease.give_back(now=timezone.now())
    [change] = lapsed(now=timezone.now())
    assert take_over(change, now=timezone.now())


def test_an_ended_change_leaves_the_app_free() -> None:
    take().end()
    assert under_way(APP) is None


# ── what ended while somebody was looking ──
def test_a_change_that_ended_since_is_found_with_who_asked_for_it() -> None:
    since = timezone.now()
    write(SLEEP, Kind.DONE)
    found = ended_since(since, app_id=APP)
    assert found
    assert (found.action, found.actor_name) == (Action.SLEEP, "Claire Morel")


def test_what_ended_before_is_not() -> None:
    write(SLEEP, Kind.DONE)
    assert ended_since(timezone.now() + timedelta(seconds=1), app_id=APP) is None


@pytest.mark.parametrize(("kind", "reason"), [(Kind.REFUSED, "right"), (Kind.FAILED, "not_read")])
def test_what_never_reached_heroku_is_not(kind: Kind, reason: str) -> None:
    since = timezone.now()
    write(SLEEP, kind, reason=reason)
    assert ended_since(since, app_id=APP) is None


def test_what_ended_elsewhere_is_not() -> None:
    since = timezone.now()
    write(intend(), Kind.DONE)
    assert ended_since(since, app_id=uuid.uuid4()) is None
    assert Entry.objects.count() == Outcome.objects.count() == 1

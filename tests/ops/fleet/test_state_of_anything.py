"""Whatever Heroku says, there is exactly one state, and it never promises more than was read."""

from datetime import timedelta
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from opsconsole import heroku
from opsconsole.ops.fleet.readings import Failure, FailureKind, Known, Reading
from opsconsole.ops.fleet.state import Asleep, Change, Name, derive
from tests.ops.fleet.readings import NOW, change, dyno, entry, failure, heroku_app, minutes_ago, reading

NAMES = get_args(Name)
TYPES = st.sampled_from(["web", "worker", "clock", "run", "release", "scheduler", "odd-type"])
DYNO_STATES = st.sampled_from(["up", "idle", "starting", "crashed", "down", "invented"])
PAST = st.floats(0, 20).map(minutes_ago)

dynos = st.builds(
    lambda kind, number, state, at: dyno(f"{kind}.{number}", state, at=at),
    TYPES,
    st.integers(1, 12),
    DYNO_STATES,
    PAST,
)
entries = st.builds(
    lambda kind, quantity, at: entry(kind, quantity, at=at), TYPES, st.integers(0, 3), st.none() | PAST
)
quotas = st.builds(
    lambda total, used: heroku.EcoQuota(account_quota=total, used=used, apps={}),
    st.integers(0, 3_600_000),
    st.integers(0, 4_000_000),
)
readings = st.builds(
    lambda formation, running, quota, tier, maintenance, read_at: reading(
        formation=formation,
        dynos=running,
        quota=quota,
        app=heroku_app(tier=tier, maintenance=maintenance),
        read_at=read_at,
    ),
    st.lists(entries, max_size=4, unique_by=lambda each: each.type),
    st.lists(dynos, max_size=6, unique_by=lambda each: each.name),
    st.none() | quotas,
    st.sampled_from(["eco", "basic", "production", None]),
    st.booleans(),
    PAST,
)
failures = st.builds(failure, st.sampled_from(get_args(FailureKind)))
changes = st.builds(
    lambda action, target: change(action, **target),
    st.sampled_from(["sleep", "wake", "reopen"]),
    st.dictionaries(st.sampled_from(["web", "worker", "clock"]), st.integers(0, 3)),
)
sleeps = st.builds(Asleep, since=st.none() | PAST, by=st.just("Claire Morel"), with_page=st.booleans())


@given(
    read=st.none() | readings,
    failed=st.none() | failures,
    asked=st.none() | changes,
    asleep=st.none() | sleeps,
)
def test_any_reading_has_one_state_that_promises_no_more_than_was_read(
    read: Reading | None, failed: Failure | None, asked: Change | None, asleep: Asleep | None
) -> None:
    state = derive(Known(reading=read, failure=failed), change=asked, asleep=asleep, now=NOW)
    assert state.name in NAMES
    assert 0 <= state.ready <= state.wanted
    assert state.change == asked
    if asked or not state.is_certain:
        assert state.button is None
    if state.site_answers:
        assert read is not None
        assert any(each.type == "web" and each.state in {"up", "idle"} for each in read.dynos)
        assert not read.app.maintenance
    if state.name in {"unreachable", "denied"}:
        assert not state.site_answers
    elif read is not None:
        assert NOW - read.read_at <= timedelta(minutes=5)

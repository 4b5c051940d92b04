"""The rules of sleeping and waking, whatever the formation and whatever is remembered."""

from hypothesis import given
from hypothesis import strategies as st

from opsconsole import heroku
from opsconsole.ops.scaling.plan import (
    Scaled,
    WakePlan,
    applied,
    as_json,
    command_line,
    from_json,
    plan_wake,
    types_to_sleep,
)

TYPES = ("web", "worker", "clock", "urgent-mail")
SIZES = ("Eco", "Standard-1X", "Performance-L")


def entry(kind: str, quantity: int, size: str = "Standard-1X") -> heroku.Formation:
    return heroku.Formation(id=kind, type=kind, command="run", quantity=quantity, size=size)


def memory(kind: str, quantity: int, size: str = "Standard-1X") -> Scaled:
    return Scaled(type=kind, quantity=quantity, size=size)


def plan(
    *formation: heroku.Formation, remembered: tuple[Scaled, ...] = (), site: int | None = None
) -> WakePlan:
    return plan_wake(formation, remembered=remembered, site_quantity=site)


def some_of_each(of: st.SearchStrategy[int]) -> st.SearchStrategy[dict[str, tuple[int, str]]]:
    return st.dictionaries(st.sampled_from(TYPES), st.tuples(of, st.sampled_from(SIZES)))


formations = some_of_each(st.integers(0, 10)).map(
    lambda types: tuple(entry(kind, quantity, size) for kind, (quantity, size) in types.items())
)
memories = some_of_each(st.integers(1, 10)).map(
    lambda types: tuple(memory(kind, quantity, size) for kind, (quantity, size) in types.items())
)
answers = st.none() | st.integers(1, 100)


# ── sleeping ──
def test_the_site_goes_first_and_the_others_by_name() -> None:
    asleep = types_to_sleep([entry("worker", 1), entry("clock", 2), entry("web", 3)])
    assert [each.type for each in asleep] == ["web", "clock", "worker"]


@given(formations)
def test_a_sleep_takes_exactly_what_is_above_zero_as_it_is(formation: tuple[heroku.Formation, ...]) -> None:
    taken = {(each.type, each.quantity, each.size) for each in types_to_sleep(formation)}
    assert taken == {(each.type, each.quantity, each.size) for each in formation if each.quantity > 0}


@given(formations)
def test_what_sleeps_has_nothing_left_to_put_to_sleep(formation: tuple[heroku.Formation, ...]) -> None:
    asleep = [entry(each.type, 0, each.size) for each in formation]
    assert types_to_sleep(asleep) == ()


# ── waking ──
@given(formations, memories, answers)
def test_a_wake_never_touches_a_type_that_runs(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    running = {each.type for each in formation if each.quantity > 0}
    assert not running & {each.type for each in plan(*formation, remembered=remembered, site=site).updates}


@given(formations, memories, answers)
def test_a_wake_never_sends_zero_nor_a_type_that_does_not_exist(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    updates = plan(*formation, remembered=remembered, site=site).updates
    assert all(each.quantity > 0 for each in updates)
    assert {each.type for each in updates} <= {each.type for each in formation}


@given(formations, memories, answers)
def test_a_wake_sends_each_type_once(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    types = [each.type for each in plan(*formation, remembered=remembered, site=site).updates]
    assert len(types) == len(set(types))


@given(formations, memories, answers)
def test_what_is_remembered_is_given_back_exactly(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    kept = {each.type: each for each in remembered}
    for update in plan(*formation, remembered=remembered, site=site).updates:
        assert update == kept.get(update.type, update)
        assert update.type in kept or (update.type == "web" and update.quantity == site)


@given(formations, memories, answers)
def test_what_is_remembered_of_a_type_that_is_gone_is_named(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    gone = {each.type for each in remembered} - {each.type for each in formation}
    assert set(plan(*formation, remembered=remembered, site=site).left_out) == gone


@given(formations, memories, answers)
def test_a_wake_either_sends_asks_has_nothing_to_do_or_knows_nothing(
    formation: tuple[heroku.Formation, ...], remembered: tuple[Scaled, ...], site: int | None
) -> None:
    made = plan(*formation, remembered=remembered, site=site)
    sends = bool(made.updates) and not made.asks_for_site
    assert [sends, made.asks_for_site, made.already_awake, made.knows_nothing].count(True) == 1


@given(formations.filter(lambda formation: bool(types_to_sleep(formation))))
def test_a_wake_undoes_a_sleep(formation: tuple[heroku.Formation, ...]) -> None:
    remembered = types_to_sleep(formation)
    asleep = [entry(each.type, 0, each.size) for each in formation]
    made = plan(*asleep, remembered=remembered)
    site_slept = any(each.type == "web" for each in remembered)
    assert set(made.updates) == set(remembered)
    assert made.asks_for_site == (not site_slept and any(each.type == "web" for each in formation))


def test_a_site_that_would_stay_closed_is_asked_about() -> None:
    made = plan(entry("web", 0), entry("worker", 0), remembered=(memory("worker", 1),))
    assert made.asks_for_site


def test_a_person_s_answer_is_for_the_site_alone() -> None:
    made = plan(entry("web", 0, "Eco"), entry("worker", 0), site=3)
    assert made.updates == (memory("web", 3, "Eco"),)


def test_a_person_s_answer_does_not_replace_what_is_remembered() -> None:
    made = plan(entry("web", 0), remembered=(memory("web", 2),), site=9)
    assert made.updates == (memory("web", 2),)


def test_what_sleeps_without_site_and_without_memory_is_not_called_awake() -> None:
    made = plan(entry("worker", 0))
    assert made.knows_nothing
    assert not made.already_awake


# ── words and judging ──
def test_the_command_line_is_the_one_that_heroku_teaches() -> None:
    assert command_line("ecole", [memory("web", 2), memory("worker", 0)]) == (
        "heroku ps:scale web=2 worker=0 -a ecole"
    )


@given(memories)
def test_what_is_kept_comes_back_as_it_was(scaled: tuple[Scaled, ...]) -> None:
    assert from_json(as_json(scaled)) == scaled


@given(formations)
def test_a_formation_is_applied_to_itself(formation: tuple[heroku.Formation, ...]) -> None:
    assert applied(formation, [memory(each.type, each.quantity) for each in formation])


@given(formations, st.sampled_from(TYPES), st.integers(0, 10))
def test_one_other_quantity_is_not_applied(
    formation: tuple[heroku.Formation, ...], kind: str, quantity: int
) -> None:
    now = {each.type: each.quantity for each in formation}
    assert applied(formation, [memory(kind, quantity)]) == (now.get(kind) == quantity)

"""What Heroku refuses is known before it is asked: a table of formations, and where the refusal stands."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.ops.scaling.rules import changes, leaves, refusals, resized
from opsconsole.simulator.answer import RefusedError as HerokuRefuses
from opsconsole.simulator.limits import check_formation
from opsconsole.simulator.world import App as SimulatedApp
from opsconsole.simulator.world import ProcessType
from tests.ops.scaling.resizing import AWAKE, ECO, Formation, scaled

BASIC = {"web": (1, "Basic"), "worker": (1, "Basic")}


@pytest.mark.parametrize(
    ("present", "wanted", "refused"),
    [
        (AWAKE, AWAKE, []),
        (AWAKE, {**AWAKE, "web": (5, "Performance-L")}, []),
        (ECO, {**ECO, "web": (2, "Eco")}, [("web", "quantity", "one_per_type")]),
        (BASIC, {**BASIC, "worker": (3, "Basic")}, [("worker", "quantity", "one_per_type")]),
        (ECO, {**ECO, "web": (1, "Standard-1X")}, [("worker", "size", "mixed")]),
        (ECO, {**ECO, "worker": (1, "Basic")}, [("web", "size", "mixed")]),
        (ECO, AWAKE, []),
        (ECO, BASIC, []),
        (AWAKE, {**AWAKE, "web": (1, "Eco")}, [("web", "size", "mixed")]),
        (AWAKE, {**AWAKE, "worker": (1, "Basic")}, [("worker", "size", "mixed")]),
        (BASIC, {**BASIC, "web": (1, "Standard-2X")}, [("worker", "size", "mixed")]),
        (AWAKE, {**AWAKE, "worker": (0, "Eco")}, [("worker", "size", "mixed")]),
        (
            AWAKE,
            {"web": (90, "Standard-1X"), "worker": (11, "Standard-1X")},
            [("web", "quantity", "too_many")],
        ),
        ({"web": (1, "dyno-1c-0.5gb")}, {"web": (101, "dyno-1c-0.5gb")}, []),
    ],
)
def test_what_is_refused_stands_beside_its_field(
    present: Formation, wanted: Formation, refused: list[tuple[str, str, str]]
) -> None:
    found = refusals(scaled(present), scaled(wanted))
    assert [(each.type, each.field, each.code) for each in found] == refused


SIZES = st.sampled_from(["Eco", "Basic", "Standard-1X", "Standard-2X", "Performance-M"])


@given(st.lists(st.tuples(st.integers(0, 60), SIZES), min_size=1, max_size=4))
def test_what_we_refuse_heroku_would_refuse_too(types: list[tuple[int, str]]) -> None:
    wanted = {f"type{number}": each for number, each in enumerate(types)}
    if not refusals(scaled(AWAKE), scaled(wanted)):
        return
    app = SimulatedApp("essai", "id", "a@b.example", 0, 0)
    with pytest.raises(HerokuRefuses):
        check_formation(app, [ProcessType(kind, "x", *each, 0, 0) for kind, each in wanted.items()])


def test_only_what_changes_is_changed() -> None:
    assert changes(scaled(AWAKE), scaled({**AWAKE, "web": (3, "Standard-1X")})) == scaled(
        {"web": (3, "Standard-1X")}
    )
    assert changes(scaled(AWAKE), scaled({**AWAKE, "web": (2, "standard-1x")})) == ()
    assert changes(scaled(AWAKE), scaled({"other": (1, "Standard-1X")})) == ()


def test_a_type_restarts_when_its_size_changes_while_it_runs() -> None:
    wanted = {"web": (2, "Standard-2X"), "worker": (4, "Standard-1X")}
    assert [each.type for each in resized(scaled(AWAKE), scaled(wanted))] == ["web"]
    asleep = {"web": (0, "Standard-1X")}
    assert not resized(scaled(asleep), scaled({"web": (1, "Standard-2X")}))
    assert not resized(scaled(AWAKE), scaled({**AWAKE, "web": (0, "Standard-2X")}))


def test_leaving_eco_is_leaving_it_with_everything() -> None:
    assert leaves(scaled(ECO), scaled(AWAKE), tier="eco")
    assert not leaves(scaled(ECO), scaled({**ECO, "web": (1, "Basic")}), tier="eco")
    assert not leaves(scaled(AWAKE), scaled(AWAKE), tier="eco")

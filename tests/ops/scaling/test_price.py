"""What a formation costs, from the figures of the API and from nothing else."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from opsconsole import heroku
from opsconsole.ops.scaling.plan import Scaled
from opsconsole.ops.scaling.price import Price, price_of


def size(name: str, cents: int | None) -> heroku.DynoSize:
    return heroku.DynoSize(
        id=name,
        name=name,
        cost_cents=cents,
        memory_gb=0.5,
        compute=1,
        dedicated=False,
        private_space_only=False,
        architecture=None,
        generation=None,
        tier=None,
    )


SIZES = {
    each.name.lower(): each
    for each in (
        size("Eco", 500),
        size("Standard-1X", 2500),
        size("Standard-2X", 5000),
        size("dyno-1c-0.5gb", None),
    )
}


def price(*formation: tuple[str, int]) -> Price | None:
    scaled = [Scaled(type=f"type{at}", quantity=each[1], size=each[0]) for at, each in enumerate(formation)]
    return price_of(scaled, sizes=SIZES)


def test_every_dyno_counts() -> None:
    assert price(("Standard-1X", 2), ("Standard-2X", 1)) == Price(Decimal(10_000))


def test_an_hour_is_a_seven_hundred_and_twentieth_of_a_month() -> None:
    found = price(("Standard-1X", 1))
    assert found
    assert found.hour * 720 == found.month


def test_nothing_running_costs_nothing() -> None:
    assert price(("Standard-1X", 0)) == Price(Decimal(0))


def test_eco_is_one_subscription_whatever_runs() -> None:
    assert price(("Eco", 3)) == Price(Decimal(0), is_flat=True)


def test_a_size_is_found_however_it_is_written() -> None:
    assert price(("STANDARD-1X", 1)) == Price(Decimal(2500))


def test_a_size_without_public_price_makes_the_whole_unknown() -> None:
    assert price(("Standard-1X", 1), ("dyno-1c-0.5gb", 1)) is None


def test_a_size_that_is_not_known_makes_the_whole_unknown() -> None:
    assert price(("Gigantic", 1)) is None


def test_an_unknown_size_at_zero_costs_nothing() -> None:
    assert price(("Gigantic", 0), ("Standard-1X", 1)) == Price(Decimal(2500))


def test_without_prices_no_price_is_told() -> None:
    assert price_of([Scaled(type="web", quantity=1, size="Eco")], sizes=None) is None


@given(st.integers(0, 100), st.integers(0, 100))
def test_more_dynos_never_cost_less(fewer: int, more: int) -> None:
    low, high = price(("Standard-2X", min(fewer, more))), price(("Standard-2X", max(fewer, more)))
    assert low
    assert high
    assert low.month <= high.month

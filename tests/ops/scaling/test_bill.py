"""What a change of size costs and does, in words, from two formations and the prices of the API."""

from decimal import Decimal

import pytest

from opsconsole.ops.scaling.bill import bill, headline, sum_of
from opsconsole.ops.scaling.offer import in_words, size_choices
from opsconsole.ops.scaling.plan import Scaled, as_words, from_words
from opsconsole.ops.scaling.units import meanwhile
from opsconsole.ops.ui.dates import euros
from tests.ops.journal.entries import plain
from tests.ops.scaling.resizing import AWAKE, ECO, LARGER, Formation, scaled
from tests.ops.scaling.test_price import SIZES

ASLEEP = {"web": (0, "Standard-1X"), "worker": (0, "Standard-1X")}
UNPRICED = {"web": (1, "dyno-1c-0.5gb")}


@pytest.mark.parametrize(
    ("formation", "said"),
    [
        (AWAKE, "3 dynos, pour 75 $ par mois."),
        ({"web": (1, "Standard-2X")}, "1 dyno, pour 50 $ par mois."),
        (ECO, "2 dynos, dans l’abonnement Eco."),
        (ASLEEP, "Aucun dyno : rien n’est facturé pour eux."),
        (UNPRICED, "1 dyno."),
    ],
)
def test_a_formation_is_told_in_one_sentence(formation: Formation, said: str) -> None:
    assert plain(headline(scaled(formation), sizes=SIZES)) == said


@pytest.mark.parametrize(
    ("wanted", "difference"),
    [
        (LARGER, "50 $ de plus par mois."),
        (ASLEEP, "75 $ de moins par mois."),
        (AWAKE, "Le prix ne change pas."),
        (UNPRICED, "Heroku ne dit pas le prix d’une de ces tailles."),
        (ECO, "L’abonnement Eco, lui, est au compte : il ne dépend pas de ce site."),
    ],
)
def test_the_difference_is_told(wanted: Formation, difference: str) -> None:
    assert plain(bill(scaled(AWAKE), scaled(wanted), sizes=SIZES, rate=None)["difference"]) == difference


def test_with_a_rate_it_is_told_in_euros_too() -> None:
    told = bill(scaled(AWAKE), scaled(LARGER), sizes=SIZES, rate=Decimal("0.92"))
    assert plain(told["difference"]) == "50 $ (environ 46 €) de plus par mois."
    assert plain(told["after"]["small"]) == "0,174 $ par heure ; environ 115 € par mois, 0,16 € par heure"


@pytest.mark.parametrize(
    ("wanted", "rate", "said"),
    [
        (LARGER, "0.92", ["Les euros sont au taux de 0,92, saisi par votre administrateur."]),
        (LARGER, "0.9215", ["Les euros sont au taux de 0,9215, saisi par votre administrateur."]),
        (LARGER, None, []),
    ],
)
def test_whose_rate_it_is_is_said_wherever_there_are_euros(
    wanted: Formation, rate: str | None, said: list[str]
) -> None:
    told = bill(scaled(AWAKE), scaled(wanted), sizes=SIZES, rate=Decimal(rate) if rate else None)
    assert [plain(note) for note in told["notes"] if "taux" in note] == said


def test_no_rate_is_told_where_there_are_no_euros() -> None:
    told = bill(scaled(ECO), scaled(ECO), sizes=SIZES, rate=Decimal("0.92"))
    assert told["notes"] == []


def test_what_is_not_known_has_no_price() -> None:
    told = bill(scaled(AWAKE), scaled(LARGER), sizes=None, rate=None)
    assert (told["before"], told["after"]) == (None, None)


def test_one_type_is_told_before_and_after() -> None:
    before, after = (Scaled(type="web", quantity=2, size=size) for size in ("Standard-1X", "Standard-2X"))
    told = {key: plain(value) for key, value in sum_of(before, after, sizes=SIZES).items()}
    assert told == {"before": "2 × Standard-1X", "after": "2 × Standard-2X", "price": "100 $"}
    assert sum_of(before, before, sizes=SIZES)["after"] == ""


@pytest.mark.parametrize(
    ("cents", "said"),
    [(6900, "69 €"), (96, "0,96 €"), (500, "5 €"), (1234, "12 €"), (0, "0 €"), (999, "9,99 €")],
)
def test_euros_are_as_exact_as_a_rate_can_be(cents: int, said: str) -> None:
    assert plain(euros(cents)) == said


def test_sizes_are_offered_the_cheapest_first_and_what_is_there_is_never_missing() -> None:
    assert [name for name, _words in size_choices(SIZES, has=["Private-S", "standard-1x"])] == [
        "Private-S",
        "Eco",
        "Standard-1X",
        "Standard-2X",
        "dyno-1c-0.5gb",
    ]
    assert size_choices(None, has=["Basic"]) == [("Basic", "Basic")]
    assert plain(in_words(SIZES["eco"])) == "Eco · 512 Mo · abonnement de 5 $ pour le compte"
    assert plain(in_words(SIZES["dyno-1c-0.5gb"])) == "dyno-1c-0.5gb · 512 Mo"


def test_what_a_person_saw_travels_with_the_form() -> None:
    assert from_words(as_words(scaled(AWAKE))) == scaled(AWAKE)
    assert from_words("web=deux:Basic =1:Basic web=1 web=1:Basic;x web=99999:Basic") == ()


def test_what_changed_meanwhile_is_told_type_by_type() -> None:
    present = {"web": (2, "Standard-2X"), "clock": (1, "Basic")}
    told = [
        plain(line) for line in meanwhile(scaled(AWAKE), scaled(present), names={"worker": "Les courriels"})
    ]
    assert told == [
        "Le site : 2 × Standard-1X → 2 × Standard-2X",
        "Les courriels : 1 × Standard-1X → n’existe plus",
        "L’horloge : pas encore là → 1 × Basic",
    ]

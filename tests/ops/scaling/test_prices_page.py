"""The euro rate: only an administrator sets it, as one types it, and the journal says so."""

from decimal import Decimal

import pytest

from opsconsole.ops.access.models import Profile
from opsconsole.ops.journal.models import Action, Entry
from opsconsole.ops.scaling.rate import euros_per_dollar
from tests.ops.access.conftest import Browser
from tests.ops.conftest import make_browser
from tests.ops.journal.entries import line_of, said
from tests.ops.scaling.resizing import errors_in

PRICES = "/settings/prices/"


@pytest.fixture
def administrator(transactional_db: None) -> Browser:  # noqa: ARG001
    return make_browser("ines", Profile.ADMINISTRATOR, "Inès Haddad")


def test_only_an_administrator_sets_the_rate(manager: Browser, administrator: Browser) -> None:
    assert manager.get(PRICES).status_code == 403
    assert manager.post(PRICES, {"rate": "0,92"}).status_code == 403
    assert euros_per_dollar() is None
    assert administrator.get(PRICES).status_code == 200


@pytest.mark.parametrize("written", ["0,92", "0.92", " 0,9200 "])
def test_a_rate_is_read_as_it_is_written_and_noted(administrator: Browser, written: str) -> None:
    assert administrator.post(PRICES, {"rate": written}).status_code == 302
    assert euros_per_dollar() == Decimal("0.92")
    entry = Entry.objects.get(action=Action.PRICES)
    assert entry.after == {"euros_per_dollar": "0.92"}
    assert said(line_of(entry)).startswith("Inès Haddad a changé la façon de dire les prix")


def test_an_empty_rate_tells_dollars_only_again(administrator: Browser) -> None:
    administrator.post(PRICES, {"rate": "0,92"})
    administrator.post(PRICES, {"rate": ""})
    assert euros_per_dollar() is None


def test_the_same_rate_is_no_change(administrator: Browser) -> None:
    administrator.post(PRICES, {"rate": "0,92"})
    administrator.post(PRICES, {"rate": "0,92"})
    assert Entry.objects.filter(action=Action.PRICES).count() == 1


@pytest.mark.parametrize("written", ["92", "-1", "0", "beaucoup", "0,123456", "NaN", "Infinity", "1e400"])
def test_a_rate_that_is_none_is_refused_and_kept_to_be_corrected(
    administrator: Browser, written: str
) -> None:
    page = administrator.post(PRICES, {"rate": written}).content.decode()
    assert len(errors_in(page)) == 1
    assert f'value="{written}"' in page
    assert euros_per_dollar() is None

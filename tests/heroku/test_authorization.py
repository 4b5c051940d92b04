"""What a token may do, as far as Heroku says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from opsconsole import heroku

if TYPE_CHECKING:
    from opsconsole.simulator import Simulator


@pytest.mark.parametrize("scopes", [("global",), ("identity", "read", "write")])
def test_a_token_tells_its_own_scopes(simulator: Simulator, scopes: tuple[str, ...]) -> None:
    token = simulator.world.issue_token(scopes=scopes)
    found = heroku.Client(token, base_url=simulator.base_url).authorizations.current()
    assert found.scopes == scopes
    assert token not in repr(found)


def test_one_that_may_not_ask_is_refused(simulator: Simulator) -> None:
    token = simulator.world.issue_token(scopes=("read",))
    with pytest.raises(heroku.ForbiddenError):
        heroku.Client(token, base_url=simulator.base_url).authorizations.current()


def test_scopes_that_are_no_list_of_words_are_no_answer(simulator: Simulator) -> None:
    simulator.faults.add("wrong_types", path="/oauth/authorizations")
    with pytest.raises(heroku.MalformedAnswerError):
        heroku.Client(simulator.token, base_url=simulator.base_url).authorizations.current()

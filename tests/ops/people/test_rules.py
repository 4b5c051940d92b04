"""What nobody may do to people."""

import pytest

from opsconsole.ops.people.rules import refusal

BOTH, ONE = frozenset({"1", "2"}), frozenset({"1"})


@pytest.mark.parametrize(
    ("actor", "person", "administrators", "stays", "expected"),
    [
        ("1", "3", ONE, False, ""),  # a reader is changed
        ("1", "2", BOTH, False, ""),  # an administrator of two
        ("1", "1", BOTH, True, "own_account"),
        ("1", "1", BOTH, False, "own_account"),
        ("1", "1", ONE, True, "own_account"),
        ("1", "1", ONE, False, "last_administrator"),
        ("2", "1", ONE, False, "last_administrator"),  # who was an administrator a moment ago
        ("2", "1", ONE, True, "right"),
        ("2", "3", ONE, True, "right"),
        ("2", "2", ONE, True, "right"),  # nobody raises themselves
    ],
)
def test_who_may_be_changed_by_whom(
    actor: str, person: str, administrators: frozenset[str], stays: bool, expected: str
) -> None:
    assert refusal(actor, person_id=person, administrators=administrators, stays=stays) == expected

"""What the database keeps of a secret opens with one of our keys, and with nothing else."""

import pytest

from opsconsole.ops.fleet.vault import UnreadableError, Vault

OLD, NEW = "7f3c9e1ab2d45f6081e7c3a9d0b4f2e6", "k3!Zq-réunion-du-lundi-à-neuf-heures"
SECRET = "HRKU-AAbb-cc_dd"


def test_what_was_sealed_opens_and_does_not_show() -> None:
    sealed = Vault([OLD]).seal(SECRET)
    assert Vault([OLD]).open(sealed) == SECRET
    assert SECRET not in sealed


def test_the_first_key_seals_and_every_key_opens() -> None:
    old = Vault([OLD]).seal(SECRET)
    both = Vault([NEW, OLD])
    assert both.open(old) == SECRET
    assert Vault([NEW]).open(both.seal(SECRET)) == SECRET


def test_what_is_sealed_again_no_longer_needs_the_old_key() -> None:
    again = Vault([NEW, OLD]).seal_again(Vault([OLD]).seal(SECRET))
    assert Vault([NEW]).open(again) == SECRET


@pytest.mark.parametrize("act", [Vault.open, Vault.seal_again])
def test_without_its_key_it_is_unreadable(act: object) -> None:
    with pytest.raises(UnreadableError):
        act(Vault([NEW]), Vault([OLD]).seal(SECRET))  # type: ignore[operator]


@pytest.mark.parametrize("place", [0, 20, -5])
def test_one_character_changed_makes_it_unreadable(place: int) -> None:
    sealed = list(Vault([OLD]).seal(SECRET))
    sealed[place] = "A" if sealed[place] != "A" else "B"
    with pytest.raises(UnreadableError):
        Vault([OLD]).open("".join(sealed))

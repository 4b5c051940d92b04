"""What the database keeps of a secret opens with one of our keys, and with nothing else."""

from itertools import product

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


def test_one_bit_changed_makes_it_unreadable() -> None:
    sealed = Vault([OLD]).seal(SECRET).encode()
    body = len(sealed.rstrip(b"=")) - 1  # the last character has bits that base64 does not read
    for place, bit in product(range(body), range(8)):
        changed = bytearray(sealed)
        changed[place] ^= 1 << bit
        with pytest.raises(UnreadableError):
            Vault([OLD]).open(changed.decode("latin-1"))


@pytest.mark.parametrize("text", ["", "=", "é", "\x00", "A" * 200])
def test_what_was_never_sealed_is_unreadable(text: str) -> None:
    with pytest.raises(UnreadableError):
        Vault([OLD]).open(text)

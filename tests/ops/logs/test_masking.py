"""What is personal or secret in a line is replaced where it stands; what is not stays readable."""

import re
from datetime import UTC

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.ops.logs.render import plain, rich
from opsconsole.ops.logs.voices import Voice
from opsconsole.ops.printed.masking import LONGEST_KEPT, mask, masked
from opsconsole.ops.printed.shown import LONGEST_SHOWN

HIDDEN = [
    ("Connexion de claire@quatre-vents.example", "Connexion de c•••@quatre-vents.example"),
    ("postgres://ecole:secret@db.example/x", "postgres://•••@db.example/x"),
    ("redis://:secretpw@cache.example:6379/0", "redis://•••@cache.example:6379/0"),
    ("postgres://u:p@ss@db.example/x", "postgres://•••@db.example/x"),
    ("fwd=203.0.113.5 dyno=web.1", "fwd=203.0.113.• dyno=web.1"),
    ("Authorization: Bearer abcdefgh12345", "Authorization: •••"),
    ("with Bearer abcdefgh12345 in it", "with Bearer ••• in it"),
    ("key HRKU-0123abcd-ef", "key •••"),
    ("eyJhbGciOiJI.eyJzdWIiOiIx.abc", "•••"),
    ("GET /reset?token=abc123&page=2", "GET /reset?token=•••&page=2"),
    ("/callback?code=4/0AX4XfWh&x=1", "/callback?code=•••&x=1"),
    ("password='hunter22'", "password='•••'"),
    ("SECRET_KEY=abcdef", "SECRET_KEY=•••"),
    ("sessionid=k3j2h1", "sessionid=•••"),
    ("IBAN FR76 3000 6000 0112 3456 7890 189 reçu", "IBAN FR•••89 reçu"),
    ("sécu 1 85 05 78 006 084 91", "sécu •••"),
    ("carte 4111 1111 1111 1111", "carte •••1111"),
    ('fwd="203.0.113.5, 10.0.0.1" dyno=web.1', 'fwd="203.0.113.•, 10.0.0.•" dyno=web.1'),
    ('fwd="2001:db8::1"', 'fwd="2001:db8:•"'),
]
LEFT = [
    "IBAN FR76 3000 6000 0112 3456 7890 188",
    "sécu 1 85 05 78 006 084 92",
    "carte 4111 1111 1111 1112",
    "request_id=0a1b2c3d-5a1c-4f6e-9a0b-000000000000 dyno=web.1 connect=1ms service=18ms status=200 bytes=5120",
    "Réservation 5183 enregistrée, salle Debussy, mardi 14 h 30",
    "Task rappels.envoyer[23a9289f] succeeded in 3.2s: 24",
    "2026-11-23 10:00:00 12345678901234",
    "@everyone, https://ecole.example/a?b=c",
]


@pytest.mark.parametrize(("text", "shown"), HIDDEN, ids=[each[0][:24] for each in HIDDEN])
def test_what_is_secret_is_replaced_and_nothing_else(text: str, shown: str) -> None:
    assert masked(text) == shown
    assert any(hidden for _piece, hidden in mask(text))


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    assert masked(text) == text
    assert not any(hidden for _piece, hidden in mask(text))


VOICE = Voice(language="fr", zone=UTC)


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("\x1b[36mpassword\x1b[0m=\x1b[35mhunter22\x1b[0m", "hunter22"),
        ("carte 4111\x1b[1m 1111 1111 1111", "1111 1111 1111"),
        ("sessionid\x08=k3j2h1", "k3j2h1"),
        ("claire\x1b[0m@ecole.example", "claire"),
        ("x" * (LONGEST_SHOWN - 17) + " 4111 1111 1111 1111", "4111 1111"),
        ("x" * (LONGEST_SHOWN - 6) + " claire@ecole.example", "clair"),
    ],
    ids=[
        "a colour",
        "bold",
        "a backspace",
        "the end of a colour",
        "the cut of a number",
        "the cut of an address",
    ],
)
def test_neither_a_control_nor_the_cut_of_a_long_line_uncovers_a_secret(text: str, secret: str) -> None:
    assert secret not in plain(text, VOICE)
    assert secret not in re.sub("<[^>]+>", "", rich(text, VOICE))


@given(st.text(max_size=200))
def test_any_text_comes_back_but_for_what_is_hidden(text: str) -> None:
    pieces = mask(text)
    kept = [piece for piece, hidden in pieces if not hidden]
    at = 0
    for piece in kept:
        at = text.index(piece, at) + len(piece)
    assert any(hidden for _piece, hidden in pieces) or "".join(kept) == text


def test_what_lies_beyond_the_longest_line_is_not_shown_at_all() -> None:
    assert masked("x" * (LONGEST_KEPT + 1) + "claire@ecole.example") == "x" * LONGEST_KEPT + "…"

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
    ('password="deux mots secrets" ok', 'password="•••" ok'),
    ("'password': 'a b c', 'x': 1", "'password': '•••', 'x': 1"),
    ('{"password": "a \\" b", "x": 1}', '{"password": "•••", "x": 1}'),
    ('log: {\\"token\\": \\"abc def\\", 1}', 'log: {\\"token\\": \\"•••\\", 1}'),
    ('password="it\'s mine" ok', 'password="•••" ok'),
    ("mot de passe : azerty", "mot de passe : •••"),
    ("mot\xa0de\xa0passe\xa0: azerty", "mot\xa0de\xa0passe\xa0: •••"),
    ("GET /?to=marie%40exemple.fr&x=1", "GET /?to=m•••@exemple.fr&x=1"),
    ("GET /login%3Fpassword%3Dazerty123", "GET /login%3Fpassword%3D•••"),
    ("De élodie@école.fr", "De é•••@école.fr"),
]
LEFT = [
    "IBAN FR76 3000 6000 0112 3456 7890 188",
    "sécu 1 85 05 78 006 084 92",
    "carte 4111 1111 1111 1112",
    "request_id=0a1b2c3d-5a1c-4f6e-9a0b-000000000000 dyno=web.1 connect=1ms service=18ms status=200 bytes=5120",
    "Réservation 5183 enregistrée, salle Debussy, mardi 14 h 30",
    "Task rappels.envoyer[23a9289f] succeeded in 3.2s: 24",
    "2026-11-23 10:00:00 12345678901234",
    "max_tokens: 512, token_count=3, tokens=48",
    "session count: 12",
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


BLANK = st.sampled_from([" ", "\xa0", ""])
NAMES = st.sampled_from(["password", "SECRET_KEY", "api_key", "access_token", "mot de passe", "sessionid"])
SECRET = st.text(st.sampled_from("abcdefghjkmnp23456789"), min_size=6, max_size=20).filter(
    lambda text: not text.isdecimal()
)


@given(
    st.text("xyz =:", max_size=30),
    NAMES,
    BLANK,
    st.sampled_from("=:"),
    st.sampled_from(["", '"', "'"]),
    SECRET,
)
def test_a_secret_behind_its_name_is_never_shown(
    before: str, name: str, blank: str, sign: str, quote: str, secret: str
) -> None:
    text = f"{before} {name}{blank}{sign}{blank}{quote}{secret}{quote} after"
    assert secret not in plain(text, VOICE)


@pytest.mark.parametrize(
    "text",
    [
        "password=" * 2200,
        '"' * 20_000,
        "token" * 4000,
        "a" * 20_000 + "@",
        "%40" * 6600,
        "\\" * 20_000,
        "1 " * 10_000,
    ],
    ids=["names", "quotes", "one word", "address", "encoded", "backslashes", "digits"],
)
def test_no_text_takes_for_ever(text: str) -> None:
    """The suite's own limit of time is what this test fails by."""
    for _again in range(20):
        masked(text)


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

"""What an app prints is text: colours are kept, every other control does nothing."""

import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsconsole.ops.printed.ansi import render, strip

CSS = Path(__file__).parents[3] / "opsconsole" / "ops" / "ui" / "assets" / "css"
TAGS = re.compile(r'<span class="(?:ansi-[a-z-]+ ?)+">|</span>')
HOSTILE = st.text(st.sampled_from("\x1b[]0;31m8\x07\\\x9b\x9d\x90P<>&\"'a\r\b\n\u202e\u2028é"), max_size=60)


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("\x1b[31mrouge\x1b[0m fini", '<span class="ansi-red">rouge</span> fini'),
        ("\x1b[1;92mx", '<span class="ansi-bold ansi-bright-green">x</span>'),
        ("\x1b[4mx\x1b[24my", '<span class="ansi-underline">x</span>y'),
        ("\x1b[38;5;196mx", '<span class="ansi-bright-red">x</span>'),
        ("\x1b[38;2;10;160;10mx", '<span class="ansi-green">x</span>'),
        ("\x1b[41mx\x1b[5my", "xy"),
        ("\x1b[48;5;196mx", "x"),
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
    ],
)
def test_colours_become_ours_and_the_rest_is_escaped(text: str, html: str) -> None:
    assert render(text) == html


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("\x1b]0;titre\x07après", "après"),
        ("\x1b]52;c;aGk=\x1b\\après", "après"),
        ("\x1b]8;;https://evil.example\x07lien\x1b]8;;\x07", "lien"),
        ("\x1bP+q544e\x1b\\après", "après"),
        ("\x1b[2J\x1b[1;1Hhaut", "haut"),
        ("\x9b31mrouge", "rouge"),
        ("mot de passe\rfaux", "mot de passefaux"),
        ("ab\x08c\x7f", "abc"),
        ("\x1b[31", ""),
        ("\x1b]0;sans fin", ""),
        ("\u202egnp.exe", "⟨U+202E⟩gnp.exe"),
        ("a\u2028b\u200bc", "a⟨U+2028⟩b⟨U+200B⟩c"),
    ],
)
def test_every_other_control_does_nothing(text: str, plain: str) -> None:
    assert strip(text) == plain
    assert unescape(TAGS.sub("", render(text))) == plain


@given(HOSTILE | st.text(max_size=60))
def test_whatever_is_printed_only_our_spans_come_out_and_the_text_is_the_plain_one(text: str) -> None:
    html = render(text)
    assert "<" not in TAGS.sub("", html)
    assert html.count("<span") == html.count("</span>")
    assert unescape(TAGS.sub("", html)) == strip(text)


@given(HOSTILE)
def test_what_was_made_plain_stays_as_it_is(text: str) -> None:
    assert strip(strip(text)) == strip(text)


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [each / 12.92 if each <= 0.03928 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_each_colour_of_a_terminal_can_be_read_on_each_of_our_papers() -> None:
    tokens = (CSS / "tokens.css").read_text()
    named = dict(re.findall(r"--([\w-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", tokens))
    colours = {name: value for name, value in named.items() if name.startswith(("ansi-", "who-"))}
    assert len(colours) == 16
    papers = [named[name] for name in ("paper", "paper-sunk", "bad-tint")]
    too_faint = [
        (name, scheme)
        for name, value in colours.items()
        for paper in papers
        for scheme in (0, 1)
        if contrast(value.split(", ")[scheme], paper.split(", ")[scheme]) < 4.5
    ]
    assert too_faint == []

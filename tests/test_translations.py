"""English is complete and faithful, French has its plurals, and no screen has words of one language only."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.catalog import Message
from django.template.base import Lexer, TokenType
from django.utils import translation
from django.utils.translation import gettext, ngettext

from opsconsole.ops.ui import dates
from tests import catalogues
from tests.catalogues import COMMAND, ROOT, forms

# A page for those who build the console: what it shows is invented, and has no need of English.
FRENCH_ONLY = {
    "templates/ops/ui/components.html",
    "opsconsole/ops/ui/samples.py",
    "opsconsole/ops/ui/views.py",
}
# Read in a terminal, where there is no language to choose, or by nobody; and a refusal that speaks both.
BESIDE_THE_SCREENS = (
    "opsconsole/ops/management/",
    "opsconsole/ops/migrations/",
    "opsconsole/ops/access/streams.py",
)
NAMES_OF_LANGUAGES = {"Français", "English"}
CLASSES_OF_DJANGO_S_ADMINISTRATION = {"colM"}
# Blocks of templates whose text is translated, or names classes, or is for those who read the source.
SILENT = re.compile(r"(blocktranslate|comment|block (state|main_class|topics))\b")
FRENCH = re.compile("[«»’ŒœÀ-ÖØ-öø-ÿ]")
NOW = datetime(2026, 11, 23, 10, 14, tzinfo=UTC)  # a Monday

REFRESH = f"The catalogues are behind the code: run `{COMMAND}`, translate what it names, run it again."


def pairs(message: Message) -> list[tuple[str, str]]:
    """Each source text of a message beside its translation."""
    return list(zip(forms(message.id), forms(message.string), strict=True))


def messages(language: str) -> list[Message]:
    return [message for message in catalogues.read_catalogue(language) if message.id]


def plain(words: str) -> str:
    return words.replace("\xa0", " ").replace("\u202f", " ")


# ── The catalogues ──────────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_a_catalogue_holds_every_sentence_of_the_code_and_no_other(language: str) -> None:
    needed = {message.id for message in catalogues.words_needed(language) if message.id}
    assert {message.id for message in messages(language)} ^ needed == set(), REFRESH


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_every_sentence_is_translated_and_none_is_a_guess(language: str) -> None:
    awaited = [message.id for message in messages(language) if catalogues.is_awaited(message)]
    assert awaited == [], f"Translate these in locale/{language}/LC_MESSAGES/django.po, then run `{COMMAND}`."


@pytest.mark.parametrize("language", catalogues.LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = catalogues.read_compiled(catalogues.path_of(language, ".mo").read_bytes())
    written = catalogues.read_compiled(catalogues.compile_catalogue(catalogues.read_catalogue(language)))
    assert compiled == written, f"django.mo is behind django.po: run `{COMMAND}`."


def marks(words: str) -> list[str]:
    """What a translation must keep: placeholders with their kind, and HTML tags."""
    placeholders = re.findall(r"%\((\w+)\)[-0-9.]*([sd])", words)
    braces = re.findall(r"\{\w*\}", words)
    tags = re.findall(r"</?\w+[^>]*>", words)
    return sorted([*(name + kind for name, kind in placeholders), *braces, *tags])


def test_english_keeps_the_placeholders_and_the_tags() -> None:
    different = [
        (source, said)
        for message in messages("en")
        for source, said in pairs(message)
        if marks(source) != marks(said)
    ]
    assert different == []


def test_english_is_punctuated_in_english() -> None:
    french = [
        said for m in messages("en") for _, said in pairs(m) if re.search(r"[\s\xa0][;:?!»]|[«»]", said)
    ]
    assert [said for said in french if said != "; "] == []


@pytest.mark.parametrize("count", [0, 1])
def test_none_and_one_are_singular_in_french(count: int) -> None:
    with translation.override("fr"):
        assert plain(ngettext("%(count)d\xa0jour", "%(count)d\xa0jours", count)) == "%(count)d jour"


def test_none_is_plural_in_english() -> None:
    with translation.override("en"):
        said = [plain(ngettext("%(count)d\xa0jour", "%(count)d\xa0jours", count)) for count in (0, 1, 2)]
    assert said == ["%(count)d days", "%(count)d day", "%(count)d days"]


def test_french_is_said_as_the_code_says_it() -> None:
    """Django and allauth bring French words of their own, which must not take the place of ours."""
    with translation.override("fr"):
        changed = [
            message.id
            for message in messages("en")
            if isinstance(message.id, str) and gettext(message.id) != message.id
        ]
    assert changed == []


# ── What was forgotten ──────────────────────────────────────────────────────────────────────────────────
# What one types, and Heroku's own terms in grey beside ours, are the same in every language.
MACHINE = re.compile(r'<code>.*?</code>|<span class="term">.*?</span>', re.DOTALL)


def bare_text(source: str) -> str:
    """Return what a template says outside its translated parts: text between tags, and attributes that are read."""
    kept, inside = [], False
    for token in Lexer(source).tokenize():
        if token.token_type == TokenType.BLOCK and SILENT.match(token.contents):
            inside = True
        elif token.token_type == TokenType.BLOCK and token.contents.startswith("end"):
            inside = False
        elif token.token_type == TokenType.TEXT and not inside:
            kept.append(token.contents)
    html = MACHINE.sub(" ", "".join(kept))
    read_aloud = re.findall(r'\b(?:aria-label|title|alt|placeholder)="([^"]*)"', html)
    return " ".join([re.sub(r"<[^>]*>", " ", html), *read_aloud])


def template_names() -> list[str]:
    names = {path.relative_to(ROOT).as_posix() for path in catalogues.template_files()}
    return sorted(names - FRENCH_ONLY)


@pytest.mark.parametrize("name", template_names())
def test_a_template_says_nothing_in_one_language_only(name: str) -> None:
    words = set(re.findall(r"[^\W\d_]{2,}", bare_text((ROOT / name).read_text("utf-8"))))
    assert words - NAMES_OF_LANGUAGES - CLASSES_OF_DJANGO_S_ADMINISTRATION == set()


NO_WORDS = {"aeiouyœæ"}  # the vowels before which « de » is elided
MARKS = {"_", "gettext", "ngettext", "gettext_lazy", "gettext_noop"}


def french_strings(path: Path) -> Iterator[str]:
    """Strings with French letters or quotation marks that no gettext surrounds and that are no docstring."""
    tree = ast.parse(path.read_text("utf-8"))
    translated = {
        id(argument)
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in MARKS
        for argument in call.args
    }
    statements = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and id(node) not in translated | statements
            and FRENCH.search(node.value)
            and node.value not in NO_WORDS
        ):
            yield node.value


def test_no_french_of_ours_is_out_of_reach_of_english() -> None:
    names = {path.relative_to(ROOT).as_posix(): path for path in (ROOT / "opsconsole" / "ops").rglob("*.py")}
    found = {
        name: list(french_strings(path))
        for name, path in names.items()
        if name not in FRENCH_ONLY and not name.startswith(BESIDE_THE_SCREENS)
    }
    assert {name: strings for name, strings in found.items() if strings} == {}


# ── How moments read in English ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (NOW - timedelta(hours=2), "08:14"),
        (NOW - timedelta(hours=10, minutes=9), "00:05"),
        (NOW - timedelta(hours=15, minutes=32), "yesterday, 18:42"),
        (NOW - timedelta(days=3), "Friday, 10:14"),
        (NOW - timedelta(days=22), "1 November, 10:14"),
        (NOW - timedelta(days=365), "23 November 2025, 10:14"),
    ],
)
def test_a_moment_reads_as_english(moment: datetime, said: str) -> None:
    with translation.override("en"):
        assert plain(dates.since_in_words(moment, now=NOW, zone=UTC)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (4, "4 s ago"),
        (180, "3 min ago"),
        (3600, "1 h ago"),
        (7925, "2 h 12 min ago"),
        (86_400, "1 day ago"),
        (259_200, "3 days ago"),
    ],
)
def test_an_age_reads_as_english(seconds: int, said: str) -> None:
    with translation.override("en"):
        assert plain(dates.ago(NOW - timedelta(seconds=seconds), now=NOW)) == said


def test_days_durations_and_amounts_read_as_english() -> None:
    with translation.override("en"):
        assert plain(dates.day_heading(NOW.date(), today=NOW.date())) == "Today, Monday 23 November"
        assert plain(dates.duration(192)) == "3 min 12 s"
        assert dates.dollars(250) == "$2.50"
        assert dates.number(1000) == "1,000"


def test_no_sentence_hides_inside_an_f_string_where_the_catalogues_do_not_look() -> None:
    hidden = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in catalogues.python_files()
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
        if isinstance(part, ast.Call) and getattr(part.func, "id", "") in {"_", "gettext", "ngettext"}
    ]
    assert hidden == []

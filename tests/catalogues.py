"""The words of the screens: read from the code, refreshed in `locale/*.po` and compiled to `*.mo`.

Run as `python -m tests.catalogues`. Babel does it all, so that no machine needs the tools of GNU gettext.
"""

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).parent.parent
LANGUAGES = ("en", "fr")
COMMAND = ".venv/bin/python -m tests.catalogues"
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "gettext_noop": None, "ngettext_lazy": (1, 2)}
# How `templatize` writes the words of a template: gettext(u'…'), ngettext(u'…', u'…', count) and _("…").
TEMPLATE_CALL = re.compile(
    r"""\b(?:gettext|ngettext|_)\(((?:\s*,?\s*u?(?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"))+)"""
)

Words = str | tuple[str, ...]


def template_files() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def python_files() -> list[Path]:
    return sorted((ROOT / "opsconsole").rglob("*.py"))


def words_of_template(source: str) -> Iterator[Words]:
    for call in TEMPLATE_CALL.findall(templatize(source)):
        words = ast.literal_eval(f"({call},)")
        yield words if len(words) > 1 else words[0]


def words_of_python(source: str) -> Iterator[Words]:
    for _line, words, _comments, _context in extract("python", BytesIO(source.encode()), KEYWORDS):
        yield words


def words_of_code() -> Catalog:
    """Return a catalogue without translations: every sentence, with the files that say it."""
    catalog = Catalog()
    for read, paths in ((words_of_python, python_files()), (words_of_template, template_files())):
        for path in paths:
            for words in read(path.read_text("utf-8")):
                catalog.add(words, locations=[(path.relative_to(ROOT).as_posix(), 1)])
    return catalog


def path_of(language: str, suffix: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / f"django{suffix}"


def read_catalogue(language: str) -> Catalog:
    with path_of(language, ".po").open("rb") as file:
        return read_po(file, locale=language)


def read_compiled(content: bytes) -> dict[tuple[str, ...], tuple[str, ...]]:
    catalog = read_mo(BytesIO(content))
    return {forms(message.id): forms(message.string) for message in catalog if message.id}


def forms(words: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the singular, and the plural where there is one."""
    return (words or "",) if words is None or isinstance(words, str) else tuple(words)


def compile_catalogue(catalog: Catalog) -> bytes:
    compiled = BytesIO()
    write_mo(compiled, catalog)
    return compiled.getvalue()


def refresh(language: str) -> int:
    """Bring a catalogue in step with the code and compile it; return how many sentences await somebody."""
    catalog = read_catalogue(language)
    catalog.update(words_needed(language), update_creation_date=False)
    with path_of(language, ".po").open("wb") as file:
        write_po(file, catalog, width=0, ignore_obsolete=True, include_lineno=False)
    path_of(language, ".mo").write_bytes(compile_catalogue(catalog))
    return sum(1 for message in catalog if message.id and is_awaited(message))


def words_needed(language: str) -> Catalog:
    """French is what the code says: its catalogue only holds the plurals, for its own rule (« 0 ligne »)."""
    words = words_of_code()
    for message in list(words):
        if language == "fr" and message.id and not message.pluralizable:
            words.delete(message.id)
    return words


def is_awaited(message: Message) -> bool:
    return message.fuzzy or not all(forms(message.string))


if __name__ == "__main__":
    awaited = {language: refresh(language) for language in LANGUAGES}
    for name, count in awaited.items():
        if count:
            sys.stdout.write(f"locale/{name}/LC_MESSAGES/django.po: {count} to translate (empty or fuzzy)\n")

"""The template of a command line: `python manage.py sendreminders --date {date} {dry_run}`.

A hole is `{name}` in lower case; everything else with braces is the shell's. Each value reaches the program as one word, byte
for byte, whatever it contains (POSIX, "Shell Command Language", 2.2): that is why a hole may stand in no quotes and in
nothing else that the shell reads twice.
"""

import re
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from opsconsole.ops.commands.parameters import UNTYPABLE, Parameter

LONGEST: Final = 4000  # characters of a template
_HOLE: Final = re.compile(r"\{([a-z][a-z0-9_]{0,31})\}")
_READ_TWICE: Final = re.compile(r"\beval\b|\b(?:ba|da|z|k)?sh\s+(?:-\w+\s+)*-\w*c\b|<<|`|\(\(|\$\{[^}]*\{")
_OPERATORS: Final = frozenset(";&|<>()")
_BEFORE_A_COMMAND: Final = frozenset(
    {"!", "{", "do", "then", "else", "elif", "if", "while", "until", "exec", "time"}
)
_OPTION: Final = re.compile(r"--?[A-Za-z][\w-]*")
_OPENING: Final = {"'": "'", '"': '"'}


class ParameterError(ValueError):
    """A value that cannot stand where the template wants it; `name` is the parameter's, the text is for its field."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


@dataclass(frozen=True, slots=True)
class _Word:
    """A stretch of the template between two blanks, quotes kept as they are; `start` is where it begins."""

    start: int
    text: str

    @property
    def holes(self) -> list[str]:
        return [match[1] for match in _holes(self.text)]


def render(template: str, parameters: Sequence[Parameter], values: Mapping[str, str]) -> str:
    """Return the line. A word whose values are all empty goes, and the option just before it (`--date {date}`).

    `values` are what `word_of` returns. Raises ParameterError for a value that would become an option.
    """
    kinds = {parameter.name: parameter.kind for parameter in parameters}
    words: list[str] = []
    for word in _words(template):
        names = word.holes
        if names and not any(values.get(name) for name in names):
            if words and _OPTION.fullmatch(words[-1]):
                words.pop()
            continue
        words.append(_fill(word.text, kinds, values))
    return " ".join(words)


def _fill(text: str, kinds: Mapping[str, str], values: Mapping[str, str]) -> str:
    def value_of(match: re.Match[str]) -> str:
        name, value = match[1], values.get(match[1], "")
        if kinds.get(name) == "flag":
            return value  # written by whoever wrote the template
        if value.startswith("-") and match.start() == 0:
            raise ParameterError(
                name,
                _(
                    "Cette valeur ne peut pas commencer par un tiret : la commande la prendrait pour une option."
                ),
            )
        return shlex.quote(value)

    return _HOLE.sub(lambda match: value_of(match) if _is_hole(text, match) else match[0], text)


def check(template: str, parameters: Sequence[Parameter]) -> list[str]:
    """Return what is wrong with a template, in sentences; whether a shell can read it is `oneoffs.tag.check`'s affair."""
    if not template.strip():
        return [_("Écrivez la ligne de commande.")]
    if UNTYPABLE.search(template):
        return [_("La ligne de commande tient en une seule ligne, sans caractère invisible.")]
    if len(template) > LONGEST:
        return [_("La ligne de commande est trop longue.")]
    return list(_problems(template, {parameter.name: parameter for parameter in parameters}))


def _problems(template: str, parameters: Mapping[str, Parameter]) -> Iterator[str]:
    used = [match[1] for match in _holes(template)]
    for name in dict.fromkeys(used):
        if name not in parameters:
            yield _("{%(name)s} n’est pas décrit parmi les valeurs demandées.") % {"name": name}
    for name in parameters:
        if name not in used:
            yield _("La valeur « %(name)s » ne sert nulle part dans la ligne.") % {"name": name}
    if not used:
        return
    if _READ_TWICE.search(template):
        yield _(
            "Une valeur ne peut pas passer par eval, sh -c, <<, (( )), ${ } ni des accents graves : elle serait lue deux fois."
        )
    for name in _quoted(template):
        yield _(
            "{%(name)s} ne doit pas être entre guillemets ni dans un commentaire : la console s’en charge."
        ) % {"name": name}
    before = ";"
    for word in _words(template):
        if word.holes and _OPERATORS & set(_HOLE.sub("", word.text)):
            yield _("Laissez un blanc entre {%(name)s} et le signe voisin (&, |, <, >).") % {
                "name": word.holes[0]
            }
        elif word.text.startswith("{") and word.holes and _is_command_next(before):
            yield _("{%(name)s} ne peut pas être la commande elle-même.") % {"name": word.holes[0]}
        before = word.text


def _is_command_next(word: str) -> bool:
    return word[-1] in ";&|(" or word in _BEFORE_A_COMMAND


def _holes(text: str) -> list[re.Match[str]]:
    return [match for match in _HOLE.finditer(text) if _is_hole(text, match)]


def _is_hole(text: str, match: re.Match[str]) -> bool:
    """`${name}` is the shell's own."""
    return match.start() == 0 or text[match.start() - 1] != "$"


def _words(template: str) -> Iterator[_Word]:
    """Cut at blanks outside quotes; what stands behind a backslash is taken as it is."""
    start, inside, at = 0, "", 0
    while at < len(template):
        char = template[at]
        if char == "\\" and inside != "'":
            at += 1
        elif inside:
            inside = "" if char == inside else inside
        elif char in _OPENING:
            inside = char
        elif char in " \t":
            if at > start:
                yield _Word(start, template[start:at])
            start = at + 1
        at += 1
    if start < len(template):
        yield _Word(start, template[start:])


def _quoted(template: str) -> Iterator[str]:
    """The holes that stand in quotes, behind a backslash, or in a comment."""
    holes = {match.start(): match for match in _holes(template)}
    inside, at = "", 0
    while at < len(template):
        char = template[at]
        if at in holes and inside:
            yield holes[at][1]
        if char == "\\" and inside not in {"'", "#"}:
            at += 1
            if at in holes:
                yield holes[at][1]
        elif inside == "#":
            pass
        elif inside:
            inside = "" if char == inside else inside
        elif char in _OPENING or (char == "#" and (at == 0 or template[at - 1] in " \t;&|(")):
            inside = char
        at += 1

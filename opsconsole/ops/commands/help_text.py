"""The draft of a command from what `python manage.py NAME --help` prints (argparse's own format, Python 3.11 to 3.13).

What an app prints is data: it is only read, bounded, and what cannot be read is told. The draft is for a person to finish.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from opsconsole.ops.commands.parameters import Parameter
from opsconsole.ops.printed import ansi

MOST_LINES: Final = 400
_USAGE: Final = re.compile(r"usage:\s+(?P<program>\S+)(?:\s+(?P<command>[\w-]+))?", re.IGNORECASE)
_ENTRY: Final = re.compile(r" {2}(?P<names>\S(?:.*?\S)?)(?: {2,}(?P<help>\S.*))?")
_OPTION: Final = re.compile(r"--[A-Za-z][\w-]*")
_CHOICES: Final = re.compile(r"\{([^{}]{1,500})\}")
_DEFAULT: Final = re.compile(r"\(default: ([^()]{0,200})\)", re.IGNORECASE)
_HEADING: Final = re.compile(r"(?P<what>positional arguments|options|optional arguments):", re.IGNORECASE)
DJANGO_S_OWN: Final = frozenset(
    {
        *("--help", "--version", "--verbosity", "--settings", "--pythonpath", "--traceback"),
        *("--no-color", "--force-color", "--skip-checks"),
    }
)


@dataclass(frozen=True, slots=True)
class Draft:
    """What was understood. `left_out` are the options whose form was not."""

    title: str = ""
    purpose: str = ""
    template: str = ""
    parameters: tuple[Parameter, ...] = ()
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Entry:
    """One argument as its paragraph tells it."""

    names: str
    is_option: bool
    help: str = ""


@dataclass(slots=True)
class _Draft:
    words: list[str] = field(default_factory=list)
    parameters: list[Parameter] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def draft_of(text: str) -> Draft:
    """Return a first draft; an empty one where this is no help text."""
    lines = [ansi.strip(line).rstrip() for line in text.splitlines()[:MOST_LINES]]
    usage = next((match for line in lines if (match := _USAGE.match(line.strip()))), None)
    if usage is None or not usage["command"]:
        return Draft()
    draft = _Draft(words=["python", usage["program"], usage["command"]])
    for entry in _entries(lines):
        _take(draft, entry)
    purpose = _purpose(lines)
    return Draft(
        title=usage["command"],
        purpose=purpose,
        template=" ".join(draft.words),
        parameters=tuple(draft.parameters),
        left_out=tuple(draft.left_out),
    )


def _purpose(lines: list[str]) -> str:
    """The paragraph between the usage and the first heading."""
    paragraphs = "\n".join(lines).split("\n\n")
    for number, paragraph in enumerate(paragraphs[:-1]):
        if _USAGE.match(paragraph.strip()):
            following = " ".join(paragraphs[number + 1].split())
            return "" if _HEADING.match(following) else following[:600]
    return ""


def _entries(lines: list[str]) -> Iterator[_Entry]:
    """The arguments, their wrapped help joined."""
    section = ""
    entry: _Entry | None = None
    for line in lines:
        heading = _HEADING.fullmatch(line.strip()) if line and not line.startswith(" ") else None
        if heading is not None or not line.strip():
            if entry is not None:
                yield entry
            entry, section = None, heading["what"].lower() if heading else section
        elif section and (match := _ENTRY.fullmatch(line)) and not line.startswith("   "):
            if entry is not None:
                yield entry
            entry = _Entry(match["names"], not section.startswith("positional"), match["help"] or "")
        elif entry is not None:
            entry.help = f"{entry.help} {line.strip()}".strip()
    if entry is not None:
        yield entry


def _take(draft: _Draft, entry: _Entry) -> None:
    if not entry.is_option:
        _take_positional(draft, entry)
        return
    option = next(iter(_OPTION.findall(entry.names)), "")
    if option in DJANGO_S_OWN or entry.names.startswith("-h"):
        return
    name = _name(option)
    if not name or name in {each.name for each in draft.parameters}:
        draft.left_out.append(entry.names[:60])
        return
    metavar = entry.names.rpartition(option)[2].strip(" ,")
    if "..." in metavar:
        draft.left_out.append(entry.names[:60])
    elif not metavar:
        draft.words.append(f"{{{name}}}")
        draft.parameters.append(
            Parameter(
                name=name,
                kind="flag",
                label=_label(name),
                help=entry.help[:300],
                flag_text=option,
                required=False,
            )
        )
    else:
        draft.words += [option, f"{{{name}}}"]
        draft.parameters.append(_valued(name, metavar, entry.help, required=False))


def _take_positional(draft: _Draft, entry: _Entry) -> None:
    name = _name(
        entry.names.split()[0].strip("{}").partition(",")[0] if _CHOICES.match(entry.names) else entry.names
    )
    if not name or "..." in entry.names or name in {each.name for each in draft.parameters}:
        draft.left_out.append(entry.names[:60])
        return
    draft.words.append(f"{{{name}}}")
    draft.parameters.append(_valued(name, entry.names, entry.help, required=True))


def _valued(name: str, metavar: str, help_: str, *, required: bool) -> Parameter:
    choices = _CHOICES.search(metavar)
    default = _DEFAULT.search(help_)
    proposed = "" if default is None or default[1] == "None" else default[1].strip()
    asked = Parameter(name=name, label=_label(name), help=help_[:300], default=proposed, required=required)
    if choices is None:
        return asked
    values = [each.strip() for each in choices[1].split(",") if each.strip()]
    return replace(
        asked,
        kind="choice",
        choices=tuple((each, each) for each in values),
        default=proposed if proposed in values else "",
    )


def _name(text: str) -> str:
    name = re.sub(r"[^a-z0-9]+", "_", text.strip("-").lower()).strip("_")[:32]
    return name if name and name[0].isalpha() else ""


def _label(name: str) -> str:
    return name.replace("_", " ").capitalize()

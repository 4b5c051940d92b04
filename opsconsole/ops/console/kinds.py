"""What a console may be opened for: the program that runs in it, and how one leaves it."""

from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleKind:
    """`leave` is what one types to leave the program, "" where nobody knows; `is_shell` tells that it reads shell commands.

    `title` and `purpose` are of what is not ours: a command of the catalogue.
    """

    name: str
    line: str
    leave: str = ""
    is_shell: bool = False
    title: str = ""
    purpose: str = ""


KINDS: Final = {
    each.name: each
    for each in (
        ConsoleKind(name="python", line="python manage.py shell", leave="exit()"),
        ConsoleKind(name="shell", line="bash", leave="exit", is_shell=True),
    )
}


def title_of(kind: ConsoleKind) -> str:
    return kind.title or title_of_name(kind.name)


def title_of_name(name: str) -> str:
    """Return the title of one of ours; any other name is a title already."""
    return {
        "python": _("Console Python de l’application"),
        "shell": _("Terminal de l’application"),
    }.get(name, name)


def purpose_of(kind: ConsoleKind) -> str:
    """Return what it is good for, in a sentence."""
    ours = {
        "python": _("Interroger et corriger les données avec le code du site."),
        "shell": _("Regarder les fichiers du site et y lancer des programmes."),
    }
    return kind.purpose or ours.get(kind.name, "")

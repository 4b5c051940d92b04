"""What an app prints, as text that does nothing: colours become spans, every other control becomes visible or goes.

ECMA-48 sequences (CSI, OSC, DCS and the like), C0 and C1 controls, and the marks that turn Unicode text around.
"""

import re

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_SEQUENCE = re.compile(
    r"""
    (?:\x1b\[|\x9b)(?P<csi>[0-?]*[ -/]*)(?P<final>[@-~]?)         # CSI: colours and movements
    | (?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f]).*?(?:\x07|\x1b\\|\x9c|$)  # OSC, DCS, SOS, PM, APC: up to their end
    | \x1b[ -/]*[0-~]?                                             # any other escape
    """,
    re.VERBOSE | re.DOTALL,
)
_NEEDS_WORK = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]|[\U000e0000-\U000e007f]"
)
_UNSEEN = re.compile(
    "[\x00-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
_COLOURS = ("black", "red", "green", "yellow", "blue", "magenta", "cyan", "white")
_LEVELS = (0, 95, 135, 175, 215, 255)
_FIRST_BRIGHT = 90
LONGEST_NUMBER = 3
_STYLES = {1: "bold", 3: "italic", 4: "underline"}


def strip(text: str) -> str:
    """Return plain text: no sequence, no control, and each mark that cannot be seen shown as ⟨U+202E⟩."""
    if _NEEDS_WORK.search(text) is None:
        return text
    return _UNSEEN.sub(_show, _SEQUENCE.sub("", text))


def render(text: str) -> SafeString:
    """Return HTML in which only colours, bold, italic and underline of the text are left; its text is `strip`'s."""
    if "\x1b" not in text and "\x9b" not in text:
        return escape(strip(text))
    parts: list[str] = []
    style: tuple[str, ...] = ()
    at = 0
    for match in _SEQUENCE.finditer(text):
        parts.append(_span(text[at : match.start()], style))
        at = match.end()
        if match["final"] == "m" and match["csi"] is not None:
            style = _restyle(style, match["csi"])
    parts.append(_span(text[at:], style))
    return mark_safe("".join(parts))  # noqa: S308 -- each part was escaped


def _span(text: str, style: tuple[str, ...]) -> str:
    shown = escape(_UNSEEN.sub(_show, text))
    if not shown or not style:
        return shown
    names = " ".join(f"ansi-{name}" for name in style)
    return f'<span class="{names}">{shown}</span>'


def _show(match: re.Match[str]) -> str:
    code = ord(match[0])
    # Of the controls of a terminal nothing is to be read; what hides in a text is shown.
    return "" if code < 0xA0 else f"⟨U+{code:04X}⟩"  # noqa: PLR2004


def _restyle(style: tuple[str, ...], parameters: str) -> tuple[str, ...]:
    """Apply one SGR sequence; backgrounds and blinking are left out."""
    numbers = [
        int(part) if part.isdigit() and len(part) <= LONGEST_NUMBER else 0
        for part in parameters.replace(":", ";").split(";")
    ]  # noqa: PLR2004
    kept = list(style)
    while numbers:
        number = numbers.pop(0)
        if number == 0:
            kept = []
        elif number in _STYLES:
            kept = [*(name for name in kept if name != _STYLES[number]), _STYLES[number]]
        elif number in {22, 23, 24}:
            ended = {22: "bold", 23: "italic", 24: "underline"}[number]
            kept = [name for name in kept if name != ended]
        elif 30 <= number <= 37 or 90 <= number <= 97:  # noqa: PLR2004
            kept = _recolour(kept, _name_of(number))
        elif number == 39:  # noqa: PLR2004
            kept = _recolour(kept, "")
        elif number in {38, 48}:
            colour = _extended(numbers)
            kept = _recolour(kept, colour) if number == 38 else kept  # noqa: PLR2004
    return tuple(kept)


def _recolour(style: list[str], colour: str) -> list[str]:
    kept = [name for name in style if name in _STYLES.values()]
    return [*kept, colour] if colour else kept


def _name_of(number: int) -> str:
    return f"bright-{_COLOURS[number - 90]}" if number >= _FIRST_BRIGHT else _COLOURS[number - 30]


def _extended(numbers: list[int]) -> str:
    """Take what follows 38 or 48: one of 256 colours or a true one; return the nearest of the sixteen."""
    kind = numbers.pop(0) if numbers else 0
    if kind == 5 and numbers:  # noqa: PLR2004
        return _of_256(numbers.pop(0))
    if kind == 2 and len(numbers) >= 3:  # noqa: PLR2004
        red, green, blue = numbers[:3]
        del numbers[:3]
        return _nearest(red, green, blue)
    return ""


def _of_256(number: int) -> str:
    if number < 16:  # noqa: PLR2004
        return _name_of(number + 30 if number < 8 else number + 82)  # noqa: PLR2004
    if number >= 232:  # noqa: PLR2004
        grey = 8 + 10 * (min(number, 255) - 232)
        return _nearest(grey, grey, grey)
    cube = number - 16
    return _nearest(_LEVELS[cube // 36], _LEVELS[cube // 6 % 6], _LEVELS[cube % 6])


def _nearest(red: int, green: int, blue: int) -> str:
    """By the usual rule of three bits: which of the three channels are strong."""
    strongest = max(red, green, blue)
    if strongest < 48:  # noqa: PLR2004
        return "black"
    if max(red, green, blue) - min(red, green, blue) < 32:  # noqa: PLR2004
        return "white" if strongest > 190 else "bright-black"  # noqa: PLR2004
    bits = sum(bit for bit, channel in ((1, red), (2, green), (4, blue)) if channel > strongest / 2)
    return f"bright-{_COLOURS[bits]}" if strongest > 200 else _COLOURS[bits]  # noqa: PLR2004

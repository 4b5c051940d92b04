"""A printed text as somebody may read it: in plain text or in HTML, masked unless they read it in clear."""

from collections.abc import Iterable, Iterator

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from opsconsole.ops.printed import ansi
from opsconsole.ops.printed.masking import Piece, mask, masked

LONGEST_SHOWN = 2000  # characters of a line on a page; the whole of it is in the download


def plain(text: str, *, clear: bool) -> str:
    """Return a text without colours or controls."""
    # Masked once it is plain: a colour in the middle of a secret must not hide it from the mask.
    stripped = ansi.strip(text)
    return stripped if clear else masked(stripped)


def rich(text: str, *, clear: bool) -> SafeString:
    """Return a text as HTML: its colours, or a mark on what is hidden."""
    pieces = [] if clear else mask(ansi.strip(text))
    if not any(hidden for _piece, hidden in pieces):
        return ansi.render(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…")
    return mark_safe("".join(_marked(pieces)))  # noqa: S308 -- each piece was escaped


def _marked(pieces: Iterable[Piece]) -> Iterator[str]:
    """Cut only what is masked already: half a number is still half a secret."""
    left = LONGEST_SHOWN
    for piece, hidden in pieces:
        shown = escape(piece[:left])
        yield f'<span class="mask">{shown}</span>' if hidden else shown
        left -= len(piece)
        if left <= 0:
            yield "…"
            return

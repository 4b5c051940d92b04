"""Lines and groups as HTML, the same for a page and for the live flow. Whatever an app printed is data: each piece is escaped."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from opsconsole.ops.logs.explain import explanation
from opsconsole.ops.logs.items import Item
from opsconsole.ops.logs.platform import platform_sentence
from opsconsole.ops.logs.records import Group, Record
from opsconsole.ops.logs.router import CLIENT_ERROR, RouterLine, read_router
from opsconsole.ops.logs.voices import Voice, css_class, who
from opsconsole.ops.printed import ansi, shown
from opsconsole.ops.printed.masking import masked
from opsconsole.ops.ui.dates import number

MILLISECONDS = 1000


def item_html(item: Item, voice: Voice) -> SafeString:
    """Return a line, or a group with those of its lines that are kept."""
    what = _what(item, voice) if item.group is None else _fold(item, item.group, voice)
    return _frame(item, what, voice)


def text_of(item: Item, voice: Voice) -> str:
    """Return all that this reader may read of it, for a search."""
    head = [plain(item.group.head, voice)] if item.group else []
    return "\n".join([*head, *(plain(record.text, voice) for record in item.records)])


# ── a line ──
def _what(item: Item, voice: Voice) -> str:
    record = item.first
    router = read_router(record.text) if record.dyno == "router" else None
    sentence = router_sentence(router, voice) if router else platform_html(record, voice)
    known = explained(item.code)
    if sentence is None:
        return f'<div class="line__what">{rich(record.text, voice)}{known}</div>'
    raw = rich(raw_line(record), voice)
    details = f'<details><summary><span>{sentence}</span></summary><p class="raw">{raw}</p></details>'
    return f'<div class="line__what">{details}{known}</div>'


def explained(code: str) -> str:
    """The way to the explanation, where there is one."""
    if not code or explanation(code) is None:
        return ""
    label = _("comprendre")
    return f' <a class="line__why" href="#explain-{anchor(code)}">{escape(label)}</a>'


def anchor(code: str) -> str:
    return code.replace(":", "-")


def platform_html(record: Record, voice: Voice) -> str | None:
    sentence = platform_sentence(record, voice, (lambda text: text) if voice.clear else masked)
    return None if sentence is None else str(escape(ansi.strip(sentence)))


def router_sentence(line: RouterLine, voice: Voice) -> str:
    """« GET /inscription → 503 en 30 s »."""
    bad = " code--bad" if line.is_error else (" code--warn" if (line.status or 0) >= CLIENT_ERROR else "")
    status = f'<span class="code{bad}">{line.status or "–"}</span>'
    asked = f'<span class="mono">{escape(ansi.strip(line.method))} {rich(line.path, voice)}</span>'
    if line.service is None:
        return f"{asked} → {status}"
    spent = _("en %(time)s") % {"time": spent_in_words(line.service)}
    return f"{asked} → {status} {escape(spent)}"


def spent_in_words(milliseconds: float) -> str:
    """« 18 ms », « 0,34 s », « 30 s »."""
    if milliseconds < 100:  # noqa: PLR2004 -- below, a hundredth of a second is too coarse
        return f"{number(round(milliseconds))}\u00a0ms"
    seconds = milliseconds / MILLISECONDS
    return f"{number(seconds, places=2 if seconds < 10 else 0)}\u00a0s"  # noqa: PLR2004


# ── groups ──
def _fold(item: Item, group: Group, voice: Voice) -> str:
    lines = "".join(lines_inside(item.records, voice))
    head = f"<summary><span data-head>{head_html(group, voice)}</span></summary>"
    details = f"<details>{head}<div data-lines>{lines}</div></details>"
    return f'<div class="line__what">{details}{explained(item.code)}</div>'


def lines_inside(records: Iterable[Record], voice: Voice) -> list[str]:
    return [
        f'<p class="raw" id="{escape(record.id)}">{rich(raw_line(record), voice)}</p>' for record in records
    ]


def head_html(group: Group, voice: Voice) -> str:
    """What a group is about, in one line."""
    if group.kind == "traceback":
        count = ngettext("%(count)d ligne", "%(count)d lignes", group.lines) % {"count": group.lines}
        return f'<span class="mono">{rich(group.head, voice)}</span>, {escape(count)}'
    if group.kind == "repeat":
        again = ngettext(
            "la même ligne, encore %(count)d fois", "la même ligne, encore %(count)d fois", group.lines
        )
        return str(escape(again % {"count": group.lines}))
    return str(escape(_routine_in_words(group)))


def _routine_in_words(group: Group) -> str:
    measures = group.lines - group.pages
    measured = ngettext("%(count)d mesure", "%(count)d mesures", measures) % {"count": measures}
    if not group.pages:
        return _("%(measures)s de Heroku, rien à signaler") % {"measures": measured}
    served = ngettext(
        "%(count)d page servie normalement, en %(time)s",
        "%(count)d pages servies normalement, en %(time)s en moyenne",
        group.pages,
    ) % {"count": group.pages, "time": spent_in_words(group.milliseconds / group.pages)}
    return _("%(served)s, et %(measures)s") % {"served": served, "measures": measured} if measures else served


# ── the frame ──
def _frame(item: Item, what: str, voice: Voice) -> SafeString:
    classes = "line" + (f" line--{item.level}" if item.level else "") + (" line--fold" if item.group else "")
    marks = f'data-who="{escape(item.who)}" data-dyno="{escape(item.dyno)}"'
    marks += f' data-level="{item.level}"' if item.level else ""
    marks += f' data-code="{escape(item.code)}"' if item.code else ""
    marks += " data-routine" if item.is_routine else ""
    label = _("Heroku · aiguillage") if item.is_routine else who(item.first, voice)
    return mark_safe(  # noqa: S308 -- each part was escaped
        f'<div class="{classes}" id="{escape(item.id)}" {marks}>'
        f"{_moment(item.first, voice, link=not item.is_routine)}"
        f'<span class="line__who {css_class(item.who)}">{escape(label)}</span> {what}</div>'
    )


def _moment(record: Record, voice: Voice, *, link: bool) -> str:
    moment = moment_of(record.at)
    if moment is None:
        return '<span class="line__at num">–</span> '
    utc = moment.astimezone(UTC)
    local = moment.astimezone(voice.zone)
    told = f"{local:%H:%M:%S}" if link else f"{local:%H:%M}"
    time = (
        f'<time datetime="{utc:%Y-%m-%dT%H:%M:%S.%f}Z" title="{utc:%Y-%m-%d %H:%M:%S.%f} UTC">{told}</time>'
    )
    if not link:
        return f'<span class="line__at num">{time}</span> '
    return f'<a class="line__at num" href="?around={escape(record.id)}">{time}</a> '


def moment_of(at: str) -> datetime | None:
    """Return the moment that Heroku wrote, None for a line without one."""
    try:
        moment = datetime.fromisoformat(at)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# ── text ──
def raw_line(record: Record) -> str:
    """Return the line as Heroku sent it."""
    return f"{record.at} {record.source}[{record.dyno}]: {record.text}" if record.at else record.text


def plain(text: str, voice: Voice) -> str:
    """Return what this reader may read of a text, without colours or controls."""
    return shown.plain(text, clear=voice.clear)


def rich(text: str, voice: Voice) -> SafeString:
    """Return what this reader may read of a text, as HTML."""
    return shown.rich(text, clear=voice.clear)

"""The components as template tags, and the words of dates and amounts as filters.

A tag with a template of its own has it in `templates/components/`, which says what each argument is for.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.forms import BoundField, Form
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from opsconsole.ops.ui import dates

register = template.Library()

Values = dict[str, Any]
BUTTON_DISCS = {"sleep": "asleep", "wake": "waking"}
BUTTON_ICONS = {"restart": "restart"}
NOTICE_ICONS = {"ok": "check", "warn": "alert", "bad": "no", "info": "info"}
OUTCOME_ICONS = {"done": "check", "refused": "no", "failed": "cross", "unknown": "ask", "running": "wait"}
STEP_ICONS = {"done": "check", "now": "wait", "next": "dot", "failed": "cross"}
RISING = frozenset({"awake", "waking", "falling"})


# ── Signs ───────────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def icon(name: str) -> SafeString:
    """A gesture or a meaning, always beside its word."""
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def disc(state: str, css_class: str = "disc") -> SafeString:
    """The disc of a state, always beside its word."""
    return format_html('<svg class="{}" aria-hidden="true"><use href="#s-{}"/></svg>', css_class, state)


@register.inclusion_tag("components/great_disc.html")
def great_disc(state: str, css_class: str = "sky__disc", rise: int | None = None) -> Values:
    # While it rises or sets, the disc is whole: its height says how far it is.
    return {"shape": "awake" if state in RISING else state, "css_class": css_class, "rise": rise}


@register.inclusion_tag("components/badge.html")
def badge(state: str, word: str) -> Values:
    return {"state": state, "word": word}


# ── Buttons and notices ─────────────────────────────────────────────────────────────────────────────────
@register.inclusion_tag("components/button.html")
def button(
    label: str,
    *,
    kind: str = "",
    size: str = "",
    href: str = "",
    icon: str = "",
    about: str = "",
    why: str = "",
    why_id: str = "why",
) -> Values:
    css_class = (
        "textlink"
        if kind == "text"
        else " ".join(["button", *(f"button--{variant}" for variant in (kind, size) if variant)])
    )
    icon = icon or BUTTON_ICONS.get(kind, "")
    looks = {"css_class": css_class, "icon": icon, "disc_state": BUTTON_DISCS.get(kind, "")}
    return {"label": label, "about": about, "href": href, "why": why, "why_id": why_id, **looks}


@register.inclusion_tag("components/act.html")
def act(label: str, *, url: str, hidden: Mapping[str, object] | None = None, **looks: str) -> Values:
    """A button that changes something: a form of its own, posted once. `looks` are those of `button`."""
    return {"url": url, "hidden": hidden or {}, **button(label, **looks)}


@register.simple_block_tag
def notice(content: str, kind: str = "info") -> SafeString:
    """`{% notice "warn" %}…{% endnotice %}`: see components/notice.html."""
    values = {"kind": kind, "icon": NOTICE_ICONS[kind], "content": content}
    return mark_safe(render_to_string("components/notice.html", values))  # noqa: S308 -- rendered by the engine


@register.inclusion_tag("components/outcome.html")
def outcome(kind: str, word: str) -> Values:
    return {"kind": kind, "word": word, "icon": OUTCOME_ICONS[kind]}


# ── Parts of pages ──────────────────────────────────────────────────────────────────────────────────────
@register.inclusion_tag("components/app_card.html")
def app_card(card: Mapping[str, object]) -> Values:
    return {"card": card}


@register.inclusion_tag("components/dyno.html")
def dyno(row: Mapping[str, object]) -> Values:
    return {"row": row}


@register.inclusion_tag("components/gauge.html")
def gauge(*, say: str, label: str, total: float, mine: float | None, others: float) -> Values:
    """Hours; `mine` and `others` are what was used of `total`. `mine` is None for a whole account."""
    used = (mine or 0) + others
    whole = max(total, used, 1)
    widths = {"mine_width": round(1000 * (mine or 0) / whole), "used_width": round(1000 * used / whole)}
    rest = max(0, total - used)
    return {
        "say": say,
        "label": label,
        "total": total,
        "mine": mine,
        "others": others,
        "rest": rest,
        **widths,
    }


@register.inclusion_tag("components/entry.html")
def entry(line: Mapping[str, object]) -> Values:
    return {"line": line}


@register.inclusion_tag("components/story.html")
def story(steps: Sequence[Mapping[str, object]]) -> Values:
    return {"steps": [{**step, "icon": STEP_ICONS[str(step["kind"])]} for step in steps]}


@register.inclusion_tag("components/rise.html")
def rise(parts: Sequence[Mapping[str, object]], label: str) -> Values:
    return {"parts": parts, "label": label}


@register.inclusion_tag("components/point.html")
def point(icon: str, title: str, text: str = "") -> Values:
    return {"icon": icon, "title": title, "text": text}


@register.inclusion_tag("components/price.html")
def price(*, before: Mapping[str, str], after: Mapping[str, str], note: str = "") -> Values:
    return {"before": before, "after": after, "note": note}


# ── Forms ───────────────────────────────────────────────────────────────────────────────────────────────
@register.inclusion_tag("components/field.html")
def field(bound: BoundField, css_class: str = "") -> Values:
    return {"field": bound, "css_class": css_class}


@register.inclusion_tag("components/choice.html")
def choice(
    *, name: str, value: str, label: str, hint: str = "", checked: bool = False, kind: str = "radio"
) -> Values:
    return {"name": name, "value": value, "label": label, "hint": hint, "checked": checked, "kind": kind}


@register.inclusion_tag("components/form_errors.html")
def form_errors(form: Form) -> Values:
    return {"form": form, "wrong": [bound for bound in form if bound.errors]}


# ── Moments ─────────────────────────────────────────────────────────────────────────────────────────────
@register.simple_tag
def since(moment: datetime) -> SafeString:
    """« hier, 16 h 20 », in the page's time zone."""
    said = dates.since_in_words(moment, now=timezone.now(), zone=timezone.get_current_timezone())
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), said)


@register.simple_tag
def ago(moment: datetime, *, read_of: object = "") -> SafeString:
    """« il y a 4 s », kept true in the browser. `read_of`: the id of the app whose last reading this is the moment of."""
    mark = format_html(' data-read-of="{}"', read_of) if read_of else ""
    said = dates.ago(moment, now=timezone.now())
    return format_html('<time datetime="{}" data-relative{}>{}</time>', moment.isoformat(), mark, said)


@register.simple_tag
def elapsed(moment: datetime) -> SafeString:
    """« 21 s », what follows « depuis » while something goes on; kept true in the browser."""
    said = dates.elapsed(moment, now=timezone.now())
    return format_html('<time datetime="{}" data-relative="elapsed">{}</time>', moment.isoformat(), said)


@register.simple_tag
def at(moment: datetime, *, exact: bool = False) -> SafeString:
    """« 18 h 42 », or « 18:42:07 » for columns."""
    local = timezone.localtime(moment)
    said = dates.exact_clock(local) if exact else dates.clock(local)
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), said)


@register.filter
def since_in_words(moment: datetime) -> str:
    return dates.since_in_words(moment, now=timezone.now(), zone=timezone.get_current_timezone())


@register.filter
def day_heading(day: date) -> str:
    return dates.day_heading(day, today=timezone.localdate())


@register.filter
def duration(seconds: float) -> str:
    return dates.duration(seconds)


@register.filter
def dollars(cents: Decimal | int) -> str:
    return dates.dollars(cents)


@register.filter
def number(value: Decimal | float) -> str:
    return dates.number(value)

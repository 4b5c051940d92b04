"""How serious a line is, and under which key it is explained; asked for every line of the flow, so kept quick."""

import re
from typing import Literal

from opsconsole.ops.logs.failures import failure_in
from opsconsole.ops.logs.records import Record

Level = Literal["error", "warn", ""]

_ROUTER_CODE = re.compile(r"\bcode=(H\d{2})\b", re.ASCII)
_STATUS = re.compile(r"\bstatus=(\d{3})\b", re.ASCII)
_PLATFORM_CODE = re.compile(r"\bError ([RL]\d{2})\b", re.ASCII)
_EXIT = re.compile(r"Process exited with status (\d{1,3})", re.ASCII)
_LOUD = re.compile(r"\b(?:CRITICAL|FATAL|ERROR|Traceback \(most recent call last\)|Internal Server Error)\b")
_RAISED = re.compile(r"(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Warning|Exit|Interrupt)(?::|$)")
_WARNING = re.compile(r"\b(?:WARNING|WARN)\b")
ORDINARY_EXITS = frozenset({"0", "143"})
"""A process that was asked to end ends with 143."""
WARNINGS = frozenset(
    {"H27", "H28", "H80", "H81", "H82", "L10", "L11", "L12", "L13", "L14", "L15", "R12", "R16"}
)


def code_in(record: Record) -> str:
    """Return the key of what explains a line: « H12 », « R14 », « exit:137 », « django:OperationalError »; "" for nothing."""
    text = record.text
    if record.source == "heroku":
        if record.dyno == "router":
            match = _ROUTER_CODE.search(text) if "code=" in text else None
            return match[1] if match else ""
        return _platform_key(text)
    if record.source == "app" and record.dyno != "api":
        return failure_in(text)
    match = _PLATFORM_CODE.search(text) if "Error " in text else None
    return match[1] if match else ""


def _platform_key(text: str) -> str:
    if "Error " in text:
        match = _PLATFORM_CODE.search(text)
        if match:
            return match[1]
    if text.startswith("Process exited"):
        match = _EXIT.match(text)
        return f"exit:{match[1]}" if match and match[1] not in ORDINARY_EXITS else ""
    return "crashed" if text.endswith(" to crashed") else ""


def level_of(record: Record, code: str) -> Level:
    """Return how serious a line is; `code` is what `code_in` says of it."""
    if code and code not in WARNINGS:
        return "error"
    if code:
        return "warn"
    text = record.text
    if record.source == "heroku":
        return _router_level(text) if record.dyno == "router" else ""
    if _LOUD.search(text) or _RAISED.match(text):
        return "error"
    return "warn" if _WARNING.search(text) else ""


def _router_level(text: str) -> Level:
    match = _STATUS.search(text)
    return "error" if match and match[1] >= "500" else ""

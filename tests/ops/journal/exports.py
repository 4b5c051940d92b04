"""An export taken as a browser takes it, and read back as a spreadsheet or a program does."""

import csv
import json
from typing import Any

from tests.ops.access.conftest import Browser
from tests.ops.journal.entries import plain

PAGE = "/journal/export/"


def take(browser: Browser, format_: str = "csv", **asked: str) -> bytes:
    answer = browser.post(PAGE, {"format": format_, "group": "tout", **asked})
    assert answer.status_code == 200
    assert "attachment" in answer.headers.get("Content-Disposition", ""), plain(answer.content.decode())
    return streamed(answer)


def streamed(answer: Any) -> bytes:
    return b"".join(answer.streaming_content)


def rows(content: bytes) -> list[dict[str, str]]:
    """Read a CSV file as a spreadsheet does: the mark, then semicolons."""
    text = content.decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.DictReader(text[1:].split("\r\n"), delimiter=";", strict=True))


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode("ascii").splitlines()]

"""One log record, one line: nothing that a person or Heroku wrote can forge a second one."""

import json
import logging
from collections.abc import Mapping


class OneLineFormatter(logging.Formatter):
    """`LEVEL logger message`, control characters escaped, the traceback folded into the line."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "".join(character if character.isprintable() else _escape(character) for character in text)


class JsonLineFormatter(logging.Formatter):
    """The record's `event` (a mapping) as one object of JSON, for the programs that read stdout."""

    def format(self, record: logging.LogRecord) -> str:
        event: Mapping[str, object] = getattr(record, "event", {})
        return json_line({"event": record.getMessage(), **event})


def json_line(value: Mapping[str, object]) -> str:
    """Return JSON in printable ASCII: whatever a name holds, it ends no line and moves no cursor."""
    return json.dumps(value).replace("\x7f", "\\u007f")


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")

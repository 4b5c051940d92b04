"""One log record, one line: nothing that a person or Heroku wrote can forge a second one."""

import logging


class OneLineFormatter(logging.Formatter):
    """`LEVEL logger message`, control characters escaped, the traceback folded into the line."""

    def __init__(self) -> None:
        super().__init__("%(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        text = super().format(record)
        return "".join(character if character.isprintable() else _escape(character) for character in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")

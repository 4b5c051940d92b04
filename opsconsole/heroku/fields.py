"""Reading JSON objects key by key, so that half an answer never becomes a wrong statement.

An `optional_` reading takes a missing key and null alike; a value of another type is refused everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ShapeError(ValueError):
    """A key is missing or of another type. The text names the key, never its value."""


class Fields:
    """One JSON object of an answer."""

    def __init__(self, content: object, *, name: str = "answer") -> None:
        if not isinstance(content, dict):
            raise ShapeError(f"{name} is not an object")
        self._content: Mapping[str, object] = content
        self._name = name

    def text(self, key: str) -> str:
        """A string with something in it."""
        value = self.prose(key)
        if not value:
            raise self._wrong(key)
        return value

    def prose(self, key: str) -> str:
        """A string that may be empty."""
        value = self._content.get(key)
        if not isinstance(value, str):
            raise self._wrong(key)
        return value

    def optional_text(self, key: str) -> str | None:
        return None if self._is_absent(key) else self.prose(key)

    def whole(self, key: str) -> int:
        """An integer of zero or more, as all of Heroku's counts, sizes and prices are."""
        value = self._content.get(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key)
        return value

    def number(self, key: str) -> float:
        value = self._content.get(key)
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise self._wrong(key)
        return float(value)

    def flag(self, key: str) -> bool:
        value = self._content.get(key)
        if not isinstance(value, bool):
            raise self._wrong(key)
        return value

    def optional_flag(self, key: str) -> bool | None:
        return None if self._is_absent(key) else self.flag(key)

    def moment(self, key: str) -> datetime:
        """An ISO 8601 moment, in UTC."""
        try:
            value = datetime.fromisoformat(self.text(key))
            return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self._wrong(key) from error

    def optional_moment(self, key: str) -> datetime | None:
        return None if self._is_absent(key) else self.moment(key)

    def part(self, key: str) -> Fields:
        return Fields(self._content.get(key), name=f"{self._name}.{key}")

    def optional_part(self, key: str) -> Fields | None:
        return None if self._is_absent(key) else self.part(key)

    def optional_name_of(self, key: str) -> str | None:
        """The `name` of a nested `{"id", "name"}`, or None."""
        part = self.optional_part(key)
        return None if part is None else part.text("name")

    def optional_name(self, key: str) -> str | None:
        """A string, or the `name` of an object: `generation` comes both ways."""
        return (
            self.optional_name_of(key)
            if isinstance(self._content.get(key), dict)
            else self.optional_text(key)
        )

    def parts(self, key: str) -> tuple[Fields, ...]:
        return read_parts(self._content.get(key), name=f"{self._name}.{key}")

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of strings."""
        value = self._content.get(key)
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            raise self._wrong(key)
        return tuple(value)

    def _is_absent(self, key: str) -> bool:
        return self._content.get(key) is None

    def _wrong(self, key: str) -> ShapeError:
        return ShapeError(f"{self._name}.{key} is missing or of another type")


def read_parts(content: object, *, name: str = "answer") -> tuple[Fields, ...]:
    """Every object of a JSON list."""
    if not isinstance(content, list):
        raise ShapeError(f"{name} is not a list")
    return tuple(Fields(item, name=f"{name}[]") for item in content)

"""What came back from Heroku: the raw reply, and the answer to a change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar

from opsconsole.heroku.errors import MalformedAnswerError
from opsconsole.heroku.fields import Fields, ShapeError, read_parts

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


def _do_nothing() -> None:
    return None


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """A change that Heroku accepted, with the id that its support asks for and the warnings that it gave."""

    value: T
    request_id: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """A 2xx answer as it came; `content` is its JSON, None for an empty body."""

    call: str
    status: int
    request_id: str
    content: object
    warnings: tuple[str, ...] = ()
    next_range: str | None = None
    on_understood: Callable[[], None] = _do_nothing
    """Called once the content was read without surprise: what nobody could read is not kept for a later 304."""

    def one(self, build: Callable[[Fields], T]) -> T:
        return self._read(lambda: build(Fields(self.content)))

    def many(self, build: Callable[[Fields], T]) -> tuple[T, ...]:
        return self._read(lambda: tuple(build(fields) for fields in read_parts(self.content)))

    def nothing(self) -> None:
        """For answers of no content, `{}` or an empty body; a page or a list is not one of Heroku's."""
        if self.content is not None:
            self._read(lambda: Fields(self.content))

    def answer(self, value: T) -> Answer[T]:
        return Answer(value=value, request_id=self.request_id, warnings=self.warnings)

    def malformed(self, message: str) -> MalformedAnswerError:
        return MalformedAnswerError(message, call=self.call, status=self.status, request_id=self.request_id)

    def _read(self, build: Callable[[], T]) -> T:
        try:
            value = build()
        except ShapeError as error:
            raise self.malformed(f"Heroku's answer cannot be read: {error}.") from error
        self.on_understood()
        return value

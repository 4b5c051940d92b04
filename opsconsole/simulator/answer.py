"""What travels between the wire and the resources: the request as read, the answer to write, the refusals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DOCUMENTATION = "https://devcenter.heroku.com/articles/"


@dataclass(frozen=True)
class Request:
    """One request; header names are lower case, `path` is still percent-encoded and has no query."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    recorded: RecordedRequest


@dataclass
class RecordedRequest:
    """What tests read back. `status` stays None for a request that was never answered."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: str
    at: str
    status: int | None = None
    fault: str | None = None


@dataclass
class Answer:
    """An answer before it is put on the wire; `body` is anything `json.dumps` takes, None for an empty
    one.
    """

    status: int = 200
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)
    sortable: tuple[str, ...] = ()
    """The keys a list may be ordered by; empty for what is not a list."""


class RefusedError(Exception):
    """A refusal in the platform's own form: status, `id`, sentence, and what some of them add."""

    def __init__(
        self, status: int, error_id: str, message: str, *, url: str | None = None, **more: object
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, object] = {"id": error_id, "message": message, **more}
        if url is not None:
            self.body["url"] = url
        self.headers: dict[str, str] = {}

    def to_answer(self) -> Answer:
        return Answer(self.status, self.body, dict(self.headers))


def not_found(what: str) -> RefusedError:
    """`what` as Heroku words it: "app", "process type (web)"."""
    return RefusedError(404, "not_found", f"Couldn't find that {what}.")


def invalid(message: str) -> RefusedError:
    return RefusedError(422, "invalid_params", message)

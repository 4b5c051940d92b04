"""Lines of Heroku's router: what was asked, what was answered, how long it took (Dev Center, "HTTP Routing", "Error codes")."""

import re
from dataclasses import dataclass

_FIELD = re.compile(r'([a-z_.]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))', re.ASCII)
_MILLISECONDS = re.compile(r"(\d{1,9})ms", re.ASCII)
SERVER_ERROR = 500
CLIENT_ERROR = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterLine:
    """`service` and `connect` are in milliseconds, None where no dyno was reached; `code` is "" for an ordinary page."""

    method: str
    path: str
    status: int | None
    service: int | None
    connect: int | None
    code: str
    desc: str
    dyno: str

    @property
    def is_error(self) -> bool:
        return bool(self.code) or (self.status is not None and self.status >= SERVER_ERROR)


def read_router(text: str) -> RouterLine | None:
    """Return what a line of the router says, None for any other text."""
    if "method=" not in text or "status=" not in text:
        return None
    found = {name: quoted or plain for name, quoted, plain in _FIELD.findall(text)}
    if "path" not in found or "method" not in found:
        return None
    status = found.get("status", "")
    return RouterLine(
        method=found["method"],
        path=found["path"].replace('\\"', '"'),
        status=int(status) if status.isascii() and status.isdigit() and len(status) == 3 else None,  # noqa: PLR2004
        service=_milliseconds(found.get("service", "")),
        connect=_milliseconds(found.get("connect", "")),
        code=found.get("code", ""),
        desc=found.get("desc", ""),
        dyno=found.get("dyno", ""),
    )


def _milliseconds(text: str) -> int | None:
    match = _MILLISECONDS.fullmatch(text)
    return int(match[1]) if match else None

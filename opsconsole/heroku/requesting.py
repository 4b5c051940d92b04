"""What is asked of Heroku, and the headers that go with it (Platform API reference, "Clients")."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import requests

if TYPE_CHECKING:
    from opsconsole.heroku.etags import Key
    from opsconsole.heroku.paths import Path

# The variant that the official command line asks for; it adds `process_tier` and `generation` to apps.
ACCEPT: Final = "application/vnd.heroku+json; version=3.sdk"
ACCEPT_QUOTAS: Final = "application/vnd.heroku+json; version=3.account-quotas"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One request; `payload` becomes its JSON body."""

    method: str
    path: Path
    accept: str = ACCEPT
    payload: object = None
    range: str | None = None

    @property
    def call(self) -> str:
        """What may be logged of it."""
        return f"{self.method} {self.path.template}"

    @property
    def key(self) -> Key:
        return (self.accept, self.path.filled, self.range)

    @property
    def is_read(self) -> bool:
        return self.method == "GET"


@dataclass(frozen=True, slots=True, repr=False)
class Sender:
    """Who asks, and where; its repr shows neither."""

    token: str
    base_url: str
    user_agent: str

    def prepare(self, outgoing: Outgoing, *, request_id: str, etag: str | None) -> requests.PreparedRequest:
        headers = {
            "Accept": outgoing.accept,
            "Accept-Encoding": "gzip",
            "Authorization": f"Bearer {self.token}",
            "Request-Id": request_id,
            "User-Agent": self.user_agent,
        }
        if outgoing.range is not None:
            headers["Range"] = outgoing.range
        if etag is not None:
            headers["If-None-Match"] = etag
        body = None
        if outgoing.payload is not None:
            headers["Content-Type"] = "application/json"
            body = json.dumps(outgoing.payload).encode()
        url = self.base_url + outgoing.path.filled
        return requests.Request(outgoing.method, url, headers=headers, data=body).prepare()

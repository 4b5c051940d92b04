"""The smallest client that can say everything the tests need: http.client, one connection a request."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

PLAIN = "application/vnd.heroku+json; version=3"
SDK = "application/vnd.heroku+json; version=3.sdk"
QUOTAS = "application/vnd.heroku+json; version=3.account-quotas"


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def json(self) -> Any:
        packed = self.headers.get("content-encoding") == "gzip"
        return json.loads(gzip.decompress(self.content) if packed else self.content)

    @property
    def error(self) -> tuple[int, str]:
        return self.status, self.json["id"]


class Api:
    """`headers` given as None are left out of the request."""

    def __init__(self, base_url: str, token: str, *, timeout: float = 60) -> None:
        self.host = urlsplit(base_url).netloc
        self.token = token
        self.timeout = timeout

    def call(
        self, method: str, path: str, body: object = None, *, accept: str | None = SDK, **headers: str | None
    ) -> Response:
        sent: dict[str, str | None] = {"accept": accept, "authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        payload = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        connection = HTTPConnection(self.host, timeout=self.timeout)
        try:
            kept = {name: value for name, value in sent.items() if value is not None}
            connection.request(method, path, payload, kept)
            answer = connection.getresponse()
            received = {name.lower(): value for name, value in answer.getheaders()}
            return Response(answer.status, received, answer.read())
        finally:
            connection.close()

    def get(self, path: str, *, accept: str = SDK, **headers: str | None) -> Response:
        return self.call("GET", path, accept=accept, **headers)

    def scale(self, app: str, *updates: object) -> Response:
        return self.call("PATCH", f"/apps/{app}/formation", {"updates": list(updates)})

    def dynos(self, app: str) -> dict[str, str]:
        """State by name."""
        return {dyno["name"]: dyno["state"] for dyno in self.get(f"/apps/{app}/dynos").json}

    def formation(self, app: str) -> dict[str, tuple[int, str]]:
        entries = self.get(f"/apps/{app}/formation").json
        return {entry["type"]: (entry["quantity"], entry["dyno_size"]["name"]) for entry in entries}

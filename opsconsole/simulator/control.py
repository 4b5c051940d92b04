"""The control endpoint, under a secret of its own, for tests and measurements that run in another process.

- `GET /`: settings, apps, number of requests, faults.
- `GET /requests?method=&path=&since=`: the recorded requests (`path` a regular expression, `since` an
  index) and the `count` of all; `DELETE /requests` forgets them.
- `GET /faults`, `POST /faults` with a fault (faults.py), `DELETE /faults` and `DELETE /faults/ID`.
- `POST /settings` with `{"speed": 20, "latency": 0.3, …}`: settings by name (call.py).
- `GET /streams`: how many log streams are open, and how many sessions were asked for; `POST /streams/cut` with
  `{"app": …, "how": "end" | "reset" | "halfopen"}`.
- `POST /advance` with `{"seconds": 60}`: moves the clock.
- `POST /world` with `{"do": "exhaust_quota", …}`: calls that method of `Backstage` with the other keys.
- `POST /apps/NAME` with `{"do": "crash", "dyno": "web.1"}`: calls that method of `AppBackstage` with the
  other keys.

Answers are JSON; what cannot be done is a 400 with a `message`.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict
from hmac import compare_digest
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from .backstage import AppBackstage, Backstage, BackstageError
from .faults import FaultError
from .platform_api import Reply, encode

if TYPE_CHECKING:
    from .answer import Request
    from .faults import Faults
    from .log_streams import Streams
    from .platform_api import Platform
    from .records import Records

PREFIX = "/_control/"
WORLD_ACTIONS = frozenset(
    {
        *("add_app", "remove_app", "set_quota", "exhaust_quota", "set_remaining"),
        *("revoke_token", "issue_token", "suspend_account", "set_delinquent"),
    }
)
APP_ACTIONS = frozenset(
    {
        *("crash", "repair", "idle", "visit", "scale", "resize", "restart", "run"),
        *("set_maintenance", "rename", "forbid", "remove_process_type"),
        *("log", "request", "traceback", "flood"),
    }
)


class Control:
    """Answers requests below `/_control/<secret>`."""

    def __init__(
        self, platform: Platform, *, faults: Faults, records: Records, backstage: Backstage, streams: Streams
    ) -> None:
        self._platform = platform
        self._faults = faults
        self._records = records
        self._backstage = backstage
        self._streams = streams

    def handle(self, request: Request) -> Reply:
        secret, _, rest = request.path.removeprefix(PREFIX).partition("/")
        if not compare_digest(secret.encode(), self._platform.world.control_secret.encode()):
            return _reply(404, {"message": "nothing here"})
        try:
            return self._dispatch(request, rest)
        except (BackstageError, FaultError, TypeError, ValueError) as error:
            return _reply(400, {"message": str(error)})

    def _dispatch(self, request: Request, rest: str) -> Reply:
        body = json.loads(request.body or b"{}")
        result: object = {}
        match [request.method, *rest.rstrip("/").split("/")]:
            case ["GET", ""]:
                result = self._describe()
            case ["GET", "requests"]:
                result = self._list_requests(request.query)
            case ["DELETE", "requests"]:
                self._records.clear()
            case ["GET" | "POST" | "DELETE", "faults", *names]:
                result = self._change_faults(request.method, names, body)
            case ["POST", "settings"]:
                self._backstage.configure(body)
            case ["GET", "streams"]:
                result = {"open": self._streams.count(), "asked": self._streams.asked}
            case ["POST", "streams", "cut"]:
                result = {"cut": self._streams.cut(body.get("app"), how=str(body.get("how", "reset")))}
            case ["POST", "advance"]:
                self._platform.clock.advance(float(body["seconds"]))
            case ["POST", "world"]:
                result = self._act(self._backstage, WORLD_ACTIONS, body)
            case ["POST", "apps", name]:
                result = self._act(self._backstage.app(name), APP_ACTIONS, body)
            case _:
                return _reply(404, {"message": "nothing here"})
        return _reply(200, result)

    def _describe(self) -> dict[str, object]:
        return {
            "settings": asdict(self._platform.settings),
            "apps": self._backstage.app_names,
            "count": self._records.count,
            "faults": [asdict(fault) for fault in self._faults.list()],
        }

    def _list_requests(self, query: str) -> dict[str, object]:
        asked = {name: values[0] for name, values in parse_qs(query).items()}
        requests = self._records.list()
        skipped = max(0, int(asked.get("since", "0")) - (self._records.count - len(requests)))
        chosen = [
            asdict(each)
            for each in requests[skipped:]
            if asked.get("method", each.method) == each.method and re.search(asked.get("path", ""), each.path)
        ]
        return {"count": self._records.count, "requests": chosen}

    def _change_faults(self, method: str, names: list[str], body: dict[str, object]) -> object:
        if method == "POST":
            return {"id": self._add_fault(body)}
        if method == "DELETE" and names:
            return {"removed": self._faults.remove(names[0])}
        if method == "DELETE":
            self._faults.clear()
        return [asdict(fault) for fault in self._faults.list()]

    def _add_fault(self, body: dict[str, object]) -> str:
        match, params, times = body.get("match") or {}, body.get("params") or {}, body.get("times")
        if not isinstance(match, dict) or not isinstance(params, dict) or not isinstance(times, int | None):
            raise FaultError("match and params are objects, times a number")
        unknown = set(body) - {"mode", "match", "times", "params"} | set(match) - {"method", "path"}
        if unknown:
            raise FaultError(f"unknown keys: {', '.join(sorted(unknown))}")
        method, path = match.get("method"), match.get("path") or ""
        return self._faults.add(str(body.get("mode")), method=method, path=path, times=times, **params).id

    def _act(
        self, target: Backstage | AppBackstage, actions: frozenset[str], body: dict[str, object]
    ) -> object:
        action = str(body.pop("do", ""))
        if action not in actions:
            raise BackstageError(f"do is one of {', '.join(sorted(actions))}")
        result = getattr(target, action)(**body)
        return {"result": result if isinstance(result, str) else None}


def _reply(status: int, body: object) -> Reply:
    return Reply(status, {"Content-Type": "application/json;charset=utf-8"}, encode(body))

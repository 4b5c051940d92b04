"""A tiny application behind the real edge and stream, for tests that run it under the real server.

`/control/…` is answered before the edge: it steers the sample and says what goes on inside.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from opsconsole.edge.bridge import WSGIBridge
from opsconsole.edge.headers import answer, security_headers
from opsconsole.edge.routes import Edge
from opsconsole.live import runtime
from opsconsole.live.hub import Hub
from opsconsole.live.stream import EventStream, Grant, Refusal, StreamRequest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from opsconsole.edge.exchange import StartResponse
    from opsconsole.edge.headers import Receive, Scope, Send
    from opsconsole.live.pumps import Source, StopSignal
    from opsconsole.live.topics import Topic

CHUNK = b"x" * 16_384


def _number(name: str, default: float) -> float:
    return float(os.environ.get(name, default))


class Sample:
    def __init__(self) -> None:
        self.hub = Hub(linger=_number("SAMPLE_LINGER", 0.2))
        self.hub.register("app", self.source)
        self.starts: Counter[str] = Counter()
        self.refused: set[str] = set()
        self.hidden: set[str] = set()
        self.kept_back: set[tuple[str, str]] = set()
        self.released = threading.Event()
        self.asked = 0
        self.blocked = 0
        self.written = 0
        self.closed = 0
        bridge = WSGIBridge(
            self.pages,
            queue=int(_number("SAMPLE_QUEUE", 64)),
            max_bodies=int(_number("SAMPLE_MAX_BODIES", 256)),
            body_seconds=_number("SAMPLE_BODY_SECONDS", 30),
            send_seconds=_number("SAMPLE_SEND_SECONDS", 60),
            security=security_headers(),
        )
        stream = EventStream(
            self.hub,
            self.authorise,
            is_stopping=runtime.is_stopping,
            check_every=_number("SAMPLE_CHECK_EVERY", 30),
            heartbeat=_number("SAMPLE_HEARTBEAT", 20),
            send_seconds=_number("SAMPLE_SEND_SECONDS", 60),
            max_streams=int(_number("SAMPLE_MAX_STREAMS", 500)),
            extra_headers=security_headers(),
        )
        self.edge = Edge(
            django=bridge,
            stream=stream,
            is_stopping=runtime.is_stopping,
            on_startup=self.start,
            on_shutdown=self.stop,
            security=security_headers(hsts_seconds=60),
        )

    def start(self) -> None:
        if "SAMPLE_BROKEN_START" in os.environ:
            raise RuntimeError(os.environ["SAMPLE_BROKEN_START"])

    def stop(self) -> None:
        self.hub.shutdown(2)
        print("sample ended in order", flush=True)  # noqa: T201

    def source(self, name: str) -> Source:
        def feed(_topic: Topic, signal: StopSignal) -> None:
            self.starts[name] += 1
            while not signal.wait(60):
                pass

        return feed

    def authorise(self, request: StreamRequest) -> Grant | Refusal:
        self.asked += 1
        person = request.headers.get("x-person", "")
        if not person:
            return Refusal(401, "Qui êtes-vous ?")
        if person in self.refused:
            return Refusal(403, "Plus maintenant.")
        texts = {text for name, text in self.kept_back if name == person}
        topics = frozenset(request.topics) - self.hidden
        return Grant(
            person,
            topics,
            show=lambda _topic, event: None if json.loads(event.data).get("text") in texts else event.data,
        )

    def pages(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        name = environ["PATH_INFO"].strip("/").split("/")[0] or "hello"
        return getattr(self, f"page_{name}")(environ, start_response)  # type: ignore[no-any-return]

    def page_hello(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5"), ("X-Own", "1")])
        return [b"hello"]

    def page_ready(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return [b"ready"]

    def page_echo(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        seen = {key: value for key, value in environ.items() if isinstance(value, str)}
        seen |= {"length": str(len(body)), "digest": hashlib.sha256(body).hexdigest()}
        start_response("200 OK", [("Content-Type", "application/json"), ("Connection", "keep-alive")])
        return [json.dumps(seen).encode()]

    def page_block(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.blocked += 1
        self.released.wait(30)
        self.blocked -= 1
        return self.page_hello(_environ, start_response)

    def page_big(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        size = int(environ["QUERY_STRING"])
        start_response("200 OK", [("Content-Length", str(size))])
        return [b"x" * min(len(CHUNK), size - at) for at in range(0, size, len(CHUNK))]

    def page_pieces(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"first"
        self.released.wait(30)
        yield b"second"

    def page_endless(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        return _Endless(self)

    def page_boom(self, _environ: dict[str, Any], _start_response: StartResponse) -> Iterable[bytes]:
        raise RuntimeError("boom")

    def page_half(self, _environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [])
        yield b"half"
        self.released.wait(30)
        raise RuntimeError("boom")

    def page_silent(self, _environ: dict[str, Any], _start_response: StartResponse) -> Iterable[bytes]:
        return []

    def control(self, verb: str, query: dict[str, str]) -> object:
        if verb == "publish":
            for number in range(int(query.get("times", "1"))):
                self.hub.publish(
                    query["topic"], {"kind": "changed", "text": query.get("text", ""), "number": number}
                )
        elif verb == "refuse":
            self.refused.add(query["person"])
        elif verb == "hide":
            self.hidden.add(query["topic"])
        elif verb == "keep-back":
            self.kept_back.add((query["person"], query["text"]))
        elif verb == "release":
            self.released.set()
        elif verb == "hold-back":
            self.released.clear()
        return {
            "pumps": {status.name: status.readers for status in self.hub.pumps()},
            "starts": dict(self.starts),
            "threads": threading.active_count(),
            "files": len(os.listdir("/proc/self/fd")),  # noqa: PTH208
            "memory": _memory(),
            "asked": self.asked,
            "blocked": self.blocked,
            "written": self.written,
            "closed": self.closed,
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope.get("path", "")
        if not path.startswith("/control/"):
            await self.edge(scope, receive, send)
            return
        query = {key: values[0] for key, values in parse_qs(scope["query_string"].decode()).items()}
        status = self.control(path.removeprefix("/control/"), query)
        await answer(scope, send, 200, json.dumps(status), security=())


class _Endless:
    def __init__(self, sample: Sample) -> None:
        self._sample = sample

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self._sample.written += len(CHUNK)
            yield CHUNK

    def close(self) -> None:
        self._sample.closed += 1


def _memory() -> int:
    """Resident bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


application = Sample()

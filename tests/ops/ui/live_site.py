"""A stand-in site for the browser's behaviours: pages that change, and an event stream that a test drives."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import parse_qs, urlsplit

STATIC = Path(__file__).parents[3] / "opsconsole" / "ops" / "ui" / "static"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self';"
    " worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
TYPES = {".js": "text/javascript", ".css": "text/css", ".woff2": "font/woff2", ".svg": "image/svg+xml"}


class LiveSite:
    """What the pages say now, how the stream answers, and what was asked; `pages` are served as they are."""

    def __init__(self) -> None:
        self.sentence = "Tout va bien."
        self.state = "awake"
        self.stream_status = 200
        self.clock_lead = 0
        self.refused = ""
        self.pages: dict[str, str] = {}
        self.sign_in_first = False
        self.asked: Counter[str] = Counter()
        self.stream_queries: list[dict[str, list[str]]] = []
        self.url = ""
        self._queues: dict[SimpleQueue[str | None], frozenset[str]] = {}
        self._lock = threading.Condition()

    @property
    def open_streams(self) -> int:
        return len(self._queues)

    def push(self, topic: str, kind: str = "changed") -> None:
        with self._lock:
            mark = self.asked["pushed"] = self.asked["pushed"] + 1
            data = json.dumps({"topic": topic, "kind": kind})
            for queue, topics in self._queues.items():
                cursor = ",".join(f"{name}=0f-{mark}" for name in sorted(topics))
                if topic in topics:
                    queue.put(f"id: {cursor}\ndata: {data}\n\n")

    def cut(self) -> None:
        with self._lock:
            for queue in self._queues:
                queue.put(None)

    @contextmanager
    def stream(self, query: dict[str, list[str]]) -> Iterator["SimpleQueue[str | None]"]:
        queue: SimpleQueue[str | None] = SimpleQueue()
        with self._lock:
            self.stream_queries.append(query)
            self._queues[queue] = frozenset(query["topic"])
        try:
            yield queue
        finally:
            with self._lock:
                del self._queues[queue]

    def page(self, topics: str) -> str:
        now = time.time() + self.clock_lead
        moment = datetime.fromtimestamp(now - 4, UTC).isoformat()
        return f"""<!doctype html><html lang="fr"><head><title>{self.sentence}</title>
            <script type="module" src="/static/build/console.js"></script></head>
            <body data-state="{self.state}" data-topics="{topics}" data-now="{int(now)}"
            data-stream-worker="/static/build/stream-worker.js">
            <main id="contenu" tabindex="-1">
            <div id="sky" data-live><h1>{self.sentence}</h1><button id="act">Réveiller</button>
            <details><summary>Le détail</summary><p>{self.sentence}</p></details>
            <input id="typed" name="typed"></div>
            {self.refused}<time datetime="{moment}" data-relative>il y a 4 s</time>
            <p id="still">{self.sentence}</p>
            <form method="post" action="/post" data-once><button id="send">Envoyer</button></form>
            </main><div data-live-status role="status" data-retrying="Nouvel essai…" data-ended="Session terminée."
            data-sign-in="Se reconnecter" data-sign-in-url="/sign-in"></div></body></html>"""


class Handler(BaseHTTPRequestHandler):
    site: LiveSite
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        query = parse_qs(parts.query)
        self.site.asked[parts.path] += 1
        if self.headers.get("X-Pushed"):
            self.site.asked["refreshed " + parts.path] += 1
        if parts.path == "/stream/":
            self._stream(query)
        elif parts.path.startswith("/static/"):
            path = STATIC / parts.path.removeprefix("/static/")
            self._answer(200, path.read_bytes(), TYPES[path.suffix])
        elif parts.path in self.site.pages:
            self._answer(200, self.site.pages[parts.path].encode())
        elif self.site.sign_in_first and parts.path != "/sign-in":
            self._answer(302, b"", location="/sign-in")
        else:
            self._answer(200, self.site.page(" ".join(query.get("topic", []))).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.site.asked["posts"] += 1
        self._answer(204, b"")  # the browser stays where it is

    def _answer(
        self, status: int, body: bytes, kind: str = "text/html; charset=utf-8", *, location: str = ""
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Content-Security-Policy", POLICY)
        if location:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def _stream(self, query: dict[str, list[str]]) -> None:
        self.close_connection = True
        if self.site.stream_status != 200:
            self._answer(self.site.stream_status, b"non", "text/plain")
            return
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        with self.site.stream(query) as queue:
            self._write(": open\n\n")
            while (piece := self._next(queue)) is not None and self._write(piece):
                pass

    def _next(self, queue: "SimpleQueue[str | None]") -> str | None:
        try:
            return queue.get(timeout=0.2)
        except Empty:
            return ":\n\n"  # a heartbeat, by which a closed connection is noticed

    def _write(self, piece: str) -> bool:
        try:
            self.wfile.write(piece.encode())
        except OSError:
            return False
        return True

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name of the overridden argument
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that closes a connection is no error of ours."""


@contextmanager
def serve() -> Iterator[LiveSite]:
    site = LiveSite()
    server = Server(("127.0.0.1", 0), type("SiteHandler", (Handler,), {"site": site}))
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield site
    finally:
        site.cut()
        server.shutdown()
        server.server_close()

"""The HTTP server: loopback only, keep-alive, one thread a connection, and the byte-level tricks that faults
need.
"""

from __future__ import annotations

import gzip
import select
import socket
import struct
import sys
import threading
import traceback
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, cast
from urllib.parse import urlsplit

from .answer import RecordedRequest, Request
from .platform_api import Reply, encode

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK = "127.0.0.1"
OUR_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
LONGEST_BODY = 1024 * 1024
OVERRIDABLE = frozenset({"GET", "HEAD", "PUT", "PATCH", "DELETE"})


class Wire:
    """One connection as the one who answers sees it."""

    def __init__(self, handler: Handler, request: Request) -> None:
        self._handler = handler
        self._request = request

    @property
    def port(self) -> int:
        return self._handler.server.port

    def send(self, reply: Reply) -> None:
        head, content = self.render(reply)
        self.write(head + content)

    def render(self, reply: Reply, *, length: int | None = None) -> tuple[bytes, bytes]:
        """Head and body as bytes, compressed when accepted; `length` announces another length than the true
        one.
        """
        self._request.recorded.status = reply.status
        headers, content = dict(reply.headers), reply.content
        if content and length is None and "Content-Encoding" not in headers and self.accepts_gzip:
            content = gzip.compress(content, compresslevel=1, mtime=0)
            headers["Content-Encoding"] = "gzip"
        if reply.status not in (204, 304) and "Transfer-Encoding" not in headers:
            headers.setdefault("Content-Length", str(len(content) if length is None else length))
        if self._handler.close_connection:
            headers["Connection"] = "close"
        return render_head(reply.status, headers), b"" if self._request.method == "HEAD" else content

    @property
    def accepts_gzip(self) -> bool:
        choices = self._request.headers.get("accept-encoding", "").split(",")
        return any(choice.split(";")[0].strip() == "gzip" and "q=0" not in choice for choice in choices)

    def write(self, data: bytes) -> None:
        self._handler.connection.sendall(data)

    def wait(self, seconds: float) -> bool:
        """Let time pass; False when the simulator is being stopped meanwhile."""
        return not self._handler.server.stopping.wait(seconds)

    @property
    def is_open(self) -> bool:
        """Neither the simulator is being stopped, nor has the client hung up."""
        if self._handler.server.stopping.is_set():
            return False
        readable, _, _ = select.select([self._handler.connection], [], [], 0)
        return not readable or bool(self._handler.connection.recv(65_536, socket.MSG_PEEK))

    def wait_until_closed(self) -> None:
        """Until the client gives up."""
        self._handler.close_connection = True
        while self._handler.connection.recv(65536):
            pass

    def close_after(self) -> None:
        self._handler.close_connection = True

    def reset(self) -> None:
        """RST instead of an orderly end, as when a router on the way dies."""
        self._handler.close_connection = True
        connection = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.rfile.close()
        self._handler.wfile.close()
        connection.close()


class Handler(BaseHTTPRequestHandler):
    """Reads one request after the other from a connection and hands each to the server's `respond`."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Server

    def _serve(self) -> None:
        refusal = self._refuse_host()
        length = self.headers.get("Content-Length", "0")
        if refusal is None and "Transfer-Encoding" in self.headers:
            refusal = _refuse(411, "length_required", "Send a Content-Length.")
        if refusal is None and (not length.isdecimal() or int(length) > LONGEST_BODY):
            refusal = _refuse(413, "too_large", f"A request may hold {LONGEST_BODY} bytes.")
        body = b"" if refusal else self.rfile.read(int(length))
        if refusal is None and len(body) < int(length):
            self.close_connection = True
            return
        request = self._make_request(body)
        wire = Wire(self, request)
        if refusal is not None:
            self.close_connection = True
            wire.send(refusal)
        else:
            self.server.respond(request, wire)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815

    def _refuse_host(self) -> Reply | None:
        """A name that is not ours is a page of another site reaching for loopback (DNS rebinding), or a
        mistake.
        """
        hosts = self.headers.get_all("Host") or []
        if len(hosts) != 1 or not self.path.startswith("/"):
            return _refuse(400, "bad_request", "Exactly one Host and a path are needed.")
        try:
            name = urlsplit(f"//{hosts[0]}").hostname
        except ValueError:
            name = None
        return (
            None
            if name in OUR_HOSTS
            else _refuse(421, "misdirected_request", "This host is not served here.")
        )

    def _make_request(self, body: bytes) -> Request:
        headers = {name.lower(): value for name, value in self.headers.items()}
        override = headers.get("x-http-method-override", "").upper()
        method = override if self.command == "POST" and override in OVERRIDABLE else str(self.command)
        path, _, query = self.path.partition("?")
        text = body[:65536].decode(errors="replace")
        recorded = RecordedRequest(method, path, query, headers, text, self.server.tell_time())
        return Request(method, path, query, headers, body, recorded)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is http.server's
        """Nothing: what came in is asked for over the control endpoint."""


class Server(ThreadingMixIn, TCPServer):
    """Listens on 127.0.0.1; `respond` answers a request on its wire, `tell_time` dates it."""

    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 256

    def __init__(
        self, port: int, *, respond: Callable[[Request, Wire], None], tell_time: Callable[[], str]
    ) -> None:
        self.respond = respond
        self.tell_time = tell_time
        self.stopping = threading.Event()
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()
        self._thread = threading.Thread(
            target=self.serve_forever, args=(0.02,), name="simulator", daemon=True
        )
        super().__init__((LOOPBACK, port), Handler)

    @property
    def port(self) -> int:
        return self.server_address[1]

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Close the door and every open connection, and wait for their threads."""
        self.stopping.set()
        if self._thread.is_alive():
            self.shutdown()
            self._thread.join()
        with self._open_lock:
            for connection in self._open:
                _shut(connection)
        self.server_close()

    def process_request_thread(self, request: object, client_address: object) -> None:
        connection = cast("socket.socket", request)
        with self._open_lock:
            self._open.add(connection)
        if self.stopping.is_set():
            _shut(connection)
        try:
            super().process_request_thread(connection, client_address)
        finally:
            with self._open_lock:
                self._open.discard(connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that leaves is ordinary; anything else is a bug to be seen."""
        del request, client_address
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc(file=sys.stderr)


def render_head(status: int, headers: dict[str, str]) -> bytes:
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    lines = [f"HTTP/1.1 {status} {phrase}"]
    lines += [f"{name}: {line}" for name, value in headers.items() for line in value.splitlines()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def _refuse(status: int, error_id: str, message: str) -> Reply:
    headers = {"Content-Type": "application/json;charset=utf-8"}
    return Reply(status, headers, encode({"id": error_id, "message": message}))


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return

"""The WSGI environment (PEP 3333) of an ASGI request whose body was read already."""

from __future__ import annotations

import sys
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes
from wsgiref.util import FileWrapper

if TYPE_CHECKING:
    from opsconsole.edge.headers import Scope

_UNPREFIXED = {"content-type": "CONTENT_TYPE"}
# The body was taken apart (chunks) or counted here: what the sender said of its framing is no longer true.
_FRAMING = frozenset(
    {"content-length", "transfer-encoding", "connection", "keep-alive", "te", "trailer", "expect"}
)
_BLOCK = 65_536


class _Blocks(FileWrapper):
    """Django asks for 4 KB blocks; each one would be a hop between threads."""

    def __init__(self, file: IO[bytes], block_size: int = _BLOCK) -> None:
        super().__init__(file, max(block_size, _BLOCK))


def build_environ(scope: Scope, body: IO[bytes], length: int) -> dict[str, Any]:
    server, port = scope.get("server") or ("localhost", None)
    path = scope.get("raw_path") or scope["path"].encode()
    root = scope.get("root_path", "")
    return {
        **_read_headers(scope),
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": root.encode().decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "CONTENT_LENGTH": str(length),
        "SERVER_NAME": server,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": read_client_address(scope),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.file_wrapper": _Blocks,
    }


def read_client_address(scope: Scope) -> str:
    """The other end of the connection; on a socket that listens on [::], IPv4 comes dressed as IPv6."""
    client = scope.get("client")
    return str(client[0]).removeprefix("::ffff:") if client else ""


def _read_headers(scope: Scope) -> dict[str, str]:
    """An underscore would make two different names one, so those are dropped."""
    environ: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        if "_" in name or name in _FRAMING:
            continue
        key = _UNPREFIXED.get(name) or "HTTP_" + name.upper().replace("-", "_")
        joint = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    return environ

"""A port that stays ours between the moment when it is chosen and the moment when somebody listens on it."""

import socket


def keep_port() -> socket.socket:
    """Return a socket bound to a free port of 127.0.0.1 that never listens: whoever is told the port may, and nobody else
    is given it while this socket is open. Connecting to it is refused meanwhile.
    """
    kept = socket.socket()
    kept.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    kept.bind(("127.0.0.1", 0))
    return kept


def number_of(kept: socket.socket) -> int:
    port: int = kept.getsockname()[1]
    return port

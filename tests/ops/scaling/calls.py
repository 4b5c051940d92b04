"""What this process sends to Heroku, seen in the very thread that sends it, through Python's own audit events.

An audit hook cannot be taken away again: one is added, once, and it asks only while a test listens.
"""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache

METHODS = (b"GET ", b"POST ", b"PATCH ", b"PUT ", b"DELETE ")
Listener = Callable[[str], None]
_listeners: list[Listener] = []


@contextmanager
def heard(listener: Listener) -> Iterator[None]:
    """Call `listener` with « PATCH /apps/… » just before the first byte of each request leaves."""
    _add_the_hook()
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)


@contextmanager
def held_back(*calls: str) -> Iterator[tuple[threading.Semaphore, Callable[[], None]]]:
    """Hold requests just before they leave, until the second of the two is called; the first counts those that are held.

    Each of `calls` is « GET dynos »: a method and the last part of its path.
    """
    held, may_leave = threading.Semaphore(0), threading.Event()

    def hold(call: str) -> None:
        method, _blank, address = call.partition(" ")
        if f"{method} {address.partition('?')[0].rpartition('/')[2]}" in calls:
            held.release()
            may_leave.wait(30)

    with heard(hold):
        try:
            yield held, may_leave.set
        finally:
            may_leave.set()


@cache
def _add_the_hook() -> None:
    sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[object, ...]) -> None:
    if event != "http.client.send" or not _listeners:
        return
    head = arguments[1]
    if isinstance(head, bytes) and head.startswith(METHODS):
        for listener in tuple(_listeners):
            listener(head.partition(b" HTTP/")[0].decode())

"""A browser without pictures: signs in, asks for pages, posts forms, opens event streams, over plain HTTP."""

import re
import socket
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import quote, urlencode

CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
TOPICS = re.compile(r'data-topics="([^"]+)"')
TIMEOUT = 30.0  # seconds; a page promises three


class Page(NamedTuple):
    status: int
    headers: HTTPMessage
    text: str


class SignInError(Exception):
    """The console did not let us in."""


class Visitor:
    """One person on one console of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.cookies: dict[str, str] = {}
        self._connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)

    def sign_in(self, username: str, password: str) -> None:
        page = self.submit("/accounts/login/", {"login": username, "password": password})
        if page.status != 302:
            raise SignInError(username)

    def get(self, path: str) -> Page:
        return self._ask("GET", path)

    def submit(self, path: str, fields: Mapping[str, str]) -> Page:
        """Open a page and post its form."""
        token = CSRF_FIELD.search(self.get(path).text)
        return self.post(path, {**fields, "csrfmiddlewaretoken": token[1] if token else ""})

    def post(self, path: str, fields: Mapping[str, str]) -> Page:
        return self._ask("POST", path, urlencode(fields))

    def press(self, path: str, button_of: str) -> Page:
        """Post the form of a button on a page; `button_of` is where the form goes."""
        token = CSRF_FIELD.search(self.get(path).text)
        return self.post(button_of, {"csrfmiddlewaretoken": token[1] if token else ""})

    def open_stream(self, page: str) -> socket.socket:
        """Open the event stream that a page listens to; the answer's head has been read when this returns."""
        topics = TOPICS.search(self.get(page).text)
        names = topics[1].split() if topics else []
        query = "&".join(f"topic={quote(name)}" for name in names)
        head = f"GET /stream/?{query} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        head += f"Accept: text/event-stream\r\nCookie: {self._cookie_header()}\r\n\r\n"
        stream = socket.create_connection(("127.0.0.1", self.port), timeout=TIMEOUT)
        stream.sendall(head.encode())
        answer = stream.recv(65_536)
        if not answer.startswith(b"HTTP/1.1 200"):
            raise ConnectionError(answer[:200])
        return stream

    def close(self) -> None:
        self._connection.close()

    def _ask(self, method: str, path: str, body: str | None = None) -> Page:
        headers = {"Cookie": self._cookie_header()} if self.cookies else {}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read().decode()
        self._keep_cookies(answer.headers)
        return Page(answer.status, answer.headers, text)

    def _keep_cookies(self, headers: HTTPMessage) -> None:
        for line in headers.get_all("Set-Cookie") or ():
            for name, morsel in SimpleCookie(line).items():
                self.cookies[name] = morsel.value

    def _cookie_header(self) -> str:
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

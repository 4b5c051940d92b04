"""What the tests of signing in share: people, and browsers that speak https as everybody's do."""

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from opsconsole.ops.access.models import Profile, User
from opsconsole.ops.access.people import create_person
from opsconsole.ops.access.recent import note_proof

PASSWORD = "la mer est calme ce soir"
SIGN_IN = "/accounts/login/"
MakePerson = Callable[..., User]
PAGE = "/accounts/password/change/"  # a page like any other: only for people who signed in


class Browser(Client):
    """Django's client over https, from an address that can be chosen."""

    def __init__(self, address: str = "127.0.0.1", **values: Any) -> None:
        super().__init__(REMOTE_ADDR=address, **values)

    def generic(self, *args: Any, **values: Any) -> Any:
        return super().generic(*args, **{**values, "secure": True})

    def sign_in(self, username: str = "claire", password: str = PASSWORD, next_url: str = "") -> Any:
        values = {"login": username, "password": password}
        return self.post(SIGN_IN, {**values, "next": next_url} if next_url else values)

    def prove_password(self) -> None:
        """As if the person had just typed their password, for what `recently_signed_in` keeps."""
        session = self.session
        note_proof(session, now=time.time())
        session.save()

    @property
    def session_key(self) -> str:
        return self.cookies["__Host-session"].value if "__Host-session" in self.cookies else ""


@pytest.fixture(autouse=True)
def _no_failures_remembered() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def visitor() -> Browser:
    return Browser()


@pytest.fixture
def make_person(db: None) -> MakePerson:  # noqa: ARG001
    def make(
        username: str = "claire", *, profile: Profile = Profile.OPERATOR, name: str = "Claire Martin"
    ) -> User:
        return create_person(username, name=name, profile=profile, password=PASSWORD)

    return make


@pytest.fixture
def claire(make_person: MakePerson) -> User:
    return make_person()


@pytest.fixture
def signed_in(visitor: Browser, claire: User) -> Browser:  # noqa: ARG001
    assert visitor.sign_in().status_code == 302
    return visitor

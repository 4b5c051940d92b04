"""The address of a request: X-Forwarded-For is believed only as far as our own proxies wrote it."""

from dataclasses import replace

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from opsconsole.ops.access.address import address_of

FORGED = "203.0.113.66"


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, f"{FORGED}", "192.0.2.1"),
        (1, f"{FORGED}, 198.51.100.7", "198.51.100.7"),
        (2, f"{FORGED}, 198.51.100.7, 10.0.0.1", "198.51.100.7"),
        (1, "", "192.0.2.1"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, f"{FORGED}, nonsense", "192.0.2.1"),
        (1, "2001:DB8::7", "2001:db8::7"),
        (1, "198.51.100.7\r\nX: 1", "192.0.2.1"),
    ],
)
def test_the_last_hop_that_nobody_can_forge_counts(
    rf: RequestFactory, settings: Settings, proxies: int, forwarded: str, expected: str
) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, trusted_proxies=proxies)
    request = rf.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert address_of(request) == expected


def test_a_server_that_gives_no_address_leaves_it_empty(rf: RequestFactory) -> None:
    assert address_of(rf.get("/", REMOTE_ADDR="")) == ""

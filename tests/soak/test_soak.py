"""The whole run as a test, for `pytest -m soak`."""

import os

import pytest

from tests.soak.__main__ import main

pytestmark = [pytest.mark.soak, pytest.mark.frontend, pytest.mark.timeout(0)]


def test_no_round_breaks_a_promise() -> None:
    assert main(os.environ) == 0
